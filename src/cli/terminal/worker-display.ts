// What `sweep worker` shows: one line when a trial begins and one when it ends, for people on standard error or as JSON
// lines on standard output. Trials that end by the thousand are counted rather than listed.

import type { TrialNews } from '../../../worker/node/worker-node.js';
import { createLogger, type Logger } from '../../log.js';
import { formatDuration } from '../../wording/duration.js';
import { figureFormat } from '../../wording/figures.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { createCliLogger } from './cli-logger.js';
import { paramsText } from './params-text.js';

/** More can't be read, and printing them would slow the trials down. */
const LINES_PER_SECOND = 20;
const SECOND_MS = 1_000;
/** As `show` and `explain` take them. */
const ID_DIGITS = 8;

export interface WorkerDisplay {
  readonly logger: Logger;
  /** A line that is no trial's; fields are for JSON. */
  say(message: string, fields?: Readonly<Record<string, unknown>>): void;
  onTrial(news: TrialNews): void;
}

export interface WorkerDisplayOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function createWorkerDisplay(context: CliContext, options: WorkerDisplayOptions): WorkerDisplay {
  const level = options.quiet === true ? 'warn' : 'info';
  if (options.json === true) {
    const logger = createLogger(
      (line) => context.stdout.write(line),
      level,
      () => new Date(),
    );
    return { logger, say: logger.info, onTrial: (news) => logger.info(...describeForScripts(news)) };
  }
  const logger = createCliLogger(context, { level });
  const list = limitLines((line) => logger.info(line));
  return {
    logger,
    say: (message) => logger.info(message),
    onTrial: (news) => {
      if (options.quiet !== true) list(() => describeForPeople(news));
    },
  };
}

function describeForScripts(news: TrialNews): [string, Readonly<Record<string, unknown>>] {
  const { type, study, trial, attempt } = news;
  if (type === 'begun') return ['trial begun', { study, trial, attempt, params: news.params }];
  const { end, durationMs } = news;
  const common = { study, trial, attempt, durationMs: Math.round(durationMs) };
  switch (end.type) {
    case 'finished':
      return ['trial ended', { ...common, state: end.state, objective: end.objective }];
    case 'failed':
      return ['trial failed', { ...common, code: end.error.code, error: end.error.message }];
    case 'paused':
      return ['trial paused', { ...common, epoch: end.epoch }];
    case 'returned':
      return ['trial returned', { ...common, reason: end.reason }];
  }
}

function describeForPeople(news: TrialNews): string {
  return printable(describeNews(news));
}

function describeNews(news: TrialNews): string {
  const trial = `${news.study} ${news.trial.slice(0, ID_DIGITS)}`;
  if (news.type === 'begun') {
    const attempt = news.attempt === 1 ? '' : `  attempt ${news.attempt}`;
    return `begun     ${trial}  ${paramsText(news.params)}${attempt}`;
  }
  const { end } = news;
  const took = formatDuration(news.durationMs);
  switch (end.type) {
    case 'finished':
      return `${end.state === 'PRUNED' ? 'pruned' : 'ended '}    ${trial}  ${figureFormat()(end.objective)}, ${took}`;
    case 'failed':
      return `failed    ${trial}  ${end.error.code}: ${end.error.message}, ${took}`;
    case 'paused':
      return `paused    ${trial}  after epoch ${end.epoch}, ${took}`;
    case 'returned':
      return `returned  ${trial}  ${end.reason}, ${took}`;
  }
}

/** Passes so many lines a second on and then says how many there were besides. */
function limitLines(write: (line: string) => void): (describe: () => string) => void {
  let written = 0;
  let besides = 0;
  let isCounting = false;
  const endSecond = (): void => {
    isCounting = false;
    if (besides > 0) write(`… and ${countOf(besides, 'line')} more`);
    written = 0;
    besides = 0;
  };
  return (describe) => {
    if (!isCounting) setTimeout(endSecond, SECOND_MS).unref();
    isCounting = true;
    if (written < LINES_PER_SECOND) {
      written += 1;
      write(describe());
    } else besides += 1;
  };
}
