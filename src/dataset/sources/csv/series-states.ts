// What is known so far of each series of a table; a table of one series has one.
import { basename } from 'node:path';
import { SweepError } from '../../../errors.js';
import type { TableBlock } from '../table/table.js';
import { TABLE_ENDINGS } from '../table/table-files.js';
import type { CsvLayout } from './csv-header.js';
import { RowFault } from './row-fault.js';
import { joinIds } from './series-id.js';
import type { RowTimes } from './times/row-times.js';

export interface SeriesState {
  /** '' of a table of one series. */
  readonly name: string;
  /** The row that is read; until then the one before. */
  readonly values: Float64Array;
  readonly hasValue: boolean[];
  readonly times: RowTimes;
}

export class SeriesStates {
  private readonly states = new Map<string, SeriesState>();

  constructor(
    private readonly layout: Pick<CsvLayout, 'featureColumns' | 'names' | 'seriesColumns'>,
    private readonly files: readonly string[],
    /** Place of the first of the series' ids among the texts of a block, where columns tell them; null: there is one series. */
    private readonly idText: number | null,
    private readonly timesOf: (name: string | null) => RowTimes,
  ) {}

  /** That of a row. Throws a fault for one that is of no series. */
  of(block: TableBlock, index: number, row: number): SeriesState {
    const name = this.nameOf(block, index, row);
    return this.states.get(name) ?? this.meet(name);
  }

  all(): IterableIterator<SeriesState> {
    return this.states.values();
  }

  private meet(name: string): SeriesState {
    const features = this.layout.featureColumns.length;
    const state: SeriesState = {
      name,
      values: new Float64Array(features),
      hasValue: Array.from({ length: features }, () => false),
      times: this.timesOf(this.idText === null ? null : name),
    };
    this.states.set(name, state);
    return state;
  }

  private nameOf({ file, texts }: TableBlock, index: number, row: number): string {
    if (this.idText === null) return '';
    const { seriesColumns, names } = this.layout;
    if (seriesColumns.length === 0) return basename(this.files[file] ?? '').replace(TABLE_ENDINGS, '');
    const ids = seriesColumns.map((_, place) => (texts[this.idText! + place]![index] ?? '').trim());
    const unnamed = ids.indexOf('');
    if (unnamed < 0) return joinIds(ids);
    throw new RowFault(row, ({ file: path, line }) => {
      const at = `${path}:${line}:${names[seriesColumns[unnamed]!]}`;
      return new SweepError('CSV_MISSING_VALUE', `${at}: the row names no series`, {
        path: at,
        hint: 'name one in each row of the column that tells series apart, or leave the row out by "where"',
      });
    });
  }
}
