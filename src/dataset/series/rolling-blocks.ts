// The blocks of a rolling origin: validation parts that follow each other up to the test part, each with the training part
// before it.
import { SweepError } from '../../errors.js';
import type { RollingSplit } from '../../study/dataset-source.js';
import type { RowRange, RowSplit } from '../../study/trial/trial.js';

/** Shares such as 0.1 of a thousand rows may fall a little short of 100. */
const ROUNDING = 1e-9;

/**
 * Rows of the series, from the latest block to the earliest; all have the same test part. Throws DATASET_TOO_SHORT when a
 * part has no row, or a training part that slides not as many as it is to have.
 */
export function resolveBlocks(spec: RollingSplit, rows: number): RowSplit[] {
  const { blocks, gap = 0 } = spec;
  const testRows = rowsOf(spec.test, rows);
  const validationRows = rowsOf(spec.validation, rows);
  const trainRows = spec.train === undefined ? null : rowsOf(spec.train, rows);
  const test = { start: rows - testRows, end: rows };
  if (testRows < 1) throw tooShort('test', `a share of ${spec.test} of ${rows} rows is none`);
  if (validationRows < 1)
    throw tooShort('rolling.validation', `a share of ${spec.validation} of ${rows} rows is none`);
  return Array.from({ length: blocks }, (_, back): RowSplit => {
    const end = test.start - gap - back * validationRows;
    const validation: RowRange = { start: end - validationRows, end };
    const trainEnd = validation.start - gap;
    const start = trainRows === null ? 0 : trainEnd - trainRows;
    if (start < 0 || trainEnd <= Math.max(0, start))
      throw tooShort(
        'rolling.blocks',
        `block ${blocks - back} of ${blocks} validates on rows ${validation.start} to ${validation.end}, which leaves ${Math.max(0, trainEnd)} rows before it to train on` +
          (trainRows === null ? '' : `, ${trainRows} are asked for`),
      );
    return { train: { start, end: trainEnd }, validation, test };
  });
}

function rowsOf(amount: number, rows: number): number {
  return amount < 1 ? Math.floor(amount * rows + ROUNDING * rows) : amount;
}

function tooShort(field: string, message: string): SweepError {
  return new SweepError('DATASET_TOO_SHORT', message, {
    path: `dataset.split.${field}`,
    hint: 'fewer blocks, smaller parts, or a longer series',
  });
}
