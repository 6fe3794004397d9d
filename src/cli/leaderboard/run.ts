// What `sweep leaderboard` prints: once, or with --watch after each change.
import type { Bus } from '../../bus/bus.js';
import { type RowSelection, rowsToKeep, selectFrom } from '../../leaderboard/filter.js';
import { besideAsked } from '../../leaderboard/front-metric.js';
import { csvLines } from '../../leaderboard/leaderboard-csv.js';
import { documentParts } from '../../leaderboard/leaderboard-document.js';
import { namedFields } from '../../leaderboard/named-fields.js';
import { StudyFold } from '../../study/fold.js';
import { DEFAULT_ROW_LIMIT, emptyView, hasEnded, type StudyView } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { readStudy, withBus } from '../read-study.js';
import { formatStudy, type StudyFormat } from '../terminal/print-study.js';
import { AllRows } from './all-rows.js';
import { writeParts } from './write-parts.js';

/** A table that changes more often than this can't be read. */
const REPAINT_MS = 500;

export interface LeaderboardOptions extends BusFlags {
  readonly top?: number;
  readonly sort?: string;
  readonly filter?: readonly string[];
  readonly pareto?: true | string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly watch?: boolean;
}

export async function showLeaderboard(
  context: CliContext,
  argument: string,
  options: LeaderboardOptions,
): Promise<number> {
  const format = formatOf(options);
  const { sort, filter, pareto } = options;
  // More rows than these nobody reads; what is printed for programs has all.
  const { top = format === 'table' ? DEFAULT_ROW_LIMIT : undefined } = options;
  const selection: RowSelection = { top, sort, filter, pareto };
  if (options.watch === true) {
    await withBus(context, options, (bus) => watch(context, bus, argument, options, selection));
    return 0;
  }
  if (format !== 'table' && rowsToKeep(selection) > DEFAULT_ROW_LIMIT) {
    await writeAllRows(context, argument, options, format, selection);
    return 0;
  }
  const view = besideAsked(await readStudy(context, options, argument, rowsToKeep(selection)), pareto);
  context.stdout.write(formatStudy(context, view, format, options, selection));
  return 0;
}

/** For programs, however many rows there are: in bounded memory, no faster than they are read. */
async function writeAllRows(
  context: CliContext,
  argument: string,
  flags: BusFlags,
  format: 'json' | 'csv',
  selection: RowSelection,
): Promise<void> {
  const rows: AllRows = new AllRows(() => fold.view.header);
  const fold = new StudyFold(emptyView(), rows);
  try {
    const view = besideAsked(await readStudy(context, flags, argument, fold), selection.pareto);
    const source = rows.finish(view);
    const selected = selectFrom(source, view, selection, rows.sortRows);
    const parts =
      format === 'json'
        ? documentParts(view, selected)
        : csvLines(view, selected, namedFields(view, source.best, source.params));
    await writeParts(context.stdout, parts);
  } finally {
    rows.close();
  }
}

function formatOf(options: LeaderboardOptions): StudyFormat {
  if (options.json === true) return 'json';
  return options.csv === true ? 'csv' : 'table';
}

async function watch(
  context: CliContext,
  bus: Bus,
  argument: string,
  options: BusFlags,
  selection: RowSelection,
): Promise<void> {
  const { study } = await findStudy(bus, argument);
  const fold = new StudyFold(emptyView(rowsToKeep(selection)));
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  let painted = '';
  const paint = (): void => {
    const text = formatStudy(context, besideAsked(fold.view, selection.pareto), 'table', options, selection);
    if (text === painted) return;
    painted = text;
    // On a terminal in place of the last one; in a file one after another.
    context.stdout.write(context.stdout.isTTY === true ? `\u001b[2J\u001b[H${text}` : `${text}\n`);
  };
  /** What a selection asks for that the study turned out not to have. */
  let refused: unknown;
  const repaint = (): void => {
    try {
      paint();
    } catch (thrown) {
      refused = thrown;
      stop.abort();
    }
  };
  const timer = setInterval(repaint, REPAINT_MS);
  try {
    for await (const logged of bus.events(study, { follow: true, signal: stop.signal })) {
      fold.apply(logged);
      // Looking at the view puts its rows in order: not at each event.
      if (logged.event.type !== 'study.state') continue;
      if (hasEnded(logged.event.state) && (await isLatest(bus, study, fold.view))) break;
    }
  } finally {
    clearInterval(timer);
    process.off('SIGINT', onSignal);
    if (refused === undefined) repaint();
  }
  if (refused !== undefined) throw refused;
}

/** A resumed study has an end in the middle of its log. */
async function isLatest(bus: Bus, study: string, view: StudyView): Promise<boolean> {
  for await (const logged of bus.events(study, { from: view.lastSeq + 1 })) {
    if (logged.seq > view.lastSeq) return false;
  }
  return true;
}
