// The objective of a study whose trials are processes: any program that takes values and prints what it measured.
import { z } from 'zod';
import { isInside } from '../../program/bundle.js';
import { ALL_ARGUMENTS, PARAMS_FILE, placeholdersIn } from '../../program/placeholders.js';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import type { JsonPath } from '../../schema/json-path.js';
import type { Space } from '../../search/space/dimension.js';
import { BOOLEAN_ARGUMENTS } from '../../study/trial/boolean-arguments.js';
import { METRIC_NAME } from '../../study/trial/metric-name.js';
import { suggest } from '../../wording/suggest.js';
import { DURATION_PATTERN, durationMs } from '../duration.js';
import type { Problems } from '../problems.js';
import type { UntrainedObjective } from './objective.js';
import { bytesOf, checkProgram, programConfig, programFields } from './program-fields.js';

// No program can be handed a zero byte.
const word = z
  .string()
  .max(32_000)
  .regex(/^[^\0]*$/, 'must have no zero byte');

const schema = strictObject({
  type: z.literal('command').default('command'),
  command: z
    .array(word)
    .min(1)
    .max(1_000)
    .describe(
      'The program and its arguments, never a shell; ${name}, ${args} and ${params.json} are replaced',
    ),
  ...programFields,
  booleans: z
    .enum(BOOLEAN_ARGUMENTS)
    .default('value')
    .describe('How ${args} writes true and false: --name=true, --name or nothing, --name or --no-name'),
  pattern: word.optional().describe('A regular expression for lines of output: its named groups are metrics'),
  metricsFile: word.optional().describe('A file that the program writes metrics to, as JSON lines'),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w{0,199}$/), word)
    .default({})
    .describe('Variables beside those of the worker; placeholders are replaced'),
  grace: z
    .string()
    .regex(DURATION_PATTERN, 'must be a duration such as "90s", "30m" or "1h30m"')
    .default('30s')
    .describe('From SIGTERM, by which a trial is asked to end, to SIGKILL'),
  memoryMb: wholeNumber(1, 2 ** 30)
    .optional()
    .describe('More in the memory of its processes ends the trial'),
  diskMb: wholeNumber(1, 2 ** 30)
    .default(10_240)
    .describe('More in its working directory and checkpoint ends the trial'),
});

export const commandObjective = {
  trains: false,
  schema,
  specSchema: schema,
  summary: 'runs a program, which takes the parameters and reports metrics',
  check(section, space, problems) {
    checkProgram(section, problems);
    checkWords(section.command, space, problems);
    for (const [name, text] of Object.entries(section.environment))
      checkPlaceholders(text, ['objective', 'environment', name], space, problems);
    if (section.metricsFile !== undefined && !isInside(section.metricsFile.replace(/^\.\//, '')))
      problems.add({
        code: 'SPEC_INVALID',
        path: ['objective', 'metricsFile'],
        message: `must be a file in the trial's working directory, not ${JSON.stringify(section.metricsFile)}`,
        hint: 'a path without "..", such as "metrics.jsonl": the program writes it where it is started',
      });
    if (section.pattern !== undefined) checkPattern(section.pattern, section.metric, problems);
  },
  specOf: (section) => section,
  sectionOf: (objective) => objective,
  isCached: ({ cache }) => cache,
  configOf: (objective, params, seed) => ({
    kind: 'command',
    argv: objective.command,
    booleans: objective.booleans,
    environment: objective.environment,
    ...(objective.pattern === undefined ? {} : { pattern: objective.pattern }),
    ...(objective.metricsFile === undefined ? {} : { metricsFile: objective.metricsFile }),
    graceMs: durationMs(objective.grace),
    memoryBytes: bytesOf(objective.memoryMb),
    diskBytes: bytesOf(objective.diskMb),
    ...programConfig(objective, params, seed),
  }),
} satisfies UntrainedObjective<typeof schema, typeof schema>;

function checkWords(words: readonly string[], space: Space, problems: Problems): void {
  for (const [place, text] of words.entries()) {
    const path = ['objective', 'command', place];
    const names = placeholdersIn(text);
    if (place === 0 && (names.length > 0 || text === ''))
      problems.add({
        code: 'SPEC_INVALID',
        path,
        message: 'is the program itself, which no parameter chooses',
        hint: 'workers are started with a list of programs that they may run',
      });
    else if (
      names.includes(ALL_ARGUMENTS) &&
      text !== `\${${ALL_ARGUMENTS}}` &&
      space[ALL_ARGUMENTS] === undefined
    )
      problems.add({
        code: 'SPEC_INVALID',
        path,
        message: `must be \${${ALL_ARGUMENTS}} alone: it becomes as many arguments as there are parameters`,
      });
    else if (text !== `\${${ALL_ARGUMENTS}}`) checkPlaceholders(text, path, space, problems);
  }
}

function checkPlaceholders(text: string, path: JsonPath, space: Space, problems: Problems): void {
  const names = Object.keys(space);
  for (const name of placeholdersIn(text))
    if (name !== PARAMS_FILE && !names.includes(name))
      problems.add({
        code: 'SPEC_REFERENCE',
        path,
        message: `has \${${name}}, which is no dimension of the space`,
        hint: suggest(name, names) ?? 'no shell reads it; the characters themselves are written $${',
      });
}

function checkPattern(pattern: string, metric: string, problems: Problems): void {
  const add = (message: string): void =>
    problems.add({ code: 'SPEC_INVALID', path: ['objective', 'pattern'], message });
  try {
    new RegExp(pattern);
  } catch (thrown) {
    add(`is no regular expression: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return;
  }
  const groups = [...pattern.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g)].map(([, name = '']) => name);
  if (!METRIC_NAME.test(metric) || groups.includes(metric)) return;
  add(
    /^\w+$/.test(metric)
      ? `has no group of the metric: (?<${metric}>…) around the number`
      : `has no group of the metric, and no group can be named ${JSON.stringify(metric)}: give "metric" a name of letters, digits and "_"`,
  );
}
