// Progress on standard error: a bar with an ETA on a terminal, one line per finished trial elsewhere.
import { Presets, SingleBar } from 'cli-progress';
import { formatDuration } from '../coordinator/eta.js';
import type { ProgressSnapshot } from '../coordinator/study-progress.js';
import { withUnit } from '../leaderboard/table-format.js';
import type { LoggedEvent, StudyEvent } from '../study/events.js';
import type { StudyView } from '../study/study-view.js';
import type { CliContext } from './context.js';
import { paramsText } from './params-text.js';

const REFRESH_MS = 250;

export interface ProgressDisplay {
  start(): void;
  /** Of this run only: what was replayed is old news. */
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
    note: (text) => context.stderr.write(`${text}\n`),
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
      const { ended, total, etaMs } = snapshot();
      const eta = etaMs === null || ended === total ? '' : `  ETA ${formatDuration(etaMs)}`;
      write(`[${ended}/${total ?? '?'}] ${line}${eta}`);
    },
    note: write,
    phase(text) {
      if (text !== null) write(text);
    },
    stop: () => clearInterval(timer),
  };
}

function barDisplay({ context, snapshot, view }: ProgressDisplayOptions): ProgressDisplay {
  const bar = new SingleBar(
    {
      stream: context.stderr,
      format: '{bar} {value}/{total} trials · {running} running · best {best} · ETA {left}{failed}',
      barsize: 28,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      // Interrupts are ours: storing what runs takes a moment, and the bar goes on meanwhile.
      gracefulExit: false,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  let isRunning = false;
  const refresh = (): void => {
    if (!isRunning) return;
    const { ended, total, running, best, etaMs, failed } = snapshot();
    bar.setTotal(total ?? Math.max(ended, 1));
    bar.update(ended, {
      running,
      best: best === null ? '–' : bestText(best, view()),
      left: etaMs === null ? 'measuring' : formatDuration(etaMs),
      failed: failed === 0 ? '' : ` · ${failed} failed`,
    });
  };
  const timer = setInterval(refresh, REFRESH_MS);
  timer.unref();
  const stop = (): void => {
    clearInterval(timer);
    if (isRunning) bar.stop();
    isRunning = false;
  };
  return {
    start() {
      bar.start(1, 0, { running: 0, best: '–', left: 'measuring', failed: '' });
      isRunning = true;
      refresh();
    },
    onEvent() {},
    note(text) {
      context.stderr.write(`\r\u001b[K${text}\n`);
    },
    phase(text) {
      stop();
      if (text !== null) context.stderr.write(`${text}\n`);
    },
    stop,
  };
}

function describeEnd(event: StudyEvent, view: StudyView): string | null {
  if (event.type === 'trial.finished') {
    const { state, objective, bestEpoch, durationMs } = event.result;
    const how = event.cached ? 'cached' : `epoch ${bestEpoch}, ${formatDuration(durationMs)}`;
    return `${paramsText(event.params)}  ${bestText(objective, view)}  ${state === 'PRUNED' ? 'pruned, ' : ''}${how}`;
  }
  if (event.type === 'trial.failed') {
    const next = event.final ? 'failed' : 'attempt failed';
    return `${paramsText(event.params)}  ${next}: ${event.error.code}: ${event.error.message}`;
  }
  return null;
}

/** The objective, and what it is in the target's unit when it is an MAE, in percent when it is an accuracy. */
function bestText(objective: number, view: StudyView): string {
  const dataset = view.header?.dataset ?? null;
  const metric = (view.header?.spec as { objective?: { metric?: string } } | undefined)?.objective?.metric;
  if (metric === 'validationAccuracy') return `${(100 * objective).toFixed(2)} %`;
  if (dataset === null || metric !== 'validationMae') return objective.toPrecision(4);
  const inUnits = withUnit((objective * dataset.targetStd).toFixed(2), dataset.unit ?? 'in units');
  return `${objective.toFixed(4)} (${inUnits})`;
}
