// From a checked sweep spec to the plan that a coordinator runs: which sampler gives points, and the trial of each point and
// repeat.
import { SweepError } from '../../errors.js';
import { createPopulation } from '../../search/population.js';
import { createSampler, createScheduler, populationOf } from '../../search/registry.js';
import type { Sampler, ToldPoint } from '../../search/sampler.js';
import { createPointCode } from '../../search/space/point-code.js';
import { spreadPoints } from '../../search/space/spread.js';
import { lineKey } from '../../study/trial/final-state.js';
import { readSecondMetric, secondLoss } from '../../study/trial/second-metric.js';
import { segmentOf } from '../../study/trial/segment.js';
import { epochsOf, type Objective, type Params, type TrialConfig } from '../../study/trial/trial.js';
import { ANY_ENGINE, type EngineIdentity, pointId, resultKeys, trialId } from '../../study/trial/trial-id.js';
import { changeableDimensions } from '../../sweep-file/changeable.js';
import type { DatasetShape } from '../../sweep-file/data/data-kind.js';
import { isCached } from '../../sweep-file/objective/registry.js';
import { resolveTrial } from '../../sweep-file/resolve-trial.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { BadPointError, lossOf, type StudyPlan } from './study-plan.js';

/** How many points a sampler that goes on for ever gets where neither trials nor time are limited: as many as people try by hand. */
const DEFAULT_POINTS = 50;

/** Index = point · repeats + repeat: the seeds of a point follow each other. */
export function planStudy(spec: SweepSpec, dataset: DatasetShape | null, engine: EngineIdentity): StudyPlan {
  const population = populationOf(spec.scheduler);
  const bound = spec.engine === 'any' ? ANY_ENGINE : engine;
  const configOf = (params: Params, repeat: number): TrialConfig => {
    const config = resolvePoint(spec, params, spec.seed + repeat, blockOf(dataset, repeat));
    return population === null || config.kind !== 'train'
      ? config
      : segmentOf(config, params, population.interval);
  };
  const members = createSampler({ ...spec, enqueue: firstPoints(spec) }, toldPoints(spec));
  const sampler = populated(members, spec, (params) => trialId(configOf(params, 0), bound));
  const { metric, direction, epoch } = spec.objective;
  const objective: Objective = { metric, direction, epoch };
  const also = readSecondMetric(spec.objective);
  const total = countTrials(spec, sampler.count);
  const resultKey = resultKeys(objective);
  const most = total === null ? null : Math.ceil(total / spec.repeats);
  // To find them among points that constraints rule out takes seconds in a large space.
  let sampled: readonly Params[] | null = null;
  const plan: Omit<StudyPlan, 'createScheduler' | 'stopsTrials'> = {
    total,
    repeats: spec.repeats,
    sampler,
    objective,
    also,
    limits: spec.limits,
    engine: bound.name,
    numericsVersion: bound.numericsVersion,
    resolve(params, repeat) {
      const config = configOf(params, repeat);
      const trial = trialId(config, bound);
      return {
        trial,
        resultKey: resultKey(trial),
        lineKey: lineKey(config, bound, objective),
        params,
        config,
        requires: spec.requires,
      };
    },
    ...(isCached(spec.objective) ? {} : { cachesResults: false }),
    ...(population === null ? {} : { keepsStates: true }),
    samplePoints: () => (sampled ??= [...spreadPoints(spec.space, most, spec.constraints)]),
  };
  return {
    ...plan,
    stopsTrials: spec.scheduler.type !== 'none' && population === null,
    createScheduler: () =>
      createScheduler(spec.scheduler, {
        epochs: longestTraining(plan),
        repeats: spec.repeats,
        ...(ofBlocks(spec) ? { repeatsDiffer: true } : {}),
        total,
        seed: spec.seed,
      }),
  };
}

/** What a repeat of a point reads: of a rolling origin each has a block of its own, the first the latest. */
function blockOf(dataset: DatasetShape | null, repeat: number): DatasetShape | null {
  const block = dataset?.rolling?.blocks[repeat];
  if (dataset === null || block === undefined) return dataset;
  const { split, series: each, classRows } = block;
  const list = dataset.series?.list.map((one, place) => ({ ...one, ...each?.[place] }));
  const classes = dataset.labels?.classes.map((one, place) => ({
    ...one,
    train: classRows?.[place] ?? one.train,
  }));
  return {
    ...dataset,
    split,
    block: repeat,
    ...(list === undefined ? {} : { series: { list } }),
    ...(classes === undefined ? {} : { labels: { classes } }),
  };
}

function ofBlocks({ dataset }: SweepSpec): boolean {
  return dataset !== null && 'split' in dataset && dataset.split.type === 'rolling';
}

/** The members of a population and all of their segments, or the sampler as it is. */
function populated(members: Sampler, spec: SweepSpec, trialOf: (params: Params) => string): Sampler {
  const { scheduler, space, constraints = [], seed } = spec;
  const population = populationOf(scheduler);
  if (population === null) return members;
  const sets = spec.variants === undefined ? [spec] : Object.values(spec.variants);
  const trained = sets.flatMap(({ model, training, window }) =>
    model === null || training === null ? [] : [{ model, training, window }],
  );
  const known = changeableDimensions(space, trained);
  const wanted = scheduler.type === 'pbt' ? scheduler.perturb : undefined;
  const epochs = Math.max(1, ...trained.map(({ training }) => Number(training.epochs)));
  const changeable = wanted === undefined ? known : known.filter((name) => wanted.includes(name));
  return createPopulation(members, population, { space, constraints, seed, epochs, changeable, trialOf });
}

/** The baseline, and what the file wants tried first. */
function firstPoints({ baseline, enqueue, space }: SweepSpec): SweepSpec['enqueue'] {
  if (baseline === undefined) return enqueue;
  const { keyOf } = createPointCode(space);
  return [baseline, ...(enqueue ?? []).filter((params) => keyOf(params) !== keyOf(baseline))];
}

/** What the sampler knows of the study's parent. */
function toldPoints({ parent, objective }: SweepSpec): ToldPoint[] {
  const known = parent?.known ?? [];
  const also = readSecondMetric(objective);
  return known.map(({ params, objective: value, second, pruned }, point) => {
    const loss = lossOf(objective, value);
    // A study of one objective, or of an older version, says nothing of the second one.
    if (loss === null || (also !== null && second === undefined))
      return { point, params, state: 'FAILED', losses: [] };
    const losses = also === null || second === undefined ? [loss] : [loss, secondLoss(also, second)];
    return { point, params, state: pruned === true ? 'PRUNED' : 'COMPLETE', losses };
  });
}

/** Epochs of the longest trial among points that stand for all. */
function longestTraining(plan: Pick<StudyPlan, 'samplePoints' | 'resolve'>): number {
  let epochs = 1;
  for (const params of plan.samplePoints()) {
    try {
      const { config } = plan.resolve(params, 0);
      epochs = Math.max(epochs, epochsOf(config));
    } catch (thrown) {
      if (!(thrown instanceof BadPointError)) throw thrown;
    }
  }
  return epochs;
}

function resolvePoint(
  spec: SweepSpec,
  params: Params,
  seed: number,
  dataset: DatasetShape | null,
): TrialConfig {
  try {
    return resolveTrial(spec, params, seed, dataset);
  } catch (thrown) {
    // All but bad input is a bug, which is no point's fault.
    if (!(thrown instanceof SweepError) || thrown.exitCode !== 2) throw thrown;
    throw new BadPointError({ trial: pointId(params, seed), params, seed }, thrown);
  }
}

/** Trials of a study: points times repeats, cut at limits.maxTrials; null: until limits.maxDuration. */
export function countTrials(
  spec: Pick<SweepSpec, 'repeats' | 'limits'>,
  points: number | null,
): number | null {
  const { maxTrials, maxDurationMs } = spec.limits;
  if (points !== null) return Math.min(points * spec.repeats, maxTrials ?? Number.POSITIVE_INFINITY);
  return maxTrials ?? (maxDurationMs === null ? DEFAULT_POINTS * spec.repeats : null);
}
