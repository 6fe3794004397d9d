// A CSV has the same prepared bytes whichever release reads it: numbers written in many ways, marks of missing values filled
// forward, times. The digest is that of the reader of 0.1.0 before tables were read by DuckDB.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareText, rowSplit } from '../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../support/processes/temporary-directory.js';

const GOLDEN = '7d7cd2fd839f7e7a9f3c5556acc9900daaeea20a1151953a05d0785adb730e00';
const ROWS = 500;

/** As people and programs write numbers: short and long, with and without sign, point and exponent, large and small. */
const SPELLINGS: readonly ((value: number) => string)[] = [
  (value) => String(value),
  (value) => value.toFixed(2),
  (value) => value.toFixed(15),
  (value) => value.toExponential(16),
  (value) => value.toExponential(3).replace('e', 'E'),
  (value) => (value * 1e-300).toPrecision(17),
  (value) => (value * 1e12).toFixed(0),
  (value) => `${value < 0 ? '' : '+'}${value.toPrecision(12)}`,
];

function table(): string {
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  };
  const lines = [`time,${SPELLINGS.map((_, place) => `c${place}`).join(',')}`];
  for (let row = 0; row < ROWS; row++) {
    const time = new Date(Date.UTC(2020, 0, 1, row)).toISOString().slice(0, 19).replace('T', ' ');
    const cells = SPELLINGS.map((spell, place) => {
      const text = spell(next() * 200);
      return row > 0 && (row + place) % 37 === 0 ? '-9999' : text;
    });
    lines.push(`${time},${cells.join(',')}`);
  }
  return `${lines.join('\n')}\n`;
}

test('a CSV of numbers in many spellings has its golden digest', async (t) => {
  const { metadata } = await prepareText(temporaryDirectory(t), table(), {
    split: rowSplit(300, 100, 100),
    target: 'c0',
    csv: { time: 'time', missing: [-9999], onMissing: 'forward-fill' },
  });
  assert.ok(metadata.missing.values > 50);
  assert.equal(metadata.digest, GOLDEN);
});
