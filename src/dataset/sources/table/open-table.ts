// Any table, opened: text in some dialect, Parquet, JSON lines, packed or in many files. Tells its columns and first rows, then
// gives numbers and texts in blocks, in the order of the files, in bounded memory. What rows mean is decided by the callers.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBDataChunk } from '@duckdb/node-api';
import { SweepError } from '../../../errors.js';
import { checkInterrupt } from '../../turns.js';
import type { Dialect } from './dialect.js';
import { Duck } from './duck.js';
import { projectionSql } from './projection-sql.js';
import { lineFinder } from './read-text-lines.js';
import type {
  OpenOptions,
  Projection,
  Table,
  TableBlock,
  TableColumn,
  TablePlace,
  TableSettings,
} from './table.js';
import { tableFault } from './table-fault.js';
import { formatOf, tableFiles } from './table-files.js';
import { openTextPart, openTypedPart, type PlainText, plainText, type TablePart } from './table-part.js';

/** To be closed. Throws CSV_SYNTAX, DATASET_NOT_FOUND. */
export async function openTable(settings: TableSettings, options: OpenOptions = {}): Promise<Table> {
  const temporary = join(options.temporary ?? tmpdir(), `.${randomUUID()}.table.tmp`);
  mkdirSync(temporary, { recursive: true });
  let duck: Duck | null = null;
  const close = (): void => {
    duck?.close();
    duck = null;
    rmSync(temporary, { recursive: true, force: true });
  };
  try {
    const files = tableFiles(settings.path);
    const partOptions = {
      settings,
      temporary,
      onBytes: (bytes: Buffer): void => {
        checkInterrupt(options.signal);
        options.onBytes?.(bytes);
      },
    };
    const isText = formatOf(files[0]!) === 'text';
    const texts: PlainText[] = [];
    for (const file of files) texts.push(await plainText(file, partOptions));
    const opened = await Duck.open({
      files: texts.map(({ plainPath }) => plainPath),
      folders: [],
      temporary,
    });
    duck = opened;
    const parts: TablePart[] = [];
    for (const text of texts)
      parts.push(
        isText ? await openTextPart(opened, text, partOptions) : await openTypedPart(opened, text.path),
      );
    return new OpenTable(opened, parts, options.signal, close);
  } catch (thrown) {
    close();
    throw tableFault(thrown, settings.path, null, options.signal);
  }
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
    private readonly signal: AbortSignal | undefined,
    readonly close: () => void,
  ) {
    const [first] = parts;
    if (first === undefined) throw new SweepError('INTERNAL', 'a table without files');
    this.columns = first.columns;
    this.sample = first.sample;
    this.dialect = first.dialect;
    this.files = parts.map(({ path }) => path);
    this.notices = parts.flatMap(({ notices }) => notices);
    for (const part of parts) requireSameColumns(first, part);
  }

  async *read(projection: Projection): AsyncGenerator<TableBlock> {
    this.rowCounts.length = 0;
    let firstRow = 0;
    const interrupt = (): void => this.duck.interrupt();
    this.signal?.addEventListener('abort', interrupt, { once: true });
    try {
      for (const [index, part] of this.parts.entries()) {
        this.rowCounts[index] = 0;
        try {
          for await (const chunk of this.duck.stream(projectionSql(part, projection))) {
            checkInterrupt(this.signal);
            yield blockOf(chunk, projection, firstRow);
            firstRow += chunk.rowCount;
            this.rowCounts[index] += chunk.rowCount;
          }
        } catch (thrown) {
          throw tableFault(thrown, part.path, part.dialect, this.signal);
        }
      }
    } finally {
      this.signal?.removeEventListener('abort', interrupt);
    }
  }

  async findPlaces(): Promise<(row: number) => TablePlace> {
    const finders: ((row: number) => number)[] = [];
    for (const { plainPath, dialect } of this.parts)
      finders.push(dialect === null ? (row) => row + 1 : await lineFinder(this.duck, plainPath, dialect));
    return (row) => {
      let part = 0;
      let rest = row;
      while (part < this.parts.length - 1 && rest >= this.rowCounts[part]!) rest -= this.rowCounts[part++]!;
      return { file: this.files[part]!, line: finders[part]!(rest) };
    };
  }
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

function blockOf(chunk: DuckDBDataChunk, { numbers, texts }: Projection, firstRow: number): TableBlock {
  const count = chunk.rowCount;
  const doubles = (column: number): Float64Array =>
    (chunk.getColumnVector(column) as unknown as { readonly items: Float64Array }).items;
  const isRough = doubles(numbers.length);
  const rough = new Map<number, readonly (string | null)[]>();
  if (isRough.some((mark) => mark !== 0)) {
    const fields = chunk.getColumnVector(numbers.length + 1);
    for (let row = 0; row < count; row++)
      if (isRough[row] !== 0)
        rough.set(row, (fields.getItem(row) as { readonly items: readonly (string | null)[] }).items);
  }
  return {
    count,
    firstRow,
    numbers: numbers.map((_, index) => doubles(index)),
    texts: texts.map(
      (_, index) => chunk.getColumnValues(numbers.length + 2 + index) as readonly (string | null)[],
    ),
    rough,
  };
}
