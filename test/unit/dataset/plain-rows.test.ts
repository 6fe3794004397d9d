// Rows that DuckDB may parse by itself, and where that ends: whatever stands behind thousands of plain rows is judged as it is
// in the first of them.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCsv } from '../../../src/dataset/sources/csv/csv-reader.js';
import { lenientMarks } from '../../../src/dataset/sources/table/number-sql.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { rejectsWith } from '../../support/errors.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const ROWS = 9000;
const ODD_ROW = 7000;

function written(directory: string, field: string, name = 'v'): string {
  const path = join(directory, 'a.csv');
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const time = new Date(row * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${time},${row === ODD_ROW ? field : row / 4},${row * 2}`;
  });
  writeFileSync(path, `time,${name},w\n${rows.join('\n')}\n`);
  return path;
}

async function read(source: CsvSource): Promise<{ values: number[]; rows: number[]; seconds: number[] }> {
  const values: number[] = [];
  const rows: number[] = [];
  const seconds: number[] = [];
  for await (const block of (await openCsv(source, () => {})).blocks) {
    values.push(...block.values.subarray(0, 2 * block.count));
    rows.push(...block.rows.subarray(0, block.count));
    seconds.push(...block.seconds.subarray(0, block.count));
  }
  return { values, rows, seconds };
}

for (const [field, value] of [
  ['0.5', 0.5],
  ['"0.5"', 0.5],
  ['\u00a00.5', 0.5],
  ['1e3', 1000],
  ['-0', -0],
  ['', (ODD_ROW - 1) / 4],
  ['nan', (ODD_ROW - 1) / 4],
  ['""', (ODD_ROW - 1) / 4],
  ['-9999', (ODD_ROW - 1) / 4],
] as const)
  test(`${JSON.stringify(field)} after ${ODD_ROW} plain rows is ${value}, and every row comes once`, async (t) => {
    const path = written(temporaryDirectory(t), field);
    const found = await read(csvSource(path, { onMissing: 'forward-fill' }));
    const expected = Array.from({ length: ROWS }, (_, row) => [row === ODD_ROW ? value : row / 4, row * 2]);
    assert.equal(found.values.length, 2 * ROWS);
    for (const [at, one] of expected.flat().entries())
      assert.ok(Object.is(found.values[at], one), `row ${at / 2}: ${found.values[at]}`);
    assert.ok(found.rows.every((row, at) => row === at));
    assert.ok(found.seconds.every((seconds, row) => seconds === row * 3600));
  });

for (const field of ['1_0', '+-5', 'inf', '1e400', '0x10', 'abc', '1 000'])
  test(`${field} after ${ODD_ROW} plain rows is no number, on the line it stands on`, async (t) => {
    const path = written(temporaryDirectory(t), field);
    await rejectsWith(read(csvSource(path)), 'CSV_VALUE', new RegExp(`a\\.csv:${ODD_ROW + 2}:v`));
  });

test('a line with a field too many is refused by its number', async (t) => {
  const path = written(temporaryDirectory(t), '1,2');
  await rejectsWith(read(csvSource(path)), 'CSV_SYNTAX', new RegExp(`a\\.csv:${ODD_ROW + 2}`));
});

test('marks in the names of columns change nothing', async (t) => {
  const path = written(temporaryDirectory(t), '7', 'v_1');
  assert.equal((await read(csvSource(path))).values[2 * ODD_ROW], 7);
});

test('marks that DuckDB reads within a number are counted', () => {
  assert.equal(lenientMarks(Buffer.from('1_0,+-5,+5,-5,a_b_c\n')), 4);
});
