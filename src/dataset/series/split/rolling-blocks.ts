// The blocks of a rolling origin: validation parts that follow each other up to the test part, each with the training part
// before it.
import { SweepError } from '../../../errors.js';
import { blockCount, type RollingSplit } from '../../../study/dataset-source.js';
import type { RowRange, RowSplit } from '../../../study/trial/trial.js';
import { type Mark, moveMark, rowAxis, type TimeAxis, tellAmount } from './time-axis.js';

interface Marks {
  readonly start: Mark;
  readonly end: Mark;
}

/**
 * Places of the axis, or rows of the series, from the latest block to the earliest; all have the same test part. Throws
 * DATASET_TOO_SHORT when a part has no row, or a training part that slides not as many as it is to have; SPEC_INVALID for dates
 * of which one part would end in another.
 */
export function resolveBlocks(spec: RollingSplit, rows: number | TimeAxis): RowSplit[] {
  const axis = typeof rows === 'number' ? rowAxis(rows) : rows;
  const test = testMarks(spec, axis);
  const blocks = blockCount(spec);
  return validationMarks(spec, axis, beforeGap(spec, axis, test.start)).map((marks, back): RowSplit => {
    const validation = rangeOf(marks);
    if (validation.end <= validation.start) throw noRow('rolling.validation', spec.validation, axis);
    const trainEnd = beforeGap(spec, axis, marks.start);
    const start = spec.train === undefined ? 0 : moveMark(axis, trainEnd, spec.train, -1).place;
    if (start < 0 || trainEnd.place <= Math.max(0, start))
      throw tooShort(
        'rolling.blocks',
        `block ${blocks - back} of ${blocks} validates on rows ${validation.start} to ${validation.end}, which leaves ${Math.max(0, trainEnd.place)} rows before it to train on` +
          (spec.train === undefined ? '' : `, ${trainEnd.place - start} are asked for`),
      );
    return { train: { start, end: trainEnd.place }, validation, test: rangeOf(test) };
  });
}

function testMarks({ test }: RollingSplit, axis: TimeAxis): Marks {
  const end = { place: axis.length };
  if (typeof test === 'object' && 'from' in test) {
    const marks = {
      start: axis.dated(test.from),
      end: test.until === undefined ? end : axis.dated(test.until),
    };
    if (marks.start.place < marks.end.place) return marks;
    throw tooShort(
      'test',
      `from ${test.from}${test.until === undefined ? '' : ` until ${test.until}`} there is no row`,
    );
  }
  const start = moveMark(axis, end, test, -1);
  if (start.place >= axis.length) throw noRow('test', test, axis);
  return { start, end };
}

/** From the latest to the earliest; the latest one ends at `end` at most. */
function validationMarks({ blocks, validation }: RollingSplit, axis: TimeAxis, end: Mark): Marks[] {
  const marks: Marks[] = [];
  if (typeof blocks === 'number') {
    if (validation === undefined) throw new SweepError('INTERNAL', 'blocks without a length');
    for (let next = end; marks.length < blocks; next = marks.at(-1)!.start) {
      marks.push({ start: moveMark(axis, next, validation, -1), end: next });
      if (marks[0]!.start.place >= marks[0]!.end.place) throw noRow('rolling.validation', validation, axis);
    }
    return marks;
  }
  let next = end;
  for (const [at, date] of [...blocks.entries()].reverse()) {
    const start = axis.dated(date);
    const own = { start, end: validation === undefined ? next : moveMark(axis, start, validation, 1) };
    if (own.end.place > next.place || start.place >= next.place)
      throw new SweepError(
        'SPEC_INVALID',
        `block ${at + 1} of ${blocks.length}, from ${date} on, ${start.place >= next.place ? 'has no row' : 'does not end'} before ${blocks[at + 1] === undefined ? 'the test part' : `the next one, from ${blocks[at + 1]} on,`} begins`,
        { path: `dataset.split.rolling.${validation === undefined ? 'blocks' : 'validation'}` },
      );
    marks.push(own);
    next = start;
  }
  return marks;
}

function beforeGap({ gap }: RollingSplit, axis: TimeAxis, mark: Mark): Mark {
  return gap === undefined ? mark : moveMark(axis, mark, gap, -1);
}

function rangeOf({ start, end }: Marks): RowRange {
  return { start: start.place, end: end.place };
}

function noRow(field: string, amount: RollingSplit['validation'], axis: TimeAxis): SweepError {
  return tooShort(field, amount === undefined ? 'there is no row' : `${tellAmount(amount, axis)} is none`);
}

function tooShort(field: string, message: string): SweepError {
  return new SweepError('DATASET_TOO_SHORT', message, {
    path: `dataset.split.${field}`,
    hint: 'fewer blocks, smaller parts, or a longer series',
  });
}
