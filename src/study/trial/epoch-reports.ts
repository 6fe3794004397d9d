// The per-epoch reports of trials, read out of a study's events. The fold keeps none of an ended trial (it is bounded);
// who draws curves reads the log again. Pure.
import type { LoggedEvent } from '../events.js';
import { reportsOf } from './curves.js';
import type { EpochReport } from './trial.js';

/** Reports of the wanted trials alone, of each epoch that of the newest attempt. */
export class EpochReports {
  readonly #byTrial = new Map<
    string,
    Map<number, { readonly attempt: number; readonly report: EpochReport }>
  >();

  constructor(private readonly wanted: ReadonlySet<string>) {}

  add({ event }: LoggedEvent): void {
    if (event.type === 'trial.report') this.#add(event.trial, event.attempt, event.report);
    // What a shorter training reported, which it goes on from.
    if (event.type !== 'trial.queued' || event.origin === undefined) return;
    const { epoch, durationMs, curves = {} } = event.origin;
    for (const report of reportsOf(curves))
      this.#add(event.trial, 0, { ...report, durationMs: durationMs / epoch });
  }

  #add(trial: string, attempt: number, report: EpochReport): void {
    if (!this.wanted.has(trial)) return;
    const epochs = this.#byTrial.get(trial) ?? new Map();
    this.#byTrial.set(trial, epochs);
    const known = epochs.get(report.epoch);
    if (known === undefined || known.attempt <= attempt) epochs.set(report.epoch, { attempt, report });
  }

  /** Epochs 1 to `epochs` in order; null when one is missing. */
  of(trial: string, epochs: number): EpochReport[] | null {
    const known = this.#byTrial.get(trial);
    const reports: EpochReport[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const found = known?.get(epoch);
      if (found === undefined) return null;
      reports.push(found.report);
    }
    return reports;
  }
}
