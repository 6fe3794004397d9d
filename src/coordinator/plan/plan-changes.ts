// What a sweep that is about to start shares with an earlier study: which of its trials need no computing, and which of that
// study's it has no more.
import type { BlobStore, Bus, ResultStore, StudyRecord } from '../../bus/bus.js';
import type { Logger } from '../../log.js';
import { NO_HISTORY } from '../../search/sampler.js';
import type { Params } from '../../study/trial/trial.js';
import { ResultCache } from '../dispatch/result-cache.js';
import { BadPointError, type PlannedTrial, type StudyPlan } from './study-plan.js';

/** A look at the cache for each of them is a second or two. */
const MOST_COMPARED = 5_000;
const READS_AT_ONCE = 16;

export interface PlanChanges {
  /** The study that it is compared with. */
  readonly against: string;
  /** Trials whose results are in the result cache. */
  readonly cached: number;
  /** Trials that are to be computed. */
  readonly new: number;
  /** Those of them that go on from the end of a shorter training. */
  readonly continued: number;
  /** Those of them whose learning rate depends on the number of epochs in all, so that they can go on from none. */
  readonly bound: number;
  /** Trials of the other study that are none of this one. */
  readonly gone: number;
}

/** The latest study of that name, but for those of another's finalists; null: none that can be read. */
export function latestOfName(studies: readonly StudyRecord[], name: string): StudyRecord | null {
  const isMade = ({ spec }: StudyRecord): boolean =>
    (spec as { parent?: { by?: unknown } } | null)?.parent?.by === 'promote';
  return studies
    .filter((record) => record.name === name && record.damage === undefined && !isMade(record))
    .reduce<StudyRecord | null>(
      (latest, record) => (latest === null || record.createdAt >= latest.createdAt ? record : latest),
      null,
    );
}

export interface ComparePlanOptions {
  readonly bus: Bus;
  readonly home: (BlobStore & ResultStore) | null;
  /** One of its own, as its sampler is asked. */
  readonly plan: StudyPlan;
  /** Points that come first, whatever the sampler would say. */
  readonly enqueued: number;
  readonly against: string;
  readonly logger: Logger;
}

/** null where the trials are not known before they are proposed, or are more than can be looked up. */
export async function comparePlan(options: ComparePlanOptions): Promise<PlanChanges | null> {
  const { bus, home, plan, enqueued, against, logger } = options;
  const { total, repeats } = plan;
  if (total === null || total > MOST_COMPARED) return null;
  if (plan.sampler.window !== null && enqueued * repeats < total) return null;
  const cache = new ResultCache({ bus, home, study: against, plan, logger });
  const trials = listTrials(plan, total);
  const planned = trials.values();
  let cached = 0;
  let continued = 0;
  let bound = 0;
  const lane = async (): Promise<void> => {
    for (const trial of planned) {
      if (trial === null) continue;
      const beginning = await cache.beginningOf(trial);
      if (beginning === 'cached') cached += 1;
      else if (beginning === 'goes-on') continued += 1;
      else if (trial.lineKey === null && trial.config.kind === 'train') bound += 1;
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, lane));
  const ids = new Set(trials.map((trial) => trial?.trial));
  const gone = new Set<string>();
  for await (const { event } of bus.events(against))
    if ((event.type === 'trial.queued' || event.type === 'trial.finished') && !ids.has(event.trial))
      gone.add(event.trial);
  return { against, cached, new: trials.length - cached, continued, bound, gone: gone.size };
}

/** null of a point that no trial can be made of. */
function listTrials(plan: StudyPlan, total: number): (PlannedTrial | null)[] {
  const trials: (PlannedTrial | null)[] = [];
  for (let point = 0; trials.length < total; point++) {
    const params = plan.sampler.suggest(point, NO_HISTORY);
    if (params === null) break;
    for (let repeat = 0; repeat < plan.repeats && trials.length < total; repeat++)
      trials.push(resolveTrial(plan, params, repeat));
  }
  return trials;
}

function resolveTrial(plan: StudyPlan, params: Params, repeat: number): PlannedTrial | null {
  try {
    return plan.resolve(params, repeat);
  } catch (thrown) {
    if (thrown instanceof BadPointError) return null;
    throw thrown;
  }
}
