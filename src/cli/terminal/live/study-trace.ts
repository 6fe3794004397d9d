// What a view shows of a study beside its fold: the values that trials reported, epoch by epoch, and what failed of late.
// Bounded: of many trials the latest are remembered.
import type { LoggedEvent } from '../../../study/events.js';

export type Curve = readonly (number | null)[];

export interface RecentFailure {
  readonly trial: string;
  readonly code: string;
  readonly message: string;
  readonly worker: string | null;
  /** No attempt follows. */
  readonly isFinal: boolean;
  readonly at: string;
}

const CURVES_KEPT = 2_000;
const FAILURES_KEPT = 50;
/** More than a sparkline or a chart of a terminal could show. */
const EPOCHS_KEPT = 20_000;

export class StudyTrace {
  readonly #curves = new Map<string, (number | null)[]>();
  readonly #failures: RecentFailure[] = [];
  #metric: string | null = null;

  /** Each event that counts, once. */
  observe({ event, at }: LoggedEvent): void {
    switch (event.type) {
      case 'study.created':
        this.#metric = metricOf(event.spec);
        return;
      case 'trial.report':
        this.#put(event.trial, event.report.epoch, event.report.metrics[this.#metric ?? '']);
        return;
      case 'trial.finished': {
        const values = event.curves?.[this.#metric ?? ''] ?? [];
        for (const [place, value] of values.entries()) this.#put(event.trial, place + 1, value);
        return;
      }
      case 'trial.failed': {
        const { trial, worker, error, final: isFinal } = event;
        this.#failures.unshift({ trial, worker, isFinal, at, code: error.code, message: error.message });
        this.#failures.length = Math.min(this.#failures.length, FAILURES_KEPT);
        return;
      }
      default:
    }
  }

  /** The objective's metric at epochs 1, 2, …; empty where nothing is known. */
  curveOf(trial: string): Curve {
    return this.#curves.get(trial) ?? [];
  }

  /** Newest first. */
  get failures(): readonly RecentFailure[] {
    return this.#failures;
  }

  #put(trial: string, epoch: number, value: number | null | undefined): void {
    if (value == null || epoch > EPOCHS_KEPT) return;
    const values = this.#curves.get(trial) ?? [];
    // The latest stand last.
    this.#curves.delete(trial);
    this.#curves.set(trial, values);
    while (values.length < epoch) values.push(null);
    values[epoch - 1] = value;
    const [oldest] = this.#curves.keys();
    if (this.#curves.size > CURVES_KEPT && oldest !== undefined) this.#curves.delete(oldest);
  }
}

function metricOf(spec: unknown): string | null {
  const { objective } = (spec ?? {}) as { readonly objective?: { readonly metric?: unknown } };
  return typeof objective?.metric === 'string' ? objective.metric : null;
}
