// The results of finished trials across studies, as a coordinator reads and writes them: a trial is never computed twice, and
// a longer training goes on from the end of a shorter one. Live results are written as they come. Of a replay the newest are
// remembered and written after it, as they may have come while no coordinator ran. Beside the bus's cache there may be that of
// this machine's home: what is found there is brought over. A cache that cannot be read or written costs work, never a study.
import type { BlobStore, CachedResult, ResultStore } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { type FinalState, finalStateOwner, type TrialOrigin } from '../../study/trial/final-state.js';
import { resultKeys } from '../../study/trial/trial-id.js';
import { BadPointError, type PlannedTrial, type StudyPlan } from '../plan/study-plan.js';
import type { TerminalEvent } from '../search/trial-twins.js';

/** More than a study has trials on the queue when its coordinator dies: no others can end without it. */
const REMEMBERED = 1_000;
const WRITES_AT_ONCE = 16;

type CacheStore = BlobStore & ResultStore;

export interface ResultCacheOptions {
  readonly bus: CacheStore;
  /** Of this machine, where the bus is another; null: there is none. */
  readonly home?: CacheStore | null;
  readonly study: string;
  readonly plan: StudyPlan;
  readonly logger: Logger;
}

interface Found {
  readonly cached: CachedResult;
  readonly store: CacheStore;
}

/** How a trial that is not cached would begin. */
export type Beginning = 'cached' | 'goes-on' | 'from-start';

interface Ending {
  readonly cached: CachedResult;
  /** null: nothing goes on from it. */
  readonly lineKey: string | null;
}

export class ResultCache {
  private readonly keyOf: (trial: string) => string;
  private readonly stores: readonly CacheStore[];
  /** Of the replay by result key, the newest last. */
  private readonly remembered = new Map<string, Ending>();
  private saidGone = false;

  constructor(private readonly options: ResultCacheOptions) {
    const { bus, home = null } = options;
    this.keyOf = resultKeys(options.plan.objective);
    this.stores = home === null ? [bus] : [bus, home];
  }

  async read(planned: PlannedTrial): Promise<CachedResult | null> {
    const { bus, logger, plan } = this.options;
    if (plan.cachesResults === false) return null;
    try {
      const found = await this.find(planned);
      if (found === null) return null;
      const { cached, store } = found;
      const { modelDigest } = cached.result;
      if (store !== bus) {
        if (modelDigest !== null) await bus.putBlob(await store.getBlob(modelDigest));
        // Its final state stays where it is, until a trial goes on from it.
        const { state: _, ...brought } = cached;
        await bus.writeCachedResult(planned.resultKey, brought);
      }
      return cached;
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      logger.warn('the result cache cannot be read: the trial is computed', { error: message });
      return null;
    }
  }

  /**
   * The end of a shorter training that the trial goes on from to the very result it would have from its start; else of its
   * parent, without which it has no start. Throws of the latter what the bus throws.
   */
  async findOrigin(planned: PlannedTrial): Promise<TrialOrigin | null> {
    const { bus, study, logger } = this.options;
    try {
      const found = (await this.findLine(planned)) ?? (await this.findParent(planned));
      const { state, result, curves } = found?.cached ?? {};
      if (found === null || state === undefined || result === undefined) return null;
      let { owner } = state;
      if (found.store !== bus) {
        owner = finalStateOwner(study, planned.trial, state.blob);
        await bus.putBlob(await found.store.getBlob(state.blob, state.owner), owner);
      }
      const { epochs: epoch, durationMs } = result;
      return { owner, blob: state.blob, epoch, durationMs, ...(curves === undefined ? {} : { curves }) };
    } catch (thrown) {
      if (planned.config.kind === 'train' && planned.config.from !== undefined) throw thrown;
      const { message } = asSweepError(thrown);
      logger.warn('a shorter training cannot be gone on from: the trial trains from its start', {
        trial: planned.trial,
        error: message,
      });
      return null;
    }
  }

  /** Looks only. Throws what the bus throws. */
  async beginningOf(planned: PlannedTrial): Promise<Beginning> {
    if ((await this.find(planned)) !== null) return 'cached';
    return (await this.findLine(planned)) === null ? 'from-start' : 'goes-on';
  }

  async write(event: TerminalEvent): Promise<void> {
    const ending = this.endingOf(event);
    if (ending !== null) await this.store(this.keyOf(event.trial), ending);
  }

  remember(event: TerminalEvent): void {
    const ending = this.endingOf(event);
    if (ending === null) return;
    this.remembered.set(this.keyOf(event.trial), ending);
    const oldest = this.remembered.keys().next().value;
    if (this.remembered.size > REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
  }

  async writeRemembered(): Promise<void> {
    const entries = [...this.remembered].values();
    this.remembered.clear();
    const lane = async (): Promise<void> => {
      for (const [key, ending] of entries) {
        await this.store(key, ending, true);
      }
    };
    await Promise.all(Array.from({ length: WRITES_AT_ONCE }, lane));
  }

  /**
   * A result without its model is no use: the winner could not be tested. Nor is one without its state, where others go on
   * from it.
   */
  private async find({ resultKey }: Pick<PlannedTrial, 'resultKey'>): Promise<Found | null> {
    const { keepsStates } = this.options.plan;
    for (const store of this.stores) {
      const cached = await store.readCachedResult(resultKey);
      if (cached === null || (keepsStates && !(await this.has(store, cached.state)))) continue;
      const { modelDigest } = cached.result;
      if (modelDigest === null || (await store.hasBlob(modelDigest))) return { cached, store };
    }
    return null;
  }

  private async has(store: CacheStore, state: FinalState | undefined): Promise<boolean> {
    return state !== undefined && (await store.hasBlob(state.blob, state.owner));
  }

  /** The trial that a member of a population goes on from. */
  private findParent({ config }: PlannedTrial): Promise<Found | null> {
    const from = config.kind === 'train' ? config.from : undefined;
    return from === undefined ? Promise.resolve(null) : this.find({ resultKey: this.keyOf(from.trial) });
  }

  private async findLine({ trial, lineKey, config }: PlannedTrial): Promise<Found | null> {
    if (lineKey === null || config.kind !== 'train') return null;
    const { plan, logger } = this.options;
    let isGone = false;
    for (const store of this.stores) {
      const cached = await store.readCachedResult(lineKey);
      if (cached?.state === undefined || cached.result.epochs > config.training.epochs) continue;
      // A scheduler is to see what it would have seen.
      if (plan.stopsTrials && cached.curves === undefined) continue;
      const { blob, owner } = cached.state;
      if (await store.hasBlob(blob, owner)) return { cached, store };
      isGone = true;
    }
    if (isGone && !this.saidGone) {
      this.saidGone = true;
      const what = 'what a shorter training ended in is gone: the trial trains from its start, as others may';
      logger.warn(what, { trial });
    }
    return null;
  }

  private async store(key: string, { cached, lineKey }: Ending, ifAbsent = false): Promise<void> {
    const { bus, logger } = this.options;
    try {
      if (lineKey !== null) await this.storeLine(lineKey, cached);
      if (ifAbsent && (await this.isStored(key))) return;
      await bus.writeCachedResult(key, cached);
    } catch (thrown) {
      const { message } = asSweepError(thrown);
      logger.warn('a result is not in the result cache: other studies compute it again', { error: message });
    }
  }

  private async isStored(key: string): Promise<boolean> {
    const { bus, plan } = this.options;
    const before = await bus.readCachedResult(key);
    return before !== null && (!plan.keepsStates || (await this.has(bus, before.state)));
  }

  /** The longest training of a line stays, as long as its state does. */
  private async storeLine(lineKey: string, cached: CachedResult): Promise<void> {
    const { bus } = this.options;
    const before = await bus.readCachedResult(lineKey);
    const isLonger = before !== null && before.result.epochs > cached.result.epochs;
    if (isLonger && before.state !== undefined && (await bus.hasBlob(before.state.blob, before.state.owner)))
      return;
    await bus.writeCachedResult(lineKey, cached);
  }

  /** A pruned result depends on its study, and a cached one is there already. */
  private endingOf(event: TerminalEvent): Ending | null {
    if (this.options.plan.cachesResults === false) return null;
    if (event.type !== 'trial.finished' || event.cached) return null;
    const { trial, result, worker, curves, state: blob } = event;
    if (result.state !== 'COMPLETE') return null;
    const cached = { result, worker, ...(curves === undefined ? {} : { curves }) };
    if (blob === undefined) return { cached, lineKey: null };
    const owner = finalStateOwner(this.options.study, trial, blob);
    return { cached: { ...cached, state: { owner, blob } }, lineKey: this.lineKeyOf(event) };
  }

  /** null also of what is none of the study's trials. */
  private lineKeyOf({ trial, params, index }: TerminalEvent): string | null {
    const { plan } = this.options;
    try {
      const planned = plan.resolve(params, index % plan.repeats);
      return planned.trial === trial ? planned.lineKey : null;
    } catch (thrown) {
      if (thrown instanceof BadPointError) return null;
      throw thrown;
    }
  }
}
