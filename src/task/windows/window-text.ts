// What goes into a model of windows, for the README of an exported one.
import { nameSeriesColumn } from '../../wording/series-column.js';
import type { WindowUse } from './window-use.js';

/** A sentence. */
export function explainWindow(
  { window, stepSeconds, columns }: Pick<WindowUse, 'window' | 'stepSeconds' | 'columns'>,
  { timesteps, features }: { readonly timesteps: number; readonly features: number },
): string {
  const rows = stepSeconds === null ? 'rows' : `rows of ${stepSeconds} s`;
  const held = columns.filter((column) => column.held).map(({ name }) => `"${name}"`);
  const heldNote =
    held.length === 0 ? '' : ` (${held.join(', ')}: constant while training, so 0 whatever the value)`;
  return `\`input\` is \`[samples, ${timesteps}, ${features}]\`: of the columns ${columns.map(({ name }) => `"${name}"`).join(', ')}, each as (value − mean) / std${heldNote}, the rows i − ${window.lookback}, i − ${window.lookback} + ${window.step}, …, i − ${window.step} (${rows}).`;
}

/** Of a model that is told the series, a sentence more; empty: it is not. */
export function explainSeriesInput({ seriesInput }: Pick<WindowUse, 'seriesInput'>): string {
  return seriesInput === undefined
    ? ''
    : ' After the columns stands, at every time step, the place (from 0) of the series among `task.seriesInput` of sweep.json.';
}

/** A sentence more, with a blank before it. */
export function explainSeries(series: NonNullable<WindowUse['series']>): string {
  return ` Rows are those of one series, ${series.column === null ? 'each in a file of its own' : `told apart by ${nameSeriesColumn(series.column)}`}${series.own === undefined ? '' : ', each with the means and deviations of its own, which stand in `task.series` of sweep.json in place of those above'}.`;
}

const FRAMES = { last: 'less its last row', mean: 'less its mean' } as const;

/** How the values of a window are framed; empty: they are not. */
export function explainFraming(
  { window: { normalise }, ahead = [], columns }: Pick<WindowUse, 'window' | 'ahead' | 'columns'>,
  epsilon: number,
): string {
  if (normalise === undefined) return '';
  const apart = ahead.length === 0 ? '' : `, but ${namesOf(columns, ahead)},`;
  const frame = normalise === 'standard' ? `less its mean, over √(variance + ${epsilon})` : FRAMES[normalise];
  return ` Then each column of a window${apart} is taken ${frame}.`;
}

/** Which columns are read ahead of a window; empty: none are. */
export function explainAhead({
  window,
  ahead = [],
  columns,
}: Pick<WindowUse, 'window' | 'ahead' | 'columns'>): string {
  if (ahead.length === 0) return '';
  return ` Of ${namesOf(columns, ahead)} each row is the one ${window.step + window.delay} rows later, so that the last one is the target's.`;
}

function namesOf(columns: WindowUse['columns'], places: readonly number[]): string {
  return places.map((at) => `"${columns[at]!.name}"`).join(', ');
}
