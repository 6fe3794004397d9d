// What objectives have in common whose trials run a program of the user's: what it measures, and which files it needs.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { digest } from '../../schema/wire.js';
import { openMetricName, type Params } from '../../study/trial/trial.js';
import type { Problems } from '../problems.js';

const MIB = 2 ** 20;

export const programFields = {
  metric: openMetricName.describe('The value that ranks the trials, by the name under which it is reported'),
  direction: z.enum(['minimize', 'maximize']).default('minimize'),
  also: strictObject({
    metric: openMetricName,
    direction: z.enum(['minimize', 'maximize']).default('minimize'),
  })
    .optional()
    .describe('A second one that is reported: the leaderboard marks the front of both'),
  epoch: z
    .enum(['best', 'last'])
    .default('last')
    .describe('Which of the reported epochs stands for the trial'),
  epochs: wholeNumber(1, 10_000).optional().describe('The budget that a trial is told of, in epochs'),
  files: z
    .array(z.string().min(1).max(1_000))
    .max(100)
    .default([])
    .describe('What it needs, relative to the sweep file: paths, folders, patterns such as "src/**"'),
  bundle: digest
    .optional()
    .describe(
      'The files as they were packed before, in place of reading them: written by extend and promote',
    ),
  checkpointMb: wholeNumber(0, 4_096)
    .default(64)
    .describe('A larger checkpoint is not carried to another attempt'),
  cache: z
    .boolean()
    .default(false)
    .describe('true: files, parameters and seed decide the result, which then serves other studies too'),
};

/** What the schema cannot say of the fields above. */
export function checkProgram(
  { metric, also }: { readonly metric: string; readonly also?: { readonly metric: string } | undefined },
  problems: Problems,
): void {
  if (also?.metric !== metric) return;
  problems.add({
    code: 'SPEC_INVALID',
    path: ['objective', 'also', 'metric'],
    message: `is ${JSON.stringify(metric)}, which is the first objective already`,
    hint: 'name another metric that the program reports, or leave "also" out',
  });
}

interface ProgramSection {
  readonly epochs?: number | undefined;
  readonly bundle?: string | undefined;
  readonly checkpointMb: number;
}

export function programConfig(
  { epochs, bundle, checkpointMb }: ProgramSection,
  params: Params,
  seed: number,
) {
  return {
    ...(bundle === undefined ? {} : { files: bundle }),
    ...(epochs === undefined ? {} : { epochs }),
    checkpointBytes: checkpointMb * MIB,
    params,
    seed,
  };
}

export function bytesOf(megabytes: number | undefined): number | null {
  return megabytes === undefined ? null : megabytes * MIB;
}
