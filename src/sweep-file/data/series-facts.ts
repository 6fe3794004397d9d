// What the windows of trials are resolved for, and held against, whatever is learnt from the rows of a series.
import { SweepError } from '../../errors.js';
import { showValue } from '../../schema/json-path.js';
import { calendarColumns } from '../../study/calendar-fields.js';
import type { RowsSpec, SplitSpec } from '../../study/dataset-source.js';
import { JENA_COLUMNS } from '../../study/jena-columns.js';
import { type RowSplit, stretchesOfSeries, type WindowSpec } from '../../study/trial/trial.js';
import { suggest } from '../../wording/suggest.js';
import type { Problems } from '../problems.js';
import type { BlockShape, DataFacts, DatasetShape, OneSeriesShape, RowCounts } from './data-kind.js';

/** At least as many of the columns are known as are targets. */
export function guessFacts(
  kind: DataFacts['kind'],
  spec: RowsSpec | null,
  targets: number,
): Pick<DataFacts, 'kind' | 'features' | 'targetColumn' | 'targetColumns' | 'rows'> {
  const counts = (spec?.sources ?? []).map((source) =>
    source.type === 'named' ? JENA_COLUMNS.length : (source.columns?.length ?? 1),
  );
  const made = calendarColumns(spec?.calendar ?? []).length;
  const features = Math.max(targets, counts.length === 0 ? 1 : Math.min(...counts)) + made;
  const rows = spec?.split.type === 'rows' ? rowsOf(spec.split) : UNKNOWN_ROWS;
  return { kind, features, ...placesOf(Array.from({ length: targets }, (_, at) => at)), rows };
}

export function placesOf(columns: readonly number[]): Pick<DataFacts, 'targetColumn' | 'targetColumns'> {
  return { targetColumn: columns[0]!, ...(columns.length === 1 ? {} : { targetColumns: columns }) };
}

const UNKNOWN_ROWS: RowCounts = { train: null, validation: null, test: null };

function rowsOf(split: Extract<SplitSpec, { type: 'rows' }>): RowCounts {
  const { train, validation, test } = split;
  return {
    train: train.end - train.start,
    validation: validation.end - validation.start,
    test: test.end === null ? null : test.end - test.start,
  };
}

/** Places of the columns that are read up to the target's time. Throws SPEC_INVALID for one that the data have not. */
export function aheadOf(
  { known = [], calendar = [] }: RowsSpec,
  dataset: DatasetShape,
): Pick<DataFacts, 'ahead'> {
  const names = dataset.columns.map(({ name }) => name);
  const ahead = [...known, ...calendarColumns(calendar)].map((name) => {
    const place = names.indexOf(name);
    if (place >= 0) return place;
    throw new SweepError('SPEC_INVALID', `dataset.known names no column of the data: ${showValue(name)}`, {
      path: 'dataset.known',
      hint: suggest(name, names),
    });
  });
  return ahead.length === 0 ? {} : { ahead: ahead.sort((left, right) => left - right) };
}

/** The stretches of all of them, and the one with the fewest rows in its shortest split, of whichever block. */
export function factsOfSeries(
  list: readonly OneSeriesShape[],
  blocks: readonly BlockShape[] = [],
): Pick<DataFacts, 'stretches' | 'rows' | 'shortest'> {
  const fewest = ({ stretches: { train, validation, test } }: OneSeriesShape): number =>
    Math.min(train[1], validation[1], test[1]);
  const ofBlocks = blocks.flatMap(({ series = [] }) =>
    series.map(({ stretches }, place): OneSeriesShape => ({ name: list[place]!.name, stretches })),
  );
  const shortest = [...list, ...ofBlocks].reduce((least, one) => (fewest(one) < fewest(least) ? one : least));
  const { train, validation, test } = shortest.stretches;
  return {
    stretches: stretchesOfSeries(list),
    rows: { train: train[1], validation: validation[1], test: test[1] },
    shortest: shortest.name,
  };
}

/** Of a rolling origin the earliest block has the fewest rows to train on, and no window may be too long for it. */
export function fewestRows({ split, rolling }: DatasetShape): RowCounts {
  const trained = rolling?.blocks.map((block) => rowCounts(block.split).train ?? 0) ?? [];
  const rows = rowCounts(split);
  return trained.length === 0 ? rows : { ...rows, train: Math.min(...trained) };
}

function rowCounts(split: RowSplit): RowCounts {
  return {
    train: split.train.end - split.train.start,
    validation: split.validation.end - split.validation.start,
    test: split.test.end - split.test.start,
  };
}

/** Whole steps in a window, and in each split at least one window with its target. */
export function checkWindow(
  window: WindowSpec,
  rows: RowCounts,
  shortest: string | undefined,
  problems: Problems,
): void {
  const { lookback, step, delay } = window;
  if (lookback % step !== 0)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['window', 'step'],
      message: `must divide lookback (${lookback}), but is ${step}`,
      hint: `the nearest that do: ${nearestDivisors(lookback, step).join(', ')}`,
    });
  const ofSeries = shortest === undefined ? '' : ` of ${JSON.stringify(shortest)}, the shortest series,`;
  for (const [name, count] of Object.entries(rows)) {
    if (count === null || count > lookback + delay) continue;
    problems.add({
      code: 'SPEC_INVALID',
      path: ['window', 'lookback'],
      message: `reaches back ${lookback} rows and delay ahead ${delay}, but the ${name} split${ofSeries} has only ${count} rows`,
      hint: `a shorter window, or another split${shortest === undefined ? '' : '; "minRows" leaves out series of fewer rows'}`,
    });
  }
}

/** The greatest divisor of `lookback` up to `step`, and the least one above. O(lookback) at worst. */
function nearestDivisors(lookback: number, step: number): number[] {
  let below = Math.min(step, lookback);
  while (lookback % below !== 0) below -= 1;
  let above = Math.min(step + 1, lookback);
  while (lookback % above !== 0) above += 1;
  return [...new Set([below, above])];
}

export function checkNamed(dataset: RowsSpec, problems: Problems): void {
  if (dataset.series !== undefined && dataset.sources.some(({ type }) => type === 'named'))
    problems.add({
      code: 'SPEC_INVALID',
      path: ['dataset', 'series'],
      message: 'does not go with a named source, which is one series',
      hint: 'leave it out, or give a table: {"csv": "stores.csv"}',
    });
}
