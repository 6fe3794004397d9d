// What `sweep compare` prints: two trials of a study, with their curves from its log and their errors from their models.
import type { Bus } from '../../bus/bus.js';
import { readTrialCurves } from '../../coordinator/archive/trial-curves.js';
import { unpackErrors } from '../../engine/training/block-errors.js';
import { decodeCheckpoint } from '../../engine/training/checkpoint.js';
import { asSweepError, SweepError } from '../../errors.js';
import { type ComparedErrors, type ComparedTrial, compareTrials } from '../../leaderboard/comparison.js';
import { comparisonText } from '../../leaderboard/comparison-text.js';
import { rankView } from '../../leaderboard/ranking.js';
import { syntheticWarning } from '../../leaderboard/synthetic-warning.js';
import type { SeedResult } from '../../study/finished-row.js';
import { fillWithNull } from '../../study/study-space.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import { weightsOf } from '../../study/trial/second-metric.js';
import { taskOfData } from '../../task/registry.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { findTrial } from '../options/trial-argument.js';
import { foldStudy, refuseIncompleteLog, withBus } from '../read-study.js';
import { createCliLogger } from '../terminal/cli-logger.js';

interface CompareOptions extends BusFlags {
  readonly json?: boolean;
}

export async function showComparison(
  context: CliContext,
  study: string,
  trials: readonly [string, string],
  options: CompareOptions,
): Promise<number> {
  const { view, a, b } = await withBus(context, options, async (bus) => {
    const { study: id } = await findStudy(bus, study);
    const folded = await foldStudy(bus, id, Number.POSITIVE_INFINITY);
    refuseIncompleteLog(folded, id);
    const [first, second] = [await findTrial(bus, id, trials[0]), await findTrial(bus, id, trials[1])];
    if (first === second)
      throw new SweepError('USAGE', `${trials[0]} and ${trials[1]} are the same trial, ${first}`, {
        hint: 'give two different ones, each by its id, the beginning of one, or its rank',
      });
    const readOne = (trial: string): Promise<ComparedTrial> => readTrial(context, bus, folded, trial);
    return { view: folded, a: await readOne(first), b: await readOne(second) };
  });
  const { study: id, metric, direction, dataset, spec } = headerOf(view);
  const comparison = compareTrials(a, b, metric);
  if (options.json === true) {
    const data = dataset === null ? null : { source: dataset.source, synthetic: dataset.synthetic };
    const facts = { study: id, metric, direction, unit: dataset?.unit ?? null, dataset: data };
    const document = { ...facts, a: describeSide(a, spec), b: describeSide(b, spec), ...comparison };
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const useColor = context.colors.stdout.isColorSupported;
  const warning =
    dataset?.synthetic === true ? `${syntheticWarning(dataset.source, taskOfData(dataset))}\n` : '';
  context.stdout.write(
    `${comparisonText(a, b, comparison, { metric, direction, dataset, useColor })}${warning}`,
  );
  return 0;
}

function describeSide({ row, rank, seed }: ComparedTrial, spec: unknown) {
  return {
    trial: seed.trial,
    rank,
    state: row.state,
    params: fillWithNull(row.params, spec),
    seeds: row.seeds.map((each) => each.seed),
    objective: row.objective,
    objectiveInterval: row.objectiveInterval,
    bestEpoch: seed.result.bestEpoch,
    epochs: seed.result.epochs,
    parameters: weightsOf(seed.result),
    durationMs: row.seeds.reduce((sum, each) => sum + each.result.durationMs, 0),
  };
}

async function readTrial(
  context: CliContext,
  bus: Bus,
  view: StudyView,
  trial: string,
): Promise<ComparedTrial> {
  const { study } = headerOf(view);
  for (const { rank, row } of rankView(view)) {
    const seed = row.seeds.find((each) => each.trial === trial);
    if (seed === undefined) continue;
    const curves = await readTrialCurves(bus, study, [seed]);
    return { row, rank, seed, curve: curves.get(trial) ?? [], errors: await readErrors(context, bus, seed) };
  }
  throw new SweepError('TRIAL_NOT_FOUND', `trial ${trial} has no result to compare`, {
    hint: `sweep explain ${study} ${trial} tells what happened to it`,
  });
}

/** null: none are kept with the model, or it is gone, which a line on standard error tells. */
async function readErrors(
  context: CliContext,
  bus: Bus,
  { trial, result }: SeedResult,
): Promise<ComparedErrors | null> {
  if (result.modelDigest === null) return null;
  try {
    const { best } = decodeCheckpoint(await bus.getBlob(result.modelDigest));
    return best?.errors === undefined ? null : unpackErrors(best.errors);
  } catch (thrown) {
    const { code, message } = asSweepError(thrown);
    if (code !== 'BLOB_NOT_FOUND' && code !== 'BLOB_CORRUPT' && code !== 'CHECKPOINT_CORRUPT') throw thrown;
    createCliLogger(context).warn(`the model of trial ${trial} cannot be had, and with it its errors`, {
      reason: message,
    });
    return null;
  }
}
