// The rows of a table as rows of numbers, in order. Reading and splitting is DuckDB's work; here stand missing values, what may
// be misread though it is a number, and errors that name line and column.
import type { CsvPlace } from '../../../error-facts.js';
import type { CsvSource } from '../../../study/dataset-source.js';
import { faultError, type Notice } from '../../../wording/fault-words.js';
import { interleave } from '../row-source.js';
import { numberReader, USUAL_FORM } from '../table/number-sql.js';
import type { Projection, Table, TableBlock, TablePlace } from '../table/table.js';
import type { CsvBlock, LabelColumn } from './csv-block.js';
import type { CsvLayout } from './csv-header.js';
import type { CsvSummary } from './csv-summary.js';
import { GroupingMarks } from './grouping-marks.js';
import { isBlankRow, LeftRows } from './left-rows.js';
import { MissingFields } from './missing-fields.js';
import { MissingMarks } from './missing-marks.js';
import { numberHint } from './number-hint.js';
import { RowFault } from './row-fault.js';
import { RowLines } from './row-lines.js';
import { type SeriesState, SeriesStates } from './series-states.js';
import { type PlaceOf, RowTimes } from './times/row-times.js';
import type { TimeForm } from './times/time-form.js';
import { mergeTimes } from './times/time-steps.js';

export class RowReader {
  readonly projection: Projection;
  private readonly states: SeriesStates;
  private names: string[] = [];
  /** Place of the labels among the texts of a block; null: none are read. */
  private readonly labelText: number | null;
  private readonly features: number;
  private block = {
    values: new Float64Array(),
    seconds: new Float64Array(),
    rows: new Float64Array(),
    labels: new Float64Array(),
  };
  private filled = new Uint8Array();
  private count = 0;
  private readonly rowNumbers = new RowLines();
  private readonly missing: MissingFields;
  private readonly left = new LeftRows();
  private readonly header: number | false | undefined;
  private readonly toNumber: (text: string) => number;
  private rows = 0;
  private droppedRows = 0;
  private readonly grouping: GroupingMarks;
  private readonly hasValue: boolean[];
  private readonly marks: MissingMarks;
  private placeOf: PlaceOf = (row) => ({ file: this.layout.file, line: row + 1 });

  constructor(
    private readonly source: CsvSource,
    private readonly layout: CsvLayout,
    form: TimeForm,
    table: Pick<Table, 'dialect' | 'files' | 'sample'>,
    private readonly isSeveral: boolean,
    private readonly label: LabelColumn | null = null,
  ) {
    const { featureColumns } = layout;
    this.features = featureColumns.length;
    const numberForm = table.dialect ?? USUAL_FORM;
    this.toNumber = numberReader(numberForm);
    this.missing = new MissingFields(source, this.toNumber);
    this.header = table.dialect?.header;
    this.grouping = new GroupingMarks(
      featureColumns.map((column) =>
        table.dialect === null ? ['x'] : table.sample.map((row) => row[column] ?? ''),
      ),
      numberForm.decimal,
    );
    this.marks = new MissingMarks(featureColumns.length);
    this.hasValue = featureColumns.map(() => false);
    const { texts: ofTimes } = new RowTimes(layout, form, source.order === 'sort', null);
    this.states = new SeriesStates(
      layout,
      table.files,
      isSeveral ? ofTimes.length : null,
      (name) => new RowTimes(layout, form, source.order === 'sort', name),
    );
    const texts = [...ofTimes, ...layout.seriesColumns];
    this.labelText = layout.labelColumn < 0 ? null : texts.length;
    this.projection = {
      numbers: featureColumns,
      texts: layout.labelColumn < 0 ? texts : [...texts, layout.labelColumn],
      time: form.projection,
      sorted: source.order === 'sort',
    };
  }

  read(block: TableBlock): CsvBlock {
    this.reserve(block.count);
    this.count = 0;
    this.names = [];
    const isWhole = this.readWhole(block);
    if (!isWhole) for (let index = 0; index < block.count; index++) this.readRow(block, index);
    return {
      ...this.block,
      count: this.count,
      series: this.isSeveral ? this.names : null,
      labels: this.labelText === null ? null : this.block.labels,
      filled: isWhole ? null : this.filled,
    };
  }

  private reserve(rows: number): void {
    if (this.block.rows.length >= rows) return;
    this.block = {
      values: new Float64Array(rows * this.features),
      seconds: new Float64Array(rows),
      rows: new Float64Array(rows),
      labels: new Float64Array(this.labelText === null ? 0 : rows),
    };
    this.filled = new Uint8Array(rows * this.features);
  }

  /** Throws for what shows only when all rows were read. */
  async checkWhole(placeOf: PlaceOf, table: Table): Promise<void> {
    this.placeOf = placeOf;
    await this.requireValues(table);
    for (const { times } of this.states.all()) times.requireOrder(placeOf);
    if (this.source.decimal === undefined && this.source.thousands === undefined)
      await this.grouping.requireDecimals(table, this.layout, (row, feature) =>
        this.csvPlace(placeOf(row), feature),
      );
    if (this.rows === 0)
      throw faultError('CSV_MISSING_VALUE', { kind: 'every-row-missing', file: this.layout.file });
  }

  summary(): CsvSummary {
    return {
      rows: this.rows,
      time: mergeTimes([...this.states.all()].map(({ times }) => times.summary(this.placeOf))),
      missingValues: this.missing.count,
      droppedRows: this.droppedRows,
      textColumns: this.layout.textColumns,
      notices: this.notices(),
      placeOf: (row) => {
        const { file, line } = this.placeOf(this.rowNumbers.lineOf(row));
        return `${file}:${line}`;
      },
    };
  }

  /** Throws CSV_MISSING_VALUE when values are missing and nothing says what to do with them, or nothing can be done. */
  private async requireValues(table: Table): Promise<void> {
    const empty = this.layout.featureColumns.filter((_, feature) => !this.hasValue[feature]);
    if (empty.length > 0) {
      const columns = empty.map((column) => this.layout.names[column] ?? '');
      throw faultError('CSV_MISSING_VALUE', { kind: 'no-value', file: this.layout.file, columns });
    }
    if (this.missing.first === null) return;
    const { row, feature } = this.missing.first;
    const field = await table.fieldOf(row, this.layout.featureColumns[feature]!);
    throw this.missing.toError(this.csvPlace(this.placeOf(row), feature), field);
  }

  private notices(): Notice[] {
    const nameOf = (feature: number): string => this.layout.names[this.layout.featureColumns[feature]!] ?? '';
    return [
      ...new Set([...this.states.all()].flatMap(({ times }) => times.notices(this.placeOf))),
      ...this.left.notices(this.placeOf),
      ...this.marks.suspected().map(
        ({ feature, value, count, low, high }): Notice => ({
          kind: 'suspected-mark',
          column: nameOf(feature),
          value,
          rows: count,
          others: [low, high],
        }),
      ),
    ];
  }

  /** Takes a block of whole rows of one series column by column; false: it is none, and nothing was taken. */
  private readWhole(block: TableBlock): boolean {
    const { count, numbers, seconds, rough, texts } = block;
    if (this.isSeveral || texts.length > 0 || rough.size > 0 || count === 0) return false;
    if (numbers.some((column) => this.missing.holdsAny(column))) return false;
    if (seconds?.includes(Number.NaN)) return false;
    const state = this.states.of(block, 0, block.rowOf(0));
    const { features } = this;
    const { values } = this.block;
    for (const [feature, column] of numbers.entries()) {
      interleave(column, values, feature, features);
      this.grouping.seeAll(feature, column);
      this.marks.seeAll(feature, column);
    }
    this.hasValue.fill(true);
    state.hasValue.fill(true);
    state.values.set(values.subarray((count - 1) * features, count * features));
    if (seconds === null) this.block.seconds.fill(Number.NaN);
    for (let index = 0; index < count; index++) {
      const row = block.rowOf(index);
      if (seconds !== null) this.block.seconds[index] = state.times.add(seconds[index]!, row);
      this.block.rows[index] = row;
      this.rowNumbers.append(row);
    }
    this.count = count;
    this.rows += count;
    return true;
  }

  private readRow(block: TableBlock, index: number): void {
    const row = block.rowOf(index);
    if (isBlankRow(block, index)) {
      this.left.meetBlank(row);
      return;
    }
    const state = this.states.of(block, index, row);
    const { values } = state;
    const rough = block.rough.get(index);
    let missing = 0;
    for (let feature = 0; feature < values.length; feature++) {
      const field = rough === undefined ? null : (rough[feature] ?? '');
      const value = field === null ? block.numbers[feature]![index]! : this.toNumber(field);
      const isMissing = this.missing.holds(value);
      this.filled[this.count * values.length + feature] = Number(isMissing);
      if (isMissing) {
        this.meetMissing(field ?? String(value), value, feature, row);
        missing++;
      } else {
        values[feature] = value;
        this.hasValue[feature] = true;
        state.hasValue[feature] = true;
        this.grouping.see(feature, value);
        this.marks.see(feature, value);
      }
    }
    if (missing > 0 && !this.keepsRow(missing, state)) {
      state.times.pass(block.seconds?.[index] ?? Number.NaN, rough?.slice(this.features) ?? []);
      return;
    }
    state.times.see(block.texts, index, row);
    const seconds = this.secondsOf(block, index, rough, row, state);
    this.block.values.set(values, this.count * values.length);
    this.block.seconds[this.count] = seconds;
    this.block.rows[this.count] = row;
    this.rowNumbers.append(row);
    if (this.isSeveral) this.names.push(state.name);
    if (this.label !== null && this.labelText !== null)
      this.block.labels[this.count] = this.label.codeOf(block.texts[this.labelText]![index] ?? '', row);
    this.count++;
    this.rows++;
  }

  /** Whether a row with missing values is one of the dataset: with those of the row before it. */
  private keepsRow(missing: number, state: SeriesState): boolean {
    const { onMissing } = this.source;
    // Every column of the series had a value, in this row or in one before.
    if (onMissing === 'forward-fill' && state.hasValue.includes(false)) {
      this.left.meetLeading();
      return false;
    }
    this.missing.count += missing;
    if (onMissing === 'drop') this.droppedRows++;
    return onMissing === 'forward-fill';
  }

  private secondsOf(
    block: TableBlock,
    index: number,
    rough: readonly (string | null)[] | undefined,
    row: number,
    { times }: SeriesState,
  ): number {
    if (block.seconds === null) return Number.NaN;
    const seconds = block.seconds[index]!;
    if (Number.isNaN(seconds)) return times.read(rough?.slice(this.features) ?? [], row);
    return times.add(seconds, row);
  }

  /** Returns when the value may be filled, its row dropped or counted; throws a fault otherwise. */
  private meetMissing(field: string, value: number, feature: number, row: number): void {
    if (this.missing.meet(field, value, { row, feature })) return;
    throw new RowFault(row, (place) =>
      faultError('CSV_VALUE', {
        kind: 'not-a-number',
        ...this.csvPlace(place, feature),
        field,
        rewrite: numberHint(field),
        ...(row === 0 && this.header ? { below: this.header } : {}),
      }),
    );
  }

  private csvPlace({ file, line }: TablePlace, feature: number): CsvPlace {
    return { file, line, column: this.layout.names[this.layout.featureColumns[feature]!] ?? '' };
  }
}
