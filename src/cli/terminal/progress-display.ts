// Progress on standard error: one line per finished trial, on a terminal above a bar with an ETA.

import type { LoggedEvent, StudyEvent } from '../../study/events.js';
import type { StudyView } from '../../study/study-view.js';
import { taskOfData } from '../../task/registry.js';
import { formatDuration } from '../../wording/duration.js';
import { formatObjective, spreadOf } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { paramsText } from './params-text.js';

const REFRESH_MS = 250;
/** What a longer line left behind. */
const CLEAR_REST = '\u001b[K';

export interface ProgressSnapshot {
  /** Trials that have ended, one way or another. */
  readonly ended: number;
  readonly total: number | null;
  readonly running: number;
  readonly failed: number;
  /** Objective of the best row, null before the first one. */
  readonly best: number | null;
  /** Milliseconds to the end, null while nothing was measured. */
  readonly etaMs: number | null;
  /** No trial begins until someone resumes it. */
  readonly isPaused: boolean;
}

export interface ProgressDisplay {
  start(): void;
  /** An event of this run only: what was replayed is old news. */
  onEvent(logged: LoggedEvent, view: StudyView): void;
  /** A line above the progress. */
  note(text: string): void;
  /** What is done now that the trials are over; null for nothing. */
  phase(text: string | null): void;
  stop(): void;
}

export interface ProgressDisplayOptions {
  readonly context: CliContext;
  readonly isQuiet: boolean;
  snapshot(): ProgressSnapshot;
  view(): StudyView;
}

export function createProgressDisplay(options: ProgressDisplayOptions): ProgressDisplay {
  if (options.isQuiet) return quietDisplay(options);
  return options.context.stderr.isTTY === true ? barDisplay(options) : lineDisplay(options);
}

function quietDisplay({ context }: ProgressDisplayOptions): ProgressDisplay {
  return {
    start() {},
    onEvent() {},
    note: (text) => context.stderr.write(`${printable(text)}\n`),
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
    phase(text) {
      if (text !== null) write(text);
    },
    stop: () => clearInterval(timer),
  };
}

function barDisplay({ context, snapshot, view }: ProgressDisplayOptions): ProgressDisplay {
  const { stderr } = context;
  const line = (): string => {
    const now = snapshot();
    return progressLine(now, now.best === null ? '–' : bestText(now.best, view()), stderr.columns);
  };
  let isRunning = false;
  const draw = (): void => {
    if (isRunning) stderr.write(`\r${line()}${CLEAR_REST}`);
  };
  const timer = setInterval(draw, REFRESH_MS);
  timer.unref();
  const stop = (): void => {
    clearInterval(timer);
    if (isRunning) stderr.write(`\r${CLEAR_REST}`);
    isRunning = false;
  };
  const note = (text: string): void => {
    stderr.write(isRunning ? `\r${CLEAR_REST}${text}\n` : `${text}\n`);
    draw();
  };
  return {
    start() {
      isRunning = true;
      draw();
    },
    onEvent({ event }) {
      const text = describeEnd(event, view());
      if (text !== null) note(`${countEnded(snapshot())} ${text}`);
    },
    note: (text) => note(printable(text)),
    phase(text) {
      stop();
      if (text !== null) note(text);
    },
    stop,
  };
}

const LONGEST_BAR = 28;
/** A shorter one tells nothing. */
const SHORTEST_BAR = 6;

/** Counts, ETA and best in one line of `columns`, the bar in what is left; cut at the right where that is not enough. */
export function progressLine(
  { ended, total, running, etaMs, failed, isPaused }: ProgressSnapshot,
  best: string,
  columns: number,
): string {
  const text = [
    `${ended}/${total ?? '?'} trials`,
    `${running} running`,
    isPaused ? 'paused' : `ETA ${etaMs === null ? 'measuring' : formatDuration(etaMs)}`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    `best ${best}`,
  ].join(' · ');
  // Some terminals wrap a line that fills them.
  const room = Math.min(LONGEST_BAR, columns - text.length - 2);
  if (room < SHORTEST_BAR) return text.slice(0, columns - 1);
  const done = total === null || total === 0 ? 0 : Math.floor((room * ended) / total);
  return `${'█'.repeat(done)}${'░'.repeat(room - done)} ${text}`;
}

function countEnded({ ended, total }: ProgressSnapshot): string {
  return `[${ended}/${total ?? '?'}]`;
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
  const dataset = view.header?.dataset ?? null;
  const task = dataset === null ? null : taskOfData(dataset);
  const metric = (view.header?.spec as { objective?: { metric?: string } } | undefined)?.objective?.metric;
  // The rows stand in order: what lies between the first and the last is to be told apart.
  const ends = [objective, view.rows[0]?.objective, view.rows.at(-1)?.objective];
  const shown = formatObjective(objective, spreadOf(ends));
  if (dataset === null || task === null || metric !== task.metrics[0].name) return shown;
  const unit = task.unitOf(dataset);
  const inUnit = (value: number): number => value * unit.scale;
  const said = unit.say(
    inUnit(objective),
    spreadOf(ends.map((end) => (end === undefined ? end : inUnit(end)))),
  );
  return unit.hasOwnScale ? `${shown} (${said})` : said;
}
