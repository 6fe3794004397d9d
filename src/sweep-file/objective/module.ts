// The objective of a study whose trials are calls of a JavaScript function.
import { z } from 'zod';
import { isInside } from '../../program/bundle.js';
import { strictObject } from '../../schema/fields.js';
import type { UntrainedObjective } from './objective.js';
import { checkProgram, programConfig, programFields } from './program-fields.js';

const schema = strictObject({
  type: z.literal('module').default('module'),
  module: z
    .string()
    .max(1_000)
    .refine((path) => isInside(inBundle(path)), 'must lead to a file below the folder of the sweep file')
    .describe('The file of the function, relative to the sweep file'),
  export: z.string().min(1).max(200).default('default').describe('Its name in the module'),
  ...programFields,
  metric: programFields.metric.default('value'),
});

export const moduleObjective = {
  trains: false,
  schema,
  specSchema: schema,
  summary: 'calls a function of a JavaScript module, in the thread of the trial',
  check: (section, _space, problems) => checkProgram(section, problems),
  specOf: (section) => section,
  sectionOf: (objective) => objective,
  isCached: ({ cache }) => cache,
  configOf: (objective, params, seed) => ({
    kind: 'module',
    module: inBundle(objective.module),
    export: objective.export,
    ...programConfig(objective, params, seed),
  }),
} satisfies UntrainedObjective<typeof schema, typeof schema>;

function inBundle(path: string): string {
  return path.replace(/^\.\//, '');
}
