// The results of finished trials across studies, as a coordinator reads and writes them: a trial is never computed twice.
// Live results are written as they come. Of a replay the newest are remembered and written after it, as they may have come
// while no coordinator ran.
import type { Bus, CachedResult } from '../bus/bus.js';
import { resultKeys } from '../study/trial-id.js';
import type { PlannedTrial, StudyPlan } from './plan/study-plan.js';
import type { TerminalEvent } from './trial-twins.js';

/** More than a study has trials on the queue when its coordinator dies: no others can end without it. */
const REMEMBERED = 1_000;
const WRITES_AT_ONCE = 16;

export class ResultCache {
  private readonly keyOf: (trial: string) => string;
  /** Of the replay, the newest last. */
  private readonly remembered = new Map<string, CachedResult>();

  constructor(
    private readonly bus: Bus,
    private readonly plan: StudyPlan,
  ) {
    this.keyOf = resultKeys(plan.objective);
  }

  /** A result without its model is no use: the winner could not be tested. */
  async read(planned: PlannedTrial): Promise<CachedResult | null> {
    if (!this.plan.usesResultCache) return null;
    const cached = await this.bus.readCachedResult(planned.resultKey);
    if (cached === null) return null;
    const { modelDigest } = cached.result;
    return modelDigest === null || (await this.bus.hasBlob(modelDigest)) ? cached : null;
  }

  async write(event: TerminalEvent): Promise<void> {
    const cached = this.cacheable(event);
    if (cached !== null) await this.bus.writeCachedResult(this.keyOf(event.trial), cached);
  }

  remember(event: TerminalEvent): void {
    const cached = this.cacheable(event);
    if (cached === null) return;
    this.remembered.set(this.keyOf(event.trial), cached);
    const oldest = this.remembered.keys().next().value;
    if (this.remembered.size > REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
  }

  async writeRemembered(): Promise<void> {
    const entries = [...this.remembered].values();
    this.remembered.clear();
    const lane = async (): Promise<void> => {
      for (const [key, cached] of entries) {
        if ((await this.bus.readCachedResult(key)) === null) await this.bus.writeCachedResult(key, cached);
      }
    };
    await Promise.all(Array.from({ length: WRITES_AT_ONCE }, lane));
  }

  /** A pruned result depends on its study, and a cached one is there already. */
  private cacheable(event: TerminalEvent): CachedResult | null {
    if (!this.plan.usesResultCache || event.type !== 'trial.finished' || event.cached) return null;
    return event.result.state === 'COMPLETE' ? { result: event.result, worker: event.worker } : null;
  }
}
