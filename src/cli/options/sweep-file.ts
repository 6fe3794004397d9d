// The sweep file that a verb was given: read, and its data prepared. What is wrong with it is said with the line.
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { asSweepError, SweepError } from '../../errors.js';
import { packObjective } from '../../sweep-file/objective/pack-objective.js';
import { type ParseOptions, parseSweepText, type SweepText } from '../../sweep-file/parse.js';
import { placeError } from '../../sweep-file/text/place-error.js';
import type { CliContext } from '../context.js';
import { prepareWithProgress } from '../terminal/prepare-progress.js';
import type { ProfileFlags } from './options.js';
import { quickSweep } from './packaged-sweeps.js';

export interface SweepFileFlags extends ProfileFlags {
  readonly data?: string;
  readonly set?: readonly string[];
  readonly maxTrials?: number;
  readonly seed?: number;
}

export async function readSweepFile(file: string, options: SweepFileFlags): Promise<SweepText> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw new SweepError('USAGE', `cannot read the sweep file ${file}: ${asSweepError(thrown).message}`, {
      hint: `${quickSweep(process.cwd())} is one to start with`,
      cause: thrown,
    });
  }
  const profile = options.fast === true ? 'fast' : options.profile;
  const parse: ParseOptions = {
    ...(profile === undefined ? {} : { profile }),
    ...(options.set === undefined ? {} : { overrides: options.set }),
    ...(options.data === undefined ? {} : { dataSource: options.data }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.maxTrials === undefined ? {} : { maxTrials: options.maxTrials }),
  };
  const sweep = parseSweepText(text, file, parse);
  const { objective, bundle } = await placing(sweep.locate, () =>
    packObjective(sweep.spec.objective, dirname(file)),
  );
  return { ...sweep, spec: { ...sweep.spec, objective }, bundle };
}

/** The spec's data, ready in the cache; null for a function objective. */
export async function prepareFor(
  context: CliContext,
  { spec, locate }: SweepText,
  isQuiet: boolean,
): Promise<DatasetMetadata | null> {
  const { dataset } = spec;
  if (dataset === null) return null;
  return (await placing(locate, () => prepareWithProgress(context, dataset, isQuiet))).metadata;
}

/** Does the work; an error about a field of the sweep file says where it is written. */
export async function placing<Value>(
  locate: SweepText['locate'],
  work: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    throw placeError(thrown, locate);
  }
}
