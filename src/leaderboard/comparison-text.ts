// What `sweep compare` prints for people. Plain text but for the heads; JSON is the document itself.

import picocolors from 'picocolors';
import { TOP_K } from '../model/metric.js';
import { explainReason } from '../statistics/interval-reason.js';
import type { DatasetInfo } from '../study/events.js';
import { repeatedBy } from '../study/origin-block.js';
import { weightsOf } from '../study/trial/second-metric.js';
import { taskOfData } from '../task/registry.js';
import { formatDuration } from '../wording/duration.js';
import {
  DASH,
  formatCount,
  formatInterval,
  formatObjective,
  formatPValue,
  spreadOf,
  withSign,
} from '../wording/figures.js';
import { formatParam, paramFormat } from '../wording/param-format.js';
import { countOf } from '../wording/plural.js';
import { printable } from '../wording/printable.js';
import type { ComparedTrial, PairedDifference, TrialComparison } from './comparison.js';
import { plainTable, trimLines } from './insight-text.js';
import { TRIAL_DIGITS } from './table-columns.js';

export interface ComparisonTextOptions {
  readonly metric: string | null;
  readonly direction: 'minimize' | 'maximize';
  readonly dataset: DatasetInfo | null;
  readonly useColor: boolean;
}

export function comparisonText(
  a: ComparedTrial,
  b: ComparedTrial,
  comparison: TrialComparison,
  options: ComparisonTextOptions,
): string {
  const { bold } = picocolors.createColors(options.useColor);
  const metric = printable(options.metric ?? 'objective');
  const lines = [
    bold(`A ${nameOf(a)}   B ${nameOf(b)}`),
    '',
    bold('Parameters'),
    ...paramLines(comparison),
    '',
    bold('Results'),
    resultsTable(a, b, metric),
    '',
    bold(`Difference of A and B, pair by pair (${metric})`),
    ...differenceLines(comparison.difference, options),
    ...curveLines(a, b, comparison, options).flatMap((line, at) =>
      at === 0 ? ['', bold(`Curves (${metric})`), line] : [line],
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function nameOf({ rank, seed }: ComparedTrial): string {
  return `${seed.trial.slice(0, TRIAL_DIGITS)}${rank === null ? '' : ` (rank ${rank})`}`;
}

function paramLines({ differing, same }: TrialComparison): string[] {
  const equal = Object.entries(same).map(([name, value]) => `${printable(name)}=${formatParam(value)}`);
  const last = equal.length === 0 ? [] : [`the same: ${equal.join(' ')}`];
  if (differing.length === 0) return ['they do not differ', ...last];
  const table = plainTable(['', 'A', 'B'], ['left', 'left', 'left']);
  for (const { param, a, b } of differing) table.push([printable(param), ...[a, b].map(paramFormat([a, b]))]);
  return [trimLines(table.toString()), ...last];
}

function resultsTable(a: ComparedTrial, b: ComparedTrial, metric: string): string {
  const sides = [a, b];
  const objectives = spreadOf(sides.map(({ row }) => row.objective));
  const weights = sides.map(({ seed }) => weightsOf(seed.result));
  const line = (name: string, cell: (side: ComparedTrial) => string): string[] => [name, ...sides.map(cell)];
  const table = plainTable(['', 'A', 'B'], ['left', 'right', 'right']);
  table.push(
    line(metric, ({ row }) => formatObjective(row.objective, objectives)),
    line('95 % interval', ({ row }) =>
      formatInterval(row.objectiveInterval, (value) => formatObjective(value, objectives)),
    ),
    line('state', ({ row }) => row.state.toLowerCase()),
    line('seeds', ({ row }) => row.seeds.map(({ seed }) => seed).join(' ')),
    line('best/epochs', ({ seed }) => `${seed.result.bestEpoch}/${seed.result.epochs}`),
    ...(weights.every((count) => count === null)
      ? []
      : [line('weights', ({ seed }) => formatCount(weightsOf(seed.result) ?? 0))]),
    line('time', ({ row }) =>
      formatDuration(row.seeds.reduce((sum, seed) => sum + seed.result.durationMs, 0)),
    ),
  );
  return trimLines(table.toString());
}

/** Whose errors are wrong answers. */
const SHARES_OF_RIGHT: ReadonlySet<string | null> = new Set(['validationAccuracy', ...Object.keys(TOP_K)]);

function differenceLines(
  { over, pairs, difference, interval, pValue, reason }: PairedDifference,
  { metric, direction, dataset }: ComparisonTextOptions,
): string[] {
  const samples = dataset === null ? 'samples' : taskOfData(dataset).words.samples;
  if (difference === null)
    return [`no difference: ${explainReason(reason ?? 'other-samples', samples, 'differences')}`];
  const write = (value: number): string => withSign(value, formatObjective);
  const unit =
    metric === 'validationRmse' && over === 'samples'
      ? ' (squared errors)'
      : SHARES_OF_RIGHT.has(metric) && over === 'samples' && pairs > 0
        ? ' (share of wrong answers)'
        : '';
  const paired =
    pairs === 0
      ? ''
      : ` over ${over === 'seeds' ? `the same ${pairs} ${repeatedBy(dataset)}s` : `the same ${formatCount(pairs)} ${samples}`}`;
  if (interval === null || pValue === null)
    return [
      `A − B = ${write(difference)}${unit}${paired}`,
      `no 95 % interval: ${explainReason(reason ?? 'constant', samples, 'differences')}`,
    ];
  // Pairs of samples are of errors, whichever way the metric goes.
  const isLessBetter = over === 'samples' || direction === 'minimize';
  const isAhead = isLessBetter ? difference < 0 : difference > 0;
  const isTold = interval[0] > 0 || interval[1] < 0;
  return [
    `A − B = ${write(difference)}${unit}${paired}, 95 % interval ${formatInterval(interval, write)}, ${formatPValue(pValue)}`,
    isTold
      ? `${isAhead ? 'A' : 'B'} is better; that these two were picked out of many is not accounted for`
      : 'the data does not tell them apart',
  ];
}

/** Epochs in the table: the first and last ones, and some between. */
const EPOCHS_SHOWN = 20;

/** None of trials that were asked once, as a function is: they have no curve. */
function curveLines(
  a: ComparedTrial,
  b: ComparedTrial,
  { curves }: TrialComparison,
  { dataset }: ComparisonTextOptions,
): string[] {
  const missing = [a, b].flatMap(({ curve, seed }, at) =>
    curve.length === 0 && (dataset !== null || seed.result.epochs > 1)
      ? [`no curve of ${at === 0 ? 'A' : 'B'}: the log that held it is gone`]
      : [],
  );
  if (curves.length === 0) return missing;
  const spread = spreadOf(curves.flatMap((pair) => [pair.a, pair.b]));
  const every = Math.max(1, Math.ceil(curves.length / EPOCHS_SHOWN));
  const shown = curves.filter(({ epoch }) => epoch === 1 || epoch === curves.length || epoch % every === 0);
  const table = plainTable(['epoch', 'A', 'B'], ['right', 'right', 'right']);
  const mark = (value: number | null, side: ComparedTrial, epoch: number): string =>
    value === null
      ? DASH
      : `${epoch === side.seed.result.bestEpoch ? '* ' : ''}${formatObjective(value, spread)}`;
  for (const { epoch, a: ofA, b: ofB } of shown)
    table.push([String(epoch), mark(ofA, a, epoch), mark(ofB, b, epoch)]);
  const left = curves.length - shown.length;
  return [
    trimLines(table.toString()),
    ...(left === 0 ? [] : [`${countOf(left, 'epoch')} between them not shown: --json has all`]),
    ...missing,
  ];
}
