// Every trial of a study with all that it reported, read out of its events: for exports, which hold what a view leaves out.
// Grows with trials and epochs. Pure.
import type { LoggedEvent } from '../events.js';
import { type Curves, reportsOf } from './curves.js';
import { countedResult, type LateStop } from './stopped-result.js';
import type { EpochReport, Objective, Params, TrialResult } from './trial.js';

export interface TrialRecord {
  readonly index: number;
  readonly trial: string;
  readonly params: Params;
  readonly seed: number;
  readonly state: 'WAITING' | 'RUNNING' | 'FAILED' | TrialResult['state'];
  readonly worker: string | null;
  readonly attempts: number;
  readonly cached: boolean;
  /** ISO 8601; null: it did not come so far. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly result: TrialResult | null;
  /** Why it failed, in words. */
  readonly error: string | null;
  /** One an epoch, of its newest attempt, in order. */
  readonly reports: readonly Pick<EpochReport, 'epoch' | 'metrics'>[];
}

type Draft = { -readonly [Field in keyof Omit<TrialRecord, 'reports'>]: TrialRecord[Field] } & {
  readonly epochs: Map<number, Pick<EpochReport, 'epoch' | 'metrics'>>;
  curves: Curves | null;
  stop: LateStop | null;
};

export class TrialRecords {
  readonly #byIndex = new Map<number, Draft>();

  add({ event, at }: LoggedEvent): void {
    switch (event.type) {
      case 'trial.queued': {
        const known = this.#meet(event);
        known.attempts = Math.max(known.attempts, event.attempt);
        if (known.endedAt === null && known.state !== 'RUNNING') known.state = 'WAITING';
        return;
      }
      case 'trial.started': {
        const known = this.#byIndex.get(event.index);
        if (known === undefined || known.endedAt !== null) return;
        Object.assign(known, { state: 'RUNNING', worker: event.worker, startedAt: known.startedAt ?? at });
        return;
      }
      case 'trial.report':
        this.#byIndex.get(event.index)?.epochs.set(event.report.epoch, event.report);
        return;
      case 'trial.stop': {
        const { index, epoch, counted = null } = event;
        const known = this.#byIndex.get(index);
        if (epoch !== undefined && known !== undefined) known.stop = { index, epoch, counted };
        return;
      }
      case 'trial.finished': {
        const { attempt: attempts, worker, cached, result, curves = null } = event;
        const known = this.#meet(event);
        const startedAt = known.startedAt ?? at;
        Object.assign(known, {
          state: result.state,
          attempts,
          worker,
          cached,
          result,
          curves,
          startedAt,
          endedAt: at,
        });
        return;
      }
      case 'trial.failed': {
        const known = this.#meet(event);
        if (event.final) Object.assign(known, { state: 'FAILED', error: event.error.message, endedAt: at });
        return;
      }
    }
  }

  /** In the order of the sampler. */
  list(objective: Objective): TrialRecord[] {
    return [...this.#byIndex.values()]
      .sort((left, right) => left.index - right.index)
      .map(({ epochs, curves, stop, ...record }) => {
        const reported = [...epochs.values()].sort((left, right) => left.epoch - right.epoch);
        const reports = reported.length === 0 && curves !== null ? reportsOf(curves) : reported;
        if (stop === null || record.result === null) return { ...record, reports };
        const known = { stopEpoch: stop.epoch, stopCounted: stop.counted, reports: [] };
        const result = countedResult(record.result, known, objective);
        return { ...record, result, state: result.state, reports };
      });
  }

  /** A result from the cache was never queued. */
  #meet({ index, trial, params, seed }: Pick<TrialRecord, 'index' | 'trial' | 'params' | 'seed'>): Draft {
    const known = this.#byIndex.get(index) ?? { ...UNTRIED, index, trial, params, seed, epochs: new Map() };
    this.#byIndex.set(index, known);
    return known;
  }
}

const UNTRIED = {
  state: 'WAITING',
  worker: null,
  attempts: 0,
  cached: false,
  startedAt: null,
  endedAt: null,
  result: null,
  error: null,
  curves: null,
  stop: null,
} as const;
