// Reads a study's log on from where its fold stands: all that is there, or what comes from now on.
import type { BusCapabilities, EventLog } from '../bus/bus.js';
import { SweepError } from '../errors.js';
import type { LoggedEvent } from '../study/events.js';
import type { StudyFold } from '../study/fold.js';

export interface LogReaderOptions {
  readonly bus: EventLog & Pick<BusCapabilities, 'place'>;
  readonly study: string;
  /** Whoever reads folds each event in before it takes the next. */
  readonly fold: Pick<StudyFold, 'view'>;
}

export class LogReader {
  constructor(private readonly options: LogReaderOptions) {}

  /** What the log holds by now. */
  unread(): AsyncIterable<LoggedEvent> {
    const { bus, study } = this.options;
    return bus.events(study, { from: this.from });
  }

  /** What it holds and what comes, until `signal` aborts. Throws STUDY_NOT_FOUND when the study is removed meanwhile. */
  async *follow(signal: AbortSignal): AsyncGenerator<LoggedEvent> {
    const { bus, study } = this.options;
    yield* bus.events(study, { from: this.from, follow: true, signal });
    if (signal.aborted) return;
    throw new SweepError('STUDY_NOT_FOUND', `study ${study} was removed from ${bus.place} while it ran`, {
      hint: 'what it had computed is gone with it, unless you put its files back; to compute it again, start its sweep file',
    });
  }

  private get from(): number {
    return this.options.fold.view.lastSeq + 1;
  }
}
