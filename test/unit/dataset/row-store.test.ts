// Rows come back as they were put, whether they are few and in memory, or many and on disk, where no file keeps a name.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RowStore } from '../../../src/dataset/series/row-store.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const FEATURES = 256;
const turn = async (): Promise<void> => {};
/** Of 48 MiB, and one more. */
const MANY = 48 * 512 + 300;

function open(context: TestContext): { store: RowStore; directory: string } {
  const directory = temporaryDirectory(context);
  const store = new RowStore(join(directory, 'rows.tmp'), FEATURES);
  context.after(() => store.close());
  return { store, directory };
}

/** The value at the beginning of a row tells which it is, that at its end too. */
function fill(store: RowStore, rows: number): void {
  const block = new Float64Array(100 * FEATURES);
  for (let row = 0; row < rows; row += 100) {
    const count = Math.min(100, rows - row);
    for (let within = 0; within < count; within++) {
      block[within * FEATURES] = row + within;
      block[(within + 1) * FEATURES - 1] = -(row + within);
    }
    store.append(block, count);
  }
}

async function checkRows(store: RowStore, start: number, end: number): Promise<void> {
  let next = start;
  await store.forEachBlock(start, end, turn, (values, count, firstRow) => {
    assert.equal(firstRow, next);
    for (let row = 0; row < count; row++) {
      assert.equal(values[row * FEATURES], next);
      assert.ok(values[(row + 1) * FEATURES - 1] === -next);
      next++;
    }
  });
  assert.equal(next, end);
}

for (const [what, rows] of [
  ['in memory', 1000],
  ['up to the limit of memory', 48 * 512],
  ['on disk', MANY],
] as const)
  test(`rows that are ${what} come back in order, from any row to any other`, async (context) => {
    const { store, directory } = open(context);
    fill(store, rows);
    assert.equal(store.rows, rows);
    for (const [start, end] of [
      [0, rows],
      [255, 257],
      [256, 512],
      [rows - 1, rows],
      [300, 300],
    ] as const)
      await checkRows(store, start, end);
    assert.deepEqual(readdirSync(directory), []);
  });

test('rows are placed in any order', async (context) => {
  const { store, directory } = open(context);
  const row = new Float64Array(FEATURES);
  for (const place of [2, 0, 1]) {
    row[0] = place;
    row[FEATURES - 1] = -place;
    store.place(row, place);
  }
  await checkRows(store, 0, 3);
  assert.deepEqual(readdirSync(directory), []);
});
