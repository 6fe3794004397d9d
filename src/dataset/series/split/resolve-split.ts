// A split as the sweep file gives it (rows, fractions, dates or lengths of time) as row ranges of a series whose length is known.
import { SweepError } from '../../../errors.js';
import type { Amount, RollingSplit, SplitSpec } from '../../../study/dataset-source.js';
import type { RowRange, RowSplit, SplitName } from '../../../study/trial/trial.js';
import { formatDuration } from '../../../wording/duration.js';
import { countOf } from '../../../wording/plural.js';
import { resolveBlocks } from './rolling-blocks.js';
import { type Mark, moveMark, rowAxis, type TimeAxis } from './time-axis.js';

type PlainSplit = Exclude<SplitSpec, RollingSplit>;
type DatesSplit = Extract<SplitSpec, { type: 'dates' }>;
type LengthsSplit = Extract<SplitSpec, { type: 'lengths' }>;

const NAMES: readonly SplitName[] = ['train', 'validation', 'test'];
/** Fractions such as 0.7 + 0.2 + 0.1 may add up to a little more than 1. */
const ROUNDING = 1e-9;

/** Throws DATASET_TOO_SHORT when rows lie beyond the series, SPEC_INVALID when ranges are reversed or overlap. */
export function resolveSplit(spec: SplitSpec, series: number | TimeAxis): RowSplit {
  const axis = typeof series === 'number' ? rowAxis(series) : series;
  const rows = axis.length;
  if (spec.type === 'rolling') return resolveBlocks(spec, axis)[0]!;
  const parts = rangesOf(spec, axis);
  if (spec.type === 'dates') checkDated(spec, parts, rows);
  const split = withGap(spec, parts, axis);
  if (spec.type !== 'rows' && spec.gap !== undefined) checkGap(spec.gap, parts, split);
  for (const name of NAMES) checkRange(split[name], name, rows);
  const ordered = [...NAMES].sort((a, b) => split[a].start - split[b].start);
  for (const [index, name] of ordered.entries()) {
    const next = ordered[index + 1];
    if (next !== undefined && split[name].end > split[next].start) {
      throw new SweepError(
        'SPEC_INVALID',
        `the ${name} split (rows ${show(split[name])}) and the ${next} split (rows ${show(split[next])}) overlap`,
        {
          path: `dataset.split.${next}`,
          hint: 'a row that a model was trained on cannot judge it: keep them apart',
        },
      );
    }
  }
  return split;
}

function rangesOf(spec: PlainSplit, axis: TimeAxis): RowSplit {
  if (spec.type === 'rows') return fromRows(spec, axis.length);
  if (spec.type === 'fractions') return fromFractions(spec, axis.length);
  return spec.type === 'lengths' ? fromLengths(spec, axis) : fromDates(spec, axis);
}

/** From the beginning of the series on; back from its end where the training part has what is left. */
function fromLengths({ train, validation, test, gap }: LengthsSplit, axis: TimeAxis): RowSplit {
  if (train === undefined) {
    const beforeGap = (mark: Mark): Mark => (gap === undefined ? mark : moveMark(axis, mark, gap, -1));
    const end = { place: axis.length };
    const testStart = moveMark(axis, end, test, -1);
    const validationEnd = beforeGap(testStart);
    const validationStart = moveMark(axis, validationEnd, validation, -1);
    const trainEnd = beforeGap(validationStart);
    if (trainEnd.place <= 0)
      throw new SweepError(
        'DATASET_TOO_SHORT',
        `validation and test take ${axis.length - trainEnd.place} of the ${axis.length} rows of the series, which leaves none to train on`,
        { path: 'dataset.split.validation', hint: 'smaller parts, or a longer series' },
      );
    return {
      train: { start: 0, end: trainEnd.place },
      validation: { start: validationStart.place, end: validationEnd.place },
      test: { start: testStart.place, end: end.place },
    };
  }
  const trainEnd = moveMark(axis, { place: 0 }, train, 1);
  const validationEnd = moveMark(axis, trainEnd, validation, 1);
  const testEnd = moveMark(axis, validationEnd, test, 1);
  return {
    train: { start: 0, end: trainEnd.place },
    validation: { start: trainEnd.place, end: validationEnd.place },
    test: { start: validationEnd.place, end: testEnd.place },
  };
}

/** Rows left out where one part follows the other, so that no two of their rows are neighbours. */
function withGap(spec: PlainSplit, split: RowSplit, axis: TimeAxis): RowSplit {
  if (spec.type === 'rows' || spec.gap === undefined) return split;
  const { gap } = spec;
  const { train, validation, test } = split;
  const after = ({ start, end }: RowRange, before: RowRange): RowRange => ({
    start: Math.max(start, Math.min(end, moveMark(axis, { place: before.end }, gap, 1).place)),
    end,
  });
  return { train, validation: after(validation, train), test: after(test, validation) };
}

function fromDates({ train, validation, test }: DatesSplit, axis: TimeAxis): RowSplit {
  const rowsBefore = (date: string): number => axis.dated(date).place;
  const rowOf = (date: string | undefined, otherwise: number): number =>
    date === undefined ? otherwise : rowsBefore(date);
  const trainEnd = rowsBefore(train.until);
  const validationEnd = rowsBefore(validation.until);
  return {
    train: { start: rowOf(train.from, 0), end: trainEnd },
    validation: { start: rowOf(validation.from, trainEnd), end: validationEnd },
    test: { start: rowOf(test.from, validationEnd), end: rowOf(test.until, axis.length) },
  };
}

/** Dates of another year than the rows leave a part without any. */
function checkDated(spec: DatesSplit, parts: RowSplit, rows: number): void {
  const { train, validation, test } = spec;
  const starts = {
    train: train.from,
    validation: validation.from ?? train.until,
    test: test.from ?? validation.until,
  };
  for (const name of NAMES) {
    const { start, end } = parts[name];
    if (start < end) continue;
    const bounds = [
      ...(starts[name] === undefined ? [] : [`from ${starts[name]} on`]),
      ...(spec[name].until === undefined ? [] : [`before ${spec[name].until}`]),
    ];
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${name} split has no row: of the ${rows} rows none has a time ${bounds.join(' and ')}`,
      { path: `dataset.split.${name}`, hint: 'dates that lie within the times of the rows' },
    );
  }
}

function checkGap(gap: Amount, parts: RowSplit, split: RowSplit): void {
  const name = NAMES.find(
    (part) => parts[part].start < parts[part].end && split[part].start >= split[part].end,
  );
  if (name === undefined) return;
  const long = typeof gap === 'number' ? countOf(gap, 'row') : formatDuration(gap.seconds * 1000);
  throw new SweepError(
    'DATASET_TOO_SHORT',
    `the gap of ${long} takes all ${countOf(parts[name].end - parts[name].start, 'row')} of the ${name} split`,
    { path: 'dataset.split.gap', hint: 'a smaller gap, or longer parts' },
  );
}

function fromRows(spec: Extract<SplitSpec, { type: 'rows' }>, rows: number): RowSplit {
  return {
    train: spec.train,
    validation: spec.validation,
    test: { start: spec.test.start, end: spec.test.end ?? rows },
  };
}

function fromFractions(spec: Extract<SplitSpec, { type: 'fractions' }>, rows: number): RowSplit {
  for (const name of NAMES) {
    if (!(spec[name] > 0 && spec[name] < 1)) {
      throw new SweepError(
        'SPEC_INVALID',
        `the ${name} fraction is ${spec[name]}: it must lie between 0 and 1`,
        {
          path: `dataset.split.${name}`,
        },
      );
    }
  }
  const sum = spec.train + spec.validation + spec.test;
  if (sum > 1 + ROUNDING) {
    throw new SweepError(
      'SPEC_INVALID',
      `the fractions of the split add up to ${Number(sum.toFixed(6))}, more than 1`,
      {
        path: 'dataset.split',
      },
    );
  }
  const trainEnd = boundary(spec.train, rows);
  const validationEnd = boundary(spec.train + spec.validation, rows);
  return {
    train: { start: 0, end: trainEnd },
    validation: { start: trainEnd, end: validationEnd },
    test: { start: validationEnd, end: boundary(sum, rows) },
  };
}

function boundary(fraction: number, rows: number): number {
  return Math.min(rows, Math.floor(fraction * rows + ROUNDING * rows));
}

function checkRange(range: RowRange, name: SplitName, rows: number): void {
  const { start, end } = range;
  const path = `dataset.split.${name}`;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0) {
    throw new SweepError(
      'SPEC_INVALID',
      `the ${name} split is rows ${show(range)}: rows are whole numbers from 0`,
      {
        path,
      },
    );
  }
  if (start >= rows || end > rows) {
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${name} split is rows ${show(range)}, the series has ${rows}`,
      {
        path,
        hint: `rows are [start, end], the end not included: it is ${rows} at most; fractions fit any length: {"train": 0.5, …}`,
      },
    );
  }
  if (start < end) return;
  // Fractions of a very short series can leave nothing.
  throw new SweepError(
    'DATASET_TOO_SHORT',
    `the ${name} split is rows ${show(range)}, which is no row at all`,
    {
      path,
    },
  );
}

/** As a sweep file writes them: the end is not included. */
function show(range: RowRange): string {
  return `[${range.start}, ${range.end}]`;
}
