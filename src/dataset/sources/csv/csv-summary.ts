// What is known of a table once all its rows were read.
import type { Notice } from '../../../wording/fault-words.js';
import type { TextColumn } from './csv-header.js';
import type { TimeSummary } from './times/time-steps.js';

export interface CsvSummary {
  readonly rows: number;
  readonly time: TimeSummary | null;
  /** Values that were filled, or values in rows that were dropped. */
  readonly missingValues: number;
  readonly droppedRows: number;
  /** Columns that hold no number. */
  readonly textColumns: readonly TextColumn[];
  readonly notices: readonly Notice[];
  /** Where row `row` (0-based) stands, for people: `file.csv:12`. */
  readonly placeOf: (row: number) => string;
}
