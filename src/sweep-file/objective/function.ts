// The objective of a study that trains nothing: a known function of the space, to try out a search or a fleet.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import { showValue } from '../../schema/json-path.js';
import { conditionsOf, otherwiseOf, probeValues, type Space } from '../../search/space/dimension.js';
import { FUNCTION_INPUTS, FUNCTION_NAMES, type FunctionName } from '../../study/test-functions.js';
import { countOf } from '../../wording/plural.js';
import type { Problems } from '../problems.js';
import type { UntrainedObjective } from './objective.js';

const schema = strictObject({
  type: z.literal('function'),
  name: z.enum(FUNCTION_NAMES),
  direction: z.enum(['minimize', 'maximize']).default('minimize'),
});

const specSchema = strictObject({
  type: z.literal('function'),
  name: z.enum(FUNCTION_NAMES),
  metric: z.literal('value'),
  direction: z.enum(['minimize', 'maximize']),
  epoch: z.literal('last'),
});

export const functionObjective = {
  trains: false,
  schema,
  specSchema,
  summary: 'a known function of the space, which trains nothing: to try out a search or a fleet',
  check: ({ name }, space, problems) => checkInputs(name, space, problems),
  specOf: (section) => ({ ...section, metric: 'value', epoch: 'last' }),
  sectionOf: ({ metric: _m, epoch: _e, ...section }) => section,
  isCached: () => true,
  configOf: ({ name }, params, seed) => ({ kind: 'function', name, params, seed }),
} satisfies UntrainedObjective<typeof schema, typeof specSchema>;

/** The space's dimensions are its inputs. */
function checkInputs(name: FunctionName, space: Space, problems: Problems): void {
  const [least, most] = FUNCTION_INPUTS[name];
  const dimensions = Object.entries(space);
  if (dimensions.length < least || dimensions.length > most)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['space'],
      message: `has ${countOf(dimensions.length, 'dimension')}, but ${name} takes ${least}${most > least ? ' or more' : ''}`,
    });
  if (name === 'noop') return;
  for (const [dimensionName, dimension] of dimensions)
    for (const { value, path } of probeValues(dimension))
      if (typeof value !== 'number')
        problems.add({
          code: 'SPEC_INVALID',
          path: ['space', dimensionName, ...path],
          message: `must be a number: ${name} computes with it, but it is ${JSON.stringify(value)}`,
        });
  checkInputsAreThere(space, problems);
}

/** A function has an input for each dimension at every point. */
function checkInputsAreThere(space: Space, problems: Problems): void {
  for (const [name, dimension] of Object.entries(space)) {
    if (conditionsOf(dimension).length === 0) continue;
    const otherwise = otherwiseOf(dimension);
    if (typeof otherwise === 'number') continue;
    problems.add({
      code: 'SPEC_INVALID',
      path: ['space', name, 'otherwise'],
      message:
        otherwise === undefined
          ? 'is required: the function takes a number for each dimension, and this one is not always active'
          : `must be a number, not ${showValue(otherwise)}: the function computes with it`,
      hint: 'add the number that stands for it where it is inactive',
    });
  }
}
