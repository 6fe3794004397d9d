// Progress of a study on standard error: the live view on a terminal, else one line per finished trial.

import type { LoggedEvent, StudyEvent } from '../../study/events.js';
import type { StudyView } from '../../study/study-view.js';
import { formatDuration } from '../../wording/duration.js';
import { spreadOf } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { objectiveWords } from './objective-words.js';
import { paramsText } from './params-text.js';

const REFRESH_MS = 250;

export interface ProgressSnapshot {
  /** Trials that have ended, one way or another. */
  readonly ended: number;
  readonly total: number | null;
  readonly running: number;
  /** Milliseconds to the end, null while nothing was measured. */
  readonly etaMs: number | null;
}

export interface ProgressDisplay {
  start(): void;
  /** An event of this run only: what was replayed is old news. */
  onEvent(logged: LoggedEvent, view: StudyView): void;
  /** A line above the progress. */
  note(text: string): void;
  /** A line of what a live view says in its head for as long as it is so. */
  record(text: string): void;
  /** What is done now that the trials are over; null for nothing. */
  phase(text: string | null): void;
  stop(): void;
}

export interface ProgressDisplayOptions {
  readonly context: CliContext;
  readonly isQuiet: boolean;
  snapshot(): ProgressSnapshot;
  view(): StudyView;
  /** null: lines are wanted. */
  readonly openView?: OpenView | null;
}

/** What fills the terminal while a study runs; `onLeft`: it was closed by its own key. */
export type OpenView = (onLeft: () => void) => {
  open(): void;
  note(text: string): void;
  record(text: string): void;
  phase(text: string | null): void;
  close(): void;
};

export function createProgressDisplay(options: ProgressDisplayOptions): ProgressDisplay {
  if (options.isQuiet) return quietDisplay(options);
  const { openView = null } = options;
  return openView === null ? lineDisplay(options) : viewDisplay(options, openView);
}

function quietDisplay({ context }: ProgressDisplayOptions): ProgressDisplay {
  return {
    start() {},
    onEvent() {},
    note: (text) => context.stderr.write(`${printable(text)}\n`),
    record: (text) => context.stderr.write(`${printable(text)}\n`),
    phase() {},
    stop() {},
  };
}

function lineDisplay({ context, snapshot, view }: ProgressDisplayOptions): ProgressDisplay {
  const write = (text: string): void => {
    context.stderr.write(`${text}\n`);
  };
  let saidEta = false;
  // The first estimate comes from measured steps, before the first trial ends.
  const timer = setInterval(() => {
    const { etaMs, total, running } = snapshot();
    if (saidEta || etaMs === null || running === 0) return;
    saidEta = true;
    write(`about ${formatDuration(etaMs)} for ${total ?? '?'} trials`);
  }, REFRESH_MS);
  timer.unref();
  return {
    start() {},
    onEvent({ event }) {
      const line = describeEnd(event, view());
      if (line === null) return;
      saidEta = true;
      const now = snapshot();
      const isOver = now.etaMs === null || now.ended === now.total;
      write(`${countEnded(now)} ${line}${isOver ? '' : `  ETA ${formatDuration(now.etaMs)}`}`);
    },
    note: (text) => write(printable(text)),
    record: (text) => write(printable(text)),
    phase(text) {
      if (text !== null) write(text);
    },
    stop: () => clearInterval(timer),
  };
}

/** The live view, and after it was left lines. */
function viewDisplay(options: ProgressDisplayOptions, openView: OpenView): ProgressDisplay {
  let lines: ProgressDisplay | null = null;
  const view = openView(() => {
    lines = lineDisplay(options);
  });
  return {
    start: () => view.open(),
    onEvent: (logged, folded) => lines?.onEvent(logged, folded),
    note: (text) => (lines ?? view).note(text),
    record: (text) => (lines ?? view).record(text),
    phase: (text) => (lines ?? view).phase(text),
    stop() {
      view.close();
      lines?.stop();
    },
  };
}

function countEnded({ ended, total }: Pick<ProgressSnapshot, 'ended' | 'total'>): string {
  return `[${ended}/${total ?? '?'}]`;
}

/** `[3/12] units=8  0.2616 …` of the end of a trial; null of any other event. */
export function endLine(event: StudyEvent, view: StudyView): string | null {
  const line = describeEnd(event, view);
  const ended = view.complete + view.pruned + view.failed;
  return line === null ? null : `${countEnded({ ended, total: view.header?.total ?? null })} ${line}`;
}

function describeEnd(event: StudyEvent, view: StudyView): string | null {
  if (event.type === 'trial.finished') {
    const { state, objective, bestEpoch, epochs, durationMs } = event.result;
    const how = event.cached
      ? 'cached'
      : `best epoch ${bestEpoch} of ${epochs}, ${formatDuration(durationMs)}`;
    return `${paramsText(event.params)}  ${bestText(objective, view)}  ${state === 'PRUNED' ? 'pruned, ' : ''}${how}`;
  }
  if (event.type === 'trial.failed') {
    const next = event.final ? 'failed' : 'attempt failed';
    return `${paramsText(event.params)}  ${next}: ${printable(`${event.error.code}: ${event.error.message}`)}`;
  }
  return null;
}

/** The objective, and where it is the task's own metric what that is in the target's unit. */
function bestText(objective: number, view: StudyView): string {
  // The rows stand in order: what lies between the first and the last is to be told apart.
  const ends = [objective, view.rows[0]?.objective, view.rows.at(-1)?.objective];
  return objectiveWords(view).sayBoth(objective, spreadOf(ends));
}
