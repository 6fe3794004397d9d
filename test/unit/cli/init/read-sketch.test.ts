import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { proposeSweep } from '../../../../src/cli/init/propose.js';
import { readSketch } from '../../../../src/cli/init/read-sketch.js';

interface Proposed {
  readonly dataset: { readonly source: Readonly<Record<string, unknown>>; readonly series?: string };
}

async function propose(t: TestContext, name: string, lines: readonly string[]): Promise<Proposed['dataset']> {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-init-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  const { table } = await readSketch(path, new AbortController().signal);
  return (proposeSweep(table, { path: name, target: null, name: 'it' }).sweep as unknown as Proposed).dataset;
}

const days = (count: number, format: (date: string[]) => string): string[] =>
  Array.from({ length: count }, (_, day) =>
    format(new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10).split('-')),
  );

test('dates that are not read unasked come with their form, newest first with their order', async (t) => {
  const rows = days(200, ([y, m, d]) => `${m}/${d}/${y}`).map((date, row) => `${date},${row % 7}.5`);
  const { source } = await propose(t, 'stock.csv', ['Date,Close', ...rows.toReversed()]);
  assert.deepEqual(source, { csv: 'stock.csv', time: 'Date', timeFormat: '%m/%d/%Y', order: 'sort' });
});

test('day and month are told apart by steps where no day is past the twelfth', async (t) => {
  const rows = Array.from(
    { length: 288 },
    (_, hour) =>
      `${String(1 + Math.floor(hour / 24)).padStart(2, '0')}/02/2020 ${String(hour % 24).padStart(2, '0')}:00,${hour % 5}`,
  );
  const { source } = await propose(t, 'hours.csv', ['at,value', ...rows]);
  assert.equal(source.timeFormat, '%d/%m/%Y %H:%M');
});

test('numbers whose thousands are marked are columns, and the marks are set', async (t) => {
  const rows = days(100, ([y, m, d]) => `${d}.${m}.${y}`).map(
    (date, row) => `${date};${1 + (row % 7)}.023,5;${row % 5},25`,
  );
  const { source } = await propose(t, 'load.csv', ['Datum;Last;Preis', ...rows]);
  assert.deepEqual([source.decimal, source.thousands], [',', '.']);
});

test('date and clock of two columns have one form', async (t) => {
  const rows = days(100, ([y, m, d]) => `${d}-${m}-${y}`).map((date, row) => `${date};12:30;${row % 7}`);
  const { source } = await propose(t, 'two.csv', ['Date;Clock;x', ...rows]);
  assert.deepEqual(source.time, ['Date', 'Clock']);
  assert.equal(source.timeFormat, '%d-%m-%Y %H:%M');
});

test('labelled texts without a line of names keep their first row', async (t) => {
  const rows = Array.from(
    { length: 60 },
    (_, row) => `${row % 3 === 0 ? 'spam' : 'ham'}\tmessage number ${row} of them`,
  );
  const { source } = await propose(t, 'sms.tsv', rows);
  assert.deepEqual(source, { tsv: 'sms.tsv', text: 1, label: 0, classes: ['ham', 'spam'], header: false });
});
