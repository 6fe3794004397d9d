// The leaderboard as a table in a terminal: ranked rows, the baseline at its place among them, and below it what
// the reader must know: the test evaluation, ties, failures, and whether the data is synthetic.

import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import picocolors from 'picocolors';
import { METRICS } from '../model/metric.js';
import { explainReason } from '../statistics/interval-reason.js';
import { countTrials, headerOf, type StudyView } from '../study/study-view.js';
import { taskOfData, taskOfStudy } from '../task/registry.js';
import type { NamedBaseline } from '../task/task.js';
import { formatCount } from '../wording/figures.js';
import { formatParam } from '../wording/param-format.js';
import { printable } from '../wording/printable.js';
import { judgedNotes } from './judged-notes.js';
import { boardParams } from './named-fields.js';
import { frontNotes } from './pareto-front.js';
import { type BoardRow, type FailedRow, isRanked, listBoard, paramsOf, type RankedRow } from './ranking.js';
import { varyingParams } from './row-fields.js';
import { syntheticWarning } from './synthetic-warning.js';
import { type TableColumn, TRIAL_DIGITS, tableColumns } from './table-columns.js';
import { testNotes } from './test-notes.js';
import { tieNotes } from './tie-notes.js';

export interface TableOptions {
  /** Columns of the terminal; infinite for a file. */
  readonly width: number;
  readonly useColor: boolean;
  /** The rows to show, in their order; default all. */
  readonly rows?: readonly BoardRow[];
  /** What a command that speaks of the study has to add to find it: ` --nats …`. */
  readonly commandSuffix?: string;
}

type Colors = ReturnType<typeof picocolors.createColors>;

/** More problems than these have no rows of their own: each trial has its baseline beside it. */
const MOST_BASELINES = 12;
const CELL_PADDING = 1;

export function leaderboardTable(
  view: StudyView,
  { width, useColor, rows, commandSuffix = '' }: TableOptions,
): string {
  const colors = picocolors.createColors(useColor);
  const all = listBoard(view);
  const shown = rows ?? all;
  const parts = [
    ...(shown.length > 0 ? renderToFit(view, all, shown, width, colors) : [describeNothing(all)]),
    ...notes(view, all, shown, commandSuffix, colors),
  ];
  return `${parts.join('\n')}\n`;
}

function describeNothing(all: readonly BoardRow[]): string {
  if (all.length === 0) return 'No trial to show yet.';
  return all.length === 1
    ? 'The one row there is does not match the filter.'
    : `None of the ${all.length} rows matches the filter.`;
}

/** Leaves out the least important columns first, then puts all parameters in one cell that wraps; says what it left out. */
function renderToFit(
  view: StudyView,
  all: readonly BoardRow[],
  shown: readonly BoardRow[],
  width: number,
  colors: Colors,
): string[] {
  const baselines = shownBaselines(view);
  let text = '';
  let left: string[] = [];
  const withNote = (): string[] =>
    left.length === 0 ? [text] : [text, `not shown: ${left.join(', ')} (a wider terminal shows them)`];
  for (const hasParamColumns of [true, false]) {
    let columns = tableColumns(view, all.filter(isRanked), all, hasParamColumns);
    left = [];
    for (;;) {
      text = render(view, columns, shown, baselines, colors, null);
      const excess = widthOf(text) - width;
      if (excess <= 0) return withNote();
      const next = leastImportant(columns);
      if (next === undefined) break;
      columns = columns.filter((column) => column !== next);
      left = [...left, next.head];
    }
    if (hasParamColumns) continue;
    const point = columns.findLastIndex((column) => column.isLabel);
    const cells = shown.map((row) => cellOf(columns[point]!, row));
    const natural = longest(cells) + CELL_PADDING;
    // A word is never cut: the table is rather too wide than wrong.
    const narrowest =
      longest([...baselines.map(({ name }) => name), ...cells.flatMap((cell) => cell.split(' '))]) +
      CELL_PADDING;
    const room = Math.max(narrowest, natural - (widthOf(text) - width));
    text = render(view, columns, shown, baselines, colors, { column: point, width: room });
  }
  return withNote();
}

function leastImportant(columns: readonly TableColumn[]): TableColumn | undefined {
  return columns
    .filter((column) => column.dropOrder !== undefined)
    .sort((left, right) => left.dropOrder! - right.dropOrder!)[0];
}

function widthOf(text: string): number {
  return longest(stripVTControlCharacters(text).split('\n'));
}

function longest(texts: readonly string[]): number {
  return texts.reduce((length, text) => Math.max(length, text.length), 0);
}

function render(
  view: StudyView,
  columns: readonly TableColumn[],
  shown: readonly BoardRow[],
  baselines: readonly NamedBaseline[],
  colors: Colors,
  wrapped: { readonly column: number; readonly width: number } | null,
): string {
  const table = new Table({
    head: columns.map((column) => colors.bold(column.head)),
    colAligns: columns.map((column) => column.align),
    colWidths: columns.map((_, at) => (at === wrapped?.column ? wrapped.width : null)),
    wordWrap: wrapped !== null,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': CELL_PADDING },
    chars: PLAIN_LINES,
  });
  const placed = baselines.map((baseline) => ({ baseline, place: baselinePlace(view, shown, baseline) }));
  const pushBaselines = (at: number): void => {
    for (const { baseline, place } of placed)
      if (place === at) table.push(baselineRow(baseline, columns, colors));
  };
  shown.forEach((row, place) => {
    pushBaselines(place);
    table.push(
      isRanked(row)
        ? columns.map((column) => paint(column.cell(row), row, colors))
        : failedRow(row, columns, colors),
    );
  });
  pushBaselines(shown.length);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Lines above, below and under the head; none between cells. */
const PLAIN_LINES = {
  top: '─',
  'top-mid': '─',
  'top-left': '',
  'top-right': '',
  bottom: '─',
  'bottom-mid': '─',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '─',
  'mid-mid': '─',
  right: '',
  'right-mid': '',
  middle: ' ',
};

function paint(text: string, { rank, row }: RankedRow, colors: Colors): string {
  if (row.state !== 'COMPLETE') return colors.dim(text);
  return rank === 1 ? colors.green(text) : text;
}

/** Empty where a failed trial has a reason instead. */
function cellOf(column: TableColumn, row: BoardRow): string {
  return isRanked(row) ? column.cell(row) : (column.failed?.(row.failed) ?? '');
}

function failedRow({ failed }: FailedRow, columns: readonly TableColumn[], colors: Colors): Table.Cell[] {
  const known = columns.flatMap((column) => column.failed?.(failed) ?? []);
  return [
    ...known.map((text) => colors.red(text)),
    {
      content: colors.red(printable(failed.error.code)),
      colSpan: columns.length - known.length,
      hAlign: 'left',
    },
  ];
}

function baselineRow(baseline: NamedBaseline, columns: readonly TableColumn[], colors: Colors): Table.Cell[] {
  const labels = columns.filter((column) => column.isLabel).length;
  const cells = columns
    .filter((column) => !column.isLabel)
    .map((column): Table.Cell => {
      const text = column.baseline?.(baseline) ?? '';
      return text === '' ? '' : colors.yellow(text);
    });
  cells.splice(1, 0, { content: colors.yellow(baseline.name), colSpan: labels });
  return cells;
}

/** The least of them first: of several at one place that is their order in the ranking. */
function shownBaselines(view: StudyView): NamedBaseline[] {
  const task = taskOfStudy(view);
  const baselines = task?.baselines(view) ?? [];
  if (baselines.length > MOST_BASELINES) return [];
  return [...baselines, ...(task?.rivals(view) ?? [])].sort((left, right) => left.value - right.value);
}

/** Before the first row that does not beat it; after the last where there is nothing that it compares with. */
function baselinePlace(view: StudyView, shown: readonly BoardRow[], { value }: NamedBaseline): number {
  const { metric, direction } = view.header ?? {};
  const isByRank = shown.every(
    ({ rank }, place) => place === 0 || rank === null || rank > (shown[place - 1]!.rank ?? rank),
  );
  const own = taskOfStudy(view)?.metrics[0].name;
  if (!isByRank || own === undefined || metric !== own || direction !== METRICS[own].direction)
    return shown.length;
  const isWorse = (objective: number): boolean =>
    direction === 'minimize' ? objective > value : objective < value;
  const worse = shown.findIndex(
    (row) => !isRanked(row) || row.row.state !== 'COMPLETE' || isWorse(row.row.objective),
  );
  return worse < 0 ? shown.length : worse;
}

function notes(
  view: StudyView,
  all: readonly BoardRow[],
  shown: readonly BoardRow[],
  commandSuffix: string,
  colors: Colors,
): string[] {
  const lines: string[] = [];
  const ranked = all.filter(isRanked);
  const total = ranked.length + view.rowsDropped + view.failed;
  if (shown.length < total) lines.push(`${formatCount(shown.length)} of ${formatCount(total)} rows shown`);
  lines.push(...judgedNotes(view, ranked));
  const constant = constantParams(all);
  if (constant !== '') lines.push(`the same in all rows: ${constant}`);
  lines.push(...frontNotes(view, ranked));
  lines.push(...tieNotes(view, ranked));
  lines.push(...intervalNotes(ranked, view));
  const failures = failureNote(view, commandSuffix);
  if (failures !== null) lines.push(colors.red(failures));
  lines.push(...testNotes(view, ranked).map(colors.bold));
  const dataset = view.header?.dataset;
  if (dataset?.synthetic === true) {
    lines.push(colors.inverse(` ${syntheticWarning(dataset.source, taskOfData(dataset))} `));
  }
  return lines;
}

/** Why rows have no interval, each cause once. */
function intervalNotes(ranked: readonly RankedRow[], view: StudyView): string[] {
  const reasons = new Set(ranked.map(({ row }) => row.objectiveIntervalReason ?? null));
  // A function has no samples that anybody could miss an interval of.
  const task = taskOfStudy(view);
  if (task === null) return [];
  return [...reasons].flatMap((reason) =>
    reason === null ? [] : [`no 95 % interval: ${explainReason(reason, task.words.samples)}`],
  );
}

function constantParams(all: readonly BoardRow[]): string {
  const rows = all.map((row) => ({ params: paramsOf(row) }));
  const varying = varyingParams(rows);
  return boardParams(all)
    .filter((name) => !varying.includes(name))
    .map((name) => `${printable(name)}=${formatParam(rows[0]?.params[name])}`)
    .join(' ');
}

/** With the command that tells more of the first one. */
function failureNote(view: StudyView, commandSuffix: string): string | null {
  const { failed } = countTrials(view);
  if (failed === 0) return null;
  const reasons = [...view.failures]
    .filter(([, counts]) => counts.trials > 0)
    .map(([code, counts]) => `${counts.trials} ${printable(code)}`);
  const first = view.failedTrials[0]?.trial.slice(0, TRIAL_DIGITS) ?? 'TRIAL';
  const command = `sweep explain ${printable(headerOf(view).study)} ${printable(first)}${commandSuffix}`;
  return `${failed} ${failed === 1 ? 'trial' : 'trials'} failed: ${reasons.join(', ')}; why: ${command}`;
}
