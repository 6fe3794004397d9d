// What a sweep file tells of its series before the data are read: enough to check windows and models with.
import type { SeriesSpec, SplitSpec } from '../study/dataset-source.js';
import { JENA_COLUMNS } from '../study/jena-columns.js';
import type { DataFacts, RowCounts } from './resolve-trial.js';

/** Of the columns at least one, and that is the target. */
export function seriesFacts(dataset: SeriesSpec | null): DataFacts {
  const counts = (dataset?.sources ?? []).map((source) =>
    source.type === 'named' ? JENA_COLUMNS.length : (source.columns?.length ?? 1),
  );
  const features = counts.length === 0 ? 1 : Math.min(...counts);
  const split = dataset?.split;
  return {
    kind: 'series',
    features,
    targetColumn: 0,
    rows: split?.type === 'rows' ? rowsOf(split) : UNKNOWN_ROWS,
  };
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
