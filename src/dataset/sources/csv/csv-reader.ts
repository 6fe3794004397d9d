// Opens a CSV file as a source of rows in bounded memory: what its first lines tell of the columns, then block by block.
import { SweepError } from '../../../errors.js';
import type { CsvSource } from '../../../study/dataset-source.js';
import type { Notice } from '../../../wording/fault-words.js';
import type { RowSource } from '../row-source.js';
import { chooseColumns, readHeader, rowParser } from './csv-header.js';
import { type LineBlock, withoutBlankLines, withoutFirstLine } from './csv-lines.js';
import { type CsvBlock, type CsvSummary, RowReader } from './csv-rows.js';
import { readTextBlocks, type TextBlock } from './csv-text.js';
import { type CsvHeader, requireFieldCounts } from './field-counts.js';

/** How many rows decide which columns hold text. */
const PROBED_ROWS = 100;

export type CsvRows = RowSource<CsvSummary, CsvBlock>;

/**
 * Reads what tells the columns; `onBytes` gets the raw bytes of the file, in order. O(bytes) time, memory independent of
 * the file's length. Both this and the blocks throw CSV_SYNTAX, CSV_VALUE, CSV_MISSING_VALUE, SPEC_INVALID with
 * `file:line:column`. `series`: the column that tells several series apart; null: the file is one.
 */
export async function openCsv(
  source: CsvSource,
  onBytes: (bytes: Buffer) => void,
  series: string | null = null,
): Promise<CsvRows> {
  const { path } = source;
  const notices: Notice[] = [];
  const onLatin1 = (): number => notices.push(`${path} is not UTF-8: read as Latin-1`);
  const lines = linesOf(readTextBlocks({ path, onBytes, onLatin1 }));
  try {
    const { header, block } = await readBegin(lines, path);
    requireFieldCounts(firstLines(block), header, path);
    const layout = chooseColumns(source, header, firstRows(block, header), series);
    const rows = new RowReader(source, layout);
    return {
      columns: layout.featureColumns.map((column) => layout.names[column] ?? ''),
      blocks: readBlocks(rows, block, lines),
      summary() {
        const read = rows.summary();
        return { ...read, notices: [...notices, ...layout.notices, ...read.notices] };
      },
    };
  } catch (thrown) {
    // Closes the file.
    await lines.return(undefined);
    throw thrown;
  }
}

/** The header, and the first block with rows, without it. */
async function readBegin(
  lines: AsyncGenerator<LineBlock>,
  path: string,
): Promise<{ header: CsvHeader; block: LineBlock }> {
  const first = await lines.next();
  if (first.done === true) throw noRows(path, 'is empty');
  const end = first.value.text.indexOf('\n');
  const header = readHeader(first.value.text.slice(0, end), path, first.value.lineOf(0));
  const block = withoutFirstLine(first.value, end + 1);
  if (block.text !== '') return { header, block };
  const next = await lines.next();
  if (next.done === true) throw noRows(path, 'has a header but no rows');
  return { header, block: next.value };
}

async function* readBlocks(
  rows: RowReader,
  first: LineBlock,
  rest: AsyncIterable<LineBlock>,
): AsyncGenerator<CsvBlock> {
  yield rows.read(first);
  for await (const block of rest) yield rows.read(block);
  rows.checkWhole();
}

async function* linesOf(blocks: AsyncIterable<TextBlock>): AsyncGenerator<LineBlock> {
  for await (const found of blocks) {
    const block = withoutBlankLines(found);
    if (block.text !== '') yield block;
  }
}

function noRows(path: string, what: string): SweepError {
  return new SweepError('CSV_SYNTAX', `${path} ${what}`, {
    path: `${path}:1`,
    hint: 'the first line names the columns, each further line is one row',
  });
}

/** The lines that decide which columns hold what. */
function firstLines({ text, lineCount, lineOf }: LineBlock): LineBlock {
  const lines = text.split('\n', Math.min(PROBED_ROWS, lineCount));
  return { text: `${lines.join('\n')}\n`, lineCount: lines.length, lineOf };
}

function firstRows(block: LineBlock, header: CsvHeader): string[][] {
  const { text } = firstLines(block);
  const rows: string[][] = [];
  rowParser(header.delimiter, header.names.length, text.includes('"'))(text, (fields) => rows.push(fields));
  return rows;
}
