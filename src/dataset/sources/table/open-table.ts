// Any table, opened: text in some dialect, Parquet, JSON lines, packed or in many files. Tells its columns and first rows, then
// gives numbers and texts in blocks, in the order of the files, in bounded memory. What rows mean is decided by the callers.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SweepError } from '../../../errors.js';
import { checkInterrupt } from '../../turns.js';
import type { Dialect } from './dialect.js';
import { Duck } from './duck.js';
import { rawBytes } from './plain-files.js';
import { plainBlock, plainQuery } from './plain-rows.js';
import { projectedBlock } from './projected-block.js';
import { projectedQuery, runsQuery } from './projection-sql.js';
import { ROW } from './raw-name.js';
import { checkAlone, checkCondition, checkSelect } from './read-only-sql.js';
import { findLines, type LineFinder } from './read-text-lines.js';
import { describeSqlDates } from './sql-dates.js';
import type {
  OpenOptions,
  Projection,
  RowPlaces,
  Table,
  TableBlock,
  TableColumn,
  TableSettings,
  TextRun,
} from './table.js';
import { conditionFault, tableFault } from './table-fault.js';
import { formatOf, tableFiles } from './table-files.js';
import {
  openQueryPart,
  openTextPart,
  openTypedPart,
  type PlainText,
  plainText,
  type TablePart,
} from './table-part.js';

/** To be closed. Throws CSV_SYNTAX, DATASET_NOT_FOUND. */
export async function openTable(settings: TableSettings, options: OpenOptions = {}): Promise<Table> {
  const temporary = join(options.temporary ?? tmpdir(), `.${randomUUID()}.table.tmp`);
  let duck: Duck | null = null;
  const close = (): void => {
    duck?.close();
    duck = null;
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    const onBytes = (bytes: Buffer): void => {
      checkInterrupt(options.signal);
      options.onBytes?.(bytes);
    };
    const parts: TablePart[] = [];
    const notices: string[] = [];
    if (settings.sql !== undefined) {
      const checked = await checkAlone(temporary, (alone) =>
        checkSelect(alone, settings.sql ?? '', settings.path),
      );
      for (const file of checked.files) await hashed(file, onBytes);
      duck = await Duck.open({ files: checked.files, folders: [settings.path], temporary });
      const part = await openQueryPart(duck, settings.path, checked.sql);
      parts.push(part);
      const dates = await describeSqlDates(duck, settings.sql, checked.files, part);
      if (dates !== null) notices.push(dates);
    } else {
      const files = tableFiles(settings.path);
      const partOptions = { settings, temporary, onBytes, signal: options.signal };
      const isText = formatOf(files[0]!) === 'text';
      const plain: PlainText[] = [];
      for (const file of files) plain.push(await plainText(file, partOptions, isText));
      duck = await Duck.open({ files: plain.map(({ plainPath }) => plainPath), folders: [], temporary });
      for (const text of plain)
        parts.push(
          isText ? await openTextPart(duck, text, partOptions) : await openTypedPart(duck, text.path),
        );
    }
    const { where } = settings;
    if (where !== undefined) await requireCondition(duck, parts, where);
    return new OpenTable(duck, parts, notices, where, options.signal, close);
  } catch (thrown) {
    close();
    throw tableFault(thrown, settings.path, null, options.signal);
  }
}

/** Throws SPEC_INVALID for what is no condition, or names a column that is not there. */
async function requireCondition(duck: Duck, parts: readonly TablePart[], where: string): Promise<void> {
  await checkCondition(duck, where);
  for (const part of parts) {
    const { sql } = projectedQuery(part, { numbers: [], texts: [] }, where);
    await duck.columns(sql).catch((cause: unknown) => {
      throw conditionFault(cause, part);
    });
  }
}

async function hashed(file: string, onBytes: (bytes: Buffer) => void): Promise<void> {
  for await (const bytes of rawBytes(file)) onBytes(bytes);
}

class OpenTable implements Table {
  readonly columns: readonly TableColumn[];
  readonly sample: Table['sample'];
  readonly files: readonly string[];
  readonly dialect: Dialect | null;
  readonly notices: readonly string[];
  /** Of each part that was read. */
  private readonly rowCounts: number[] = [];

  constructor(
    private readonly duck: Duck,
    private readonly parts: readonly TablePart[],
    notices: readonly string[],
    private readonly where: string | undefined,
    private readonly signal: AbortSignal | undefined,
    readonly close: () => void,
  ) {
    const [first] = parts;
    if (first === undefined) throw new SweepError('INTERNAL', 'a table without files');
    this.columns = first.columns;
    this.sample = first.sample;
    this.dialect = first.dialect;
    this.files = parts.map(({ path }) => path);
    this.notices = [...new Set([...notices, ...parts.flatMap((part) => part.notices)])];
    for (const part of parts) requireSameColumns(first, part);
  }

  async *read(projection: Projection): AsyncGenerator<TableBlock> {
    this.rowCounts.length = 0;
    let firstRow = 0;
    const interrupt = (): void => this.duck.interrupt();
    this.signal?.addEventListener('abort', interrupt, { once: true });
    try {
      for (const [index, part] of this.parts.entries()) {
        let { count, isWhole } = yield* this.readPlain(index, projection, firstRow);
        const { sql, places } = projectedQuery(part, projection, this.where, count);
        try {
          for await (const chunk of isWhole ? [] : this.duck.stream(sql)) {
            checkInterrupt(this.signal);
            yield { file: index, ...projectedBlock(chunk, projection, places, firstRow, count) };
            count += chunk.rowCount;
          }
        } catch (thrown) {
          throw tableFault(thrown, part.path, part.dialect, this.signal);
        }
        this.rowCounts[index] = places.row < 0 ? count : await this.countRows(part);
        firstRow += this.rowCounts[index]!;
      }
    } finally {
      this.signal?.removeEventListener('abort', interrupt);
    }
  }

  /** Rows of a part from its first, as far as they are plain: how many, and whether those are all. */
  private async *readPlain(
    file: number,
    projection: Projection,
    firstRow: number,
  ): AsyncGenerator<TableBlock, { count: number; isWhole: boolean }> {
    const sql = plainQuery(this.parts[file]!, projection, this.where);
    let count = 0;
    if (sql === null) return { count, isWhole: false };
    try {
      for await (const chunk of this.duck.stream(sql)) {
        checkInterrupt(this.signal);
        const block = plainBlock(chunk, projection);
        if (block === null) return { count, isWhole: false };
        const before = firstRow + count;
        yield { ...block, file, rowOf: (index) => before + index };
        count += block.count;
      }
      return { count, isWhole: true };
    } catch (thrown) {
      checkInterrupt(this.signal);
      if (thrown instanceof SweepError) throw thrown;
      // What it is the careful reading meets again, and tells.
      return { count, isWhole: false };
    }
  }

  /** Of those too that a condition leaves out. */
  private async countRows({ from }: TablePart): Promise<number> {
    if (this.parts.length === 1) return Number.NaN;
    const [[count] = []] = await this.duck.rows(`select count(*) from ${from}`);
    return Number(count);
  }

  async findRow(column: number, condition: (text: string) => string): Promise<number | null> {
    let before = 0;
    for (const [index, { from, columns }] of this.parts.entries()) {
      const [[row] = []] = await this.duck.rows(
        `select ${ROW} from (select *, row_number() over () - 1 as ${ROW} from ${from}) where ${condition(columns[column]!.text)} limit 1`,
      );
      if (row !== undefined) return before + Number(row);
      before += this.rowCounts[index] ?? (await this.countRows(this.parts[index]!));
    }
    return null;
  }

  async fieldOf(row: number, column: number): Promise<string> {
    let rest = row;
    for (const [index, part] of this.parts.entries()) {
      const [[field] = []] = await this.duck.rows(
        `select ${part.columns[column]!.text} from ${part.from} limit 1 offset ${rest}`,
      );
      if (field !== undefined) return field === null ? '' : String(field);
      rest -= this.rowCounts[index] ?? (await this.countRows(part));
    }
    return '';
  }

  async distinct(column: number, most: number): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const part of this.parts) {
      const { sql, places } = projectedQuery(part, { numbers: [], texts: [column] }, this.where);
      const rows = await this.duck.rows(
        `select distinct text from (${sql}) as t(${namesUpTo(places.texts)}text) limit ${most}`,
      );
      for (const [text] of rows) found.add(text === null ? '' : String(text));
    }
    return [...found].slice(0, most);
  }

  async runs(column: number, most: number): Promise<readonly TextRun[] | null> {
    const runs: TextRun[] = [];
    let before = 0;
    for (const [index, part] of this.parts.entries()) {
      const rows = await this.duck.rows(runsQuery(part, column, this.where, most));
      if (rows.length > most) return null;
      for (const [row, text] of rows) {
        const run = { row: before + Number(row), text: text === null ? '' : String(text) };
        if (run.text !== runs.at(-1)?.text) runs.push(run);
      }
      if (index < this.parts.length - 1) before += await this.countRows(part);
    }
    return runs.length > most ? null : runs;
  }

  async findPlaces(): Promise<RowPlaces> {
    const finders: LineFinder[] = [];
    for (const [index, { plainPath, dialect, lines }] of this.parts.entries()) {
      if (dialect === null) finders.push({ lineOf: (row) => row + 1, firstWrapped: null });
      else if (this.rowCounts[index] === lines - dialect.firstLine + 1)
        finders.push({ lineOf: (row) => row + dialect.firstLine, firstWrapped: null });
      else finders.push(await findLines(this.duck, plainPath, dialect));
    }
    const wrapped = finders.findIndex(({ firstWrapped }) => firstWrapped !== null);
    return {
      firstWrapped:
        wrapped < 0 ? null : { file: this.files[wrapped]!, line: finders[wrapped]!.firstWrapped! },
      placeOf: (row) => {
        let part = 0;
        let rest = row;
        while (part < this.parts.length - 1 && rest >= this.rowCounts[part]!) rest -= this.rowCounts[part++]!;
        return { file: this.files[part]!, line: finders[part]!.lineOf(rest) };
      },
    };
  }
}

function namesUpTo(count: number): string {
  return Array.from({ length: count }, (_, column) => `other${column}, `).join('');
}

function requireSameColumns(first: TablePart, other: TablePart): void {
  const names = (part: TablePart): string => part.columns.map(({ name }) => name).join(', ');
  if (names(first) === names(other)) return;
  throw new SweepError(
    'CSV_SYNTAX',
    `${other.path} has the columns ${names(other)}, but ${first.path} has ${names(first)}`,
    { path: other.path, hint: 'the files of one table have the same columns, in the same order' },
  );
}
