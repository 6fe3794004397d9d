// Which trial stands at an index. The one place that asks the sampler, once for each point; a point's repeats and all that
// is asked again come from the plan's pure `resolve`.

import { NO_HISTORY, resultsNeeded } from '../../search/sampler.js';
import type { StudyEvent } from '../../study/events.js';
import type { Params } from '../../study/trial/trial.js';
import type { PlannedTrial, StudyPlan } from '../plan/study-plan.js';
import type { Stop } from '../stops/stop-ledger.js';
import { SearchHistory } from './search-history.js';

/** As many as are open at once in all but the largest clusters. */
const TRIALS_KEPT = 1_024;

export class Proposals {
  /** null: the sampler's proposals rest on no result. */
  private readonly history: SearchHistory | null;
  /** A trial is asked for when it is suggested, when it starts and when it fails: resolved and hashed once. */
  private readonly recent = new Map<number, PlannedTrial>();

  constructor(private readonly plan: StudyPlan) {
    const { sampler } = plan;
    this.history =
      sampler.window === null
        ? null
        : new SearchHistory({ ...plan, resultsNeeded: (point) => resultsNeeded(sampler, point) });
  }

  observe(event: StudyEvent): void {
    this.history?.observe(event);
  }

  /** The trial counts up to its stop, whether it has ended or is to. */
  stop(stop: Stop): void {
    this.history?.stop(stop);
  }

  /** Whether the trial at `index` can be proposed now: results that its proposal rests on may still be to come. */
  isReady(index: number): boolean {
    return this.history === null || this.history.isReady(Math.floor(index / this.plan.repeats));
  }

  /**
   * The trial at `index`, or null past the end and before its proposal can be made. `known`: its parameters, where the log has them. Throws BadPointError.
   */
  at(index: number, known?: Params): PlannedTrial | null {
    const { total, repeats } = this.plan;
    if (total !== null && index >= total) return null;
    const before = this.recent.get(index);
    if (before !== undefined && (known === undefined || isSamePoint(before.params, known))) return before;
    if (known === undefined && !this.isReady(index)) return null;
    const params = known ?? this.propose(Math.floor(index / repeats));
    if (params === null) return null;
    const planned = this.plan.resolve(params, index % repeats);
    this.recent.set(index, planned);
    if (this.recent.size > TRIALS_KEPT) this.recent.delete(this.recent.keys().next().value ?? index);
    return planned;
  }

  /** Why the trial at `index`, which can be proposed, is what it is; null: there is nothing to tell. */
  reasonFor(index: number): string | null {
    const { sampler, repeats } = this.plan;
    const point = Math.floor(index / repeats);
    return sampler.reasonFor?.(point, this.history?.before(point) ?? NO_HISTORY) ?? null;
  }

  private propose(point: number): Params | null {
    const { sampler } = this.plan;
    if (this.history === null) return sampler.suggest(point, NO_HISTORY);
    const known = this.history.paramsOf(point);
    if (known !== undefined) return known;
    const params = sampler.suggest(point, this.history.before(point));
    if (params !== null) this.history.propose(point, params);
    return params;
  }
}

function isSamePoint(one: Params, other: Params): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]))
  );
}
