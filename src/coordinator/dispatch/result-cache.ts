// The results of finished trials across studies, as a coordinator reads and writes them: a trial is never computed twice.
// Live results are written as they come. Of a replay the newest are remembered and written after it, as they may have come
// while no coordinator ran. A cache that cannot be read or written costs work, never a study.
import type { BlobStore, CachedResult, ResultStore } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { resultKeys } from '../../study/trial/trial-id.js';
import type { PlannedTrial, StudyPlan } from '../plan/study-plan.js';
import type { TerminalEvent } from '../search/trial-twins.js';

/** More than a study has trials on the queue when its coordinator dies: no others can end without it. */
const REMEMBERED = 1_000;
const WRITES_AT_ONCE = 16;

export interface ResultCacheOptions {
  readonly bus: BlobStore & ResultStore;
  readonly plan: StudyPlan;
  readonly logger: Logger;
}

export class ResultCache {
  private readonly keyOf: (trial: string) => string;
  /** Of the replay, the newest last. */
  private readonly remembered = new Map<string, CachedResult>();

  constructor(private readonly options: ResultCacheOptions) {
    this.keyOf = resultKeys(options.plan.objective);
  }

  /** A result without its model is no use: the winner could not be tested. */
  async read(planned: PlannedTrial): Promise<CachedResult | null> {
    const { bus, logger, plan } = this.options;
    if (plan.cachesResults === false) return null;
    try {
      const cached = await bus.readCachedResult(planned.resultKey);
      if (cached === null) return null;
      const { modelDigest } = cached.result;
      return modelDigest === null || (await bus.hasBlob(modelDigest)) ? cached : null;
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      logger.warn('the result cache cannot be read: the trial is computed', { error: message });
      return null;
    }
  }

  async write(event: TerminalEvent): Promise<void> {
    const cached = this.cacheable(event);
    if (cached !== null) await this.store(this.keyOf(event.trial), cached);
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
        await this.store(key, cached, true);
      }
    };
    await Promise.all(Array.from({ length: WRITES_AT_ONCE }, lane));
  }

  private async store(key: string, cached: CachedResult, ifAbsent = false): Promise<void> {
    const { bus, logger } = this.options;
    try {
      if (ifAbsent && (await bus.readCachedResult(key)) !== null) return;
      await bus.writeCachedResult(key, cached);
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      logger.warn('a result is not in the result cache: other studies compute it again', { error: message });
    }
  }

  /** A pruned result depends on its study, and a cached one is there already. */
  private cacheable(event: TerminalEvent): CachedResult | null {
    if (this.options.plan.cachesResults === false) return null;
    if (event.type !== 'trial.finished' || event.cached) return null;
    const { result, worker, curves } = event;
    if (result.state !== 'COMPLETE') return null;
    return { result, worker, ...(curves === undefined ? {} : { curves }) };
  }
}
