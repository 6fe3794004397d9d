// The values that trials reported, epoch by epoch, for learning curves: of each epoch that of the newest attempt. Bounded.
import type { LoggedEvent } from '../study/events.js';

/** About 30 MB. Of trials that come later there are no curves. */
const MOST_VALUES = 4_000_000;

type Curves = Map<string, (number | null)[]>;

export class CurveStore {
  readonly #byTrial = new Map<string, Curves>();
  #values = 0;

  observe({ event }: LoggedEvent): void {
    if (event.type === 'trial.report') {
      const { epoch, metrics } = event.report;
      for (const [name, value] of Object.entries(metrics)) this.put(event.trial, name, epoch, value);
    } else if (event.type === 'trial.finished' && event.curves !== undefined) {
      for (const [name, values] of Object.entries(event.curves))
        for (const [place, value] of values.entries())
          if (value !== null) this.put(event.trial, name, place + 1, value);
    }
  }

  /** By metric its values at epochs 1, 2, …; undefined: nothing is known. */
  of(trial: string): ReadonlyMap<string, readonly (number | null)[]> | undefined {
    return this.#byTrial.get(trial);
  }

  put(trial: string, name: string, epoch: number, value: number): void {
    const known = this.#byTrial.get(trial) ?? new Map<string, (number | null)[]>();
    if (known.size === 0) this.#byTrial.set(trial, known);
    const values = known.get(name) ?? [];
    if (values.length < epoch) {
      if (this.#values + epoch - values.length > MOST_VALUES) return;
      this.#values += epoch - values.length;
      while (values.length < epoch) values.push(null);
    }
    values[epoch - 1] = value;
    known.set(name, values);
  }
}
