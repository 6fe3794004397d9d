import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ProposalRequest } from '../../../../src/cli/init/proposal.js';
import { proposeSweep } from '../../../../src/cli/init/propose.js';
import { readSketch } from '../../../../src/cli/init/read-sketch.js';

interface Proposed {
  readonly dataset: { readonly source: Readonly<Record<string, unknown>>; readonly series?: string };
}

async function propose(
  t: TestContext,
  name: string,
  lines: readonly string[],
  asked: Partial<ProposalRequest> = {},
): Promise<Proposed['dataset']> {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-init-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  const { table } = await readSketch(path, new AbortController().signal);
  const request = { path: name, target: null, name: 'it', ...asked };
  return (proposeSweep(table, request).sweep as unknown as Proposed).dataset;
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

test('times in several columns are joined, in the form that reads them', async (t) => {
  const hours = Array.from({ length: 96 }, (_, row) => [1 + Math.floor(row / 24), 1 + (row % 24)] as const);
  const ending = hours.map(([day, hour]) => `2020-01-0${day},${hour},${hour % 7}.5`);
  const { source } = await propose(t, 'ending.csv', ['Date,Hour,x', ...ending]);
  assert.deepEqual([source.time, source.timeFormat], [['Date', 'Hour'], '%Y-%m-%d %H']);
  const parts = hours.map(([day, hour]) => `2020,1,${day},${hour - 1},${hour % 7}.5`);
  const { source: apart } = await propose(t, 'parts.csv', ['YEAR,MO,DY,HR,x', ...parts]);
  assert.deepEqual([apart.time, apart.timeFormat], [['YEAR', 'MO', 'DY', 'HR'], '%Y %m %d %H']);
  const minutes = hours.map(([day, hour]) => `2020,1,${day},${hour},0,${hour % 7}.5`);
  const { source: ends } = await propose(t, 'minutes.csv', ['YEAR,MO,DY,HR,MN,x', ...minutes]);
  assert.equal(ends.timeFormat, undefined);
});

test('clocks of four digits are joined with days in digits, and with days whose order the steps tell', async (t) => {
  const rows = Array.from({ length: 480 }, (_, row) => {
    const [date, time] = new Date(Date.UTC(2020, 0, 1, 0, 30 * row)).toISOString().split(/[TZ]/) as [
      string,
      string,
    ];
    return { date, clock: time.slice(0, 5).replace(':', ''), x: `${row % 48}.5` };
  });
  const digits = rows.map(({ date, clock, x }) => `${date.replaceAll('-', '')},${clock},${x}`);
  const { source } = await propose(t, 'digits.csv', ['Date,Time,x', ...digits]);
  assert.deepEqual([source.time, source.timeFormat], [['Date', 'Time'], '%Y%m%d %H%M']);
  const slashes = rows.map(({ date, clock, x }) => `${date.split('-').reverse().join('/')},${clock},${x}`);
  const { source: ordered } = await propose(t, 'slashes.csv', ['Date,Time,x', ...slashes]);
  assert.deepEqual([ordered.time, ordered.timeFormat], [['Date', 'Time'], '%d/%m/%Y %H%M']);
});

test('lengths of time and hours beside days that come once are no clock', async (t) => {
  const rows = days(60, (date) => date.join('-'));
  const pace = rows.map((date, row) => `${date},0${4 + (row % 3)}:${10 + (row % 40)},${row % 7}.5`);
  assert.equal((await propose(t, 'pace.csv', ['date,pace,km', ...pace])).source.time, 'date');
  const worked = rows.map((date, row) => `${date},${row % 9},${row % 7}.5`);
  assert.equal((await propose(t, 'worked.csv', ['date,hours,x', ...worked])).source.time, 'date');
});

test('hours worked by two stores a day are no clock, and the stores are series', async (t) => {
  const rows = days(60, (date) => date.join('-')).flatMap((date, row) => [
    `${date},A,${(row * 5) % 13},${row % 7}.5`,
    `${date},B,${(row * 7) % 11},${row % 5}.5`,
  ]);
  for (const name of ['hours', 'hour']) {
    const dataset = await propose(t, 'stores.csv', [`date,store,${name},sales`, ...rows]);
    assert.deepEqual([dataset.series, dataset.source.time], ['store', 'date']);
    assert.equal(dataset.source.order, undefined);
  }
});

test('clocks with points tell the rows of a day apart', async (t) => {
  const rows = Array.from(
    { length: 96 },
    (_, row) =>
      `2020-01-0${1 + Math.floor(row / 24)},${String(row % 24).padStart(2, '0')}.00.00,${row % 7}.5`,
  );
  const dataset = await propose(t, 'points.csv', ['Date,Time,x', ...rows]);
  assert.deepEqual(dataset.source, {
    csv: 'points.csv',
    time: ['Date', 'Time'],
    timeFormat: '%Y-%m-%d %H.%M.%S',
  });
});

for (const [order, format] of [
  [(month: string, year: number) => `01/${month}/${year}`, '%d/%m/%Y'],
  [(month: string, year: number) => `${month}/01/${year}`, '%m/%d/%Y'],
] as const)
  test(`the first days of months are months apart: ${format}`, async (t) => {
    const rows = Array.from(
      { length: 48 },
      (_, row) =>
        `${order(String((row % 12) + 1).padStart(2, '0'), 2018 + Math.floor(row / 12))},${row % 5}.5`,
    );
    assert.equal((await propose(t, 'months.csv', ['d,x', ...rows])).source.timeFormat, format);
  });

test('years in two digits come first where the rows follow each other so', async (t) => {
  const rows = days(60, (date) => date.join('/').slice(2)).map((date, row) => `${date},${row % 5}.5`);
  const { source } = await propose(t, 'short.csv', ['d,x', ...rows]);
  assert.deepEqual(source, { csv: 'short.csv', time: 'd', timeFormat: '%y/%m/%d' });
});

test('years in two digits and months are told apart by the steps', async (t) => {
  const months = Array.from({ length: 36 }, (_, row) => {
    const [year, month] = [Math.floor(row / 12), String(1 + (row % 12)).padStart(2, '0')];
    return [`${10 + year}/${month}/01,${row % 5}.5`, `15/${month}/${20 + year},${row % 5}.5`] as const;
  });
  const yearFirst = await propose(t, 'first.csv', ['d,x', ...months.map(([first]) => first)]);
  assert.deepEqual(yearFirst.source, { csv: 'first.csv', time: 'd', timeFormat: '%y/%m/%d' });
  const yearLast = await propose(t, 'last.csv', ['d,x', ...months.map(([, last]) => last)]);
  assert.deepEqual(yearLast.source, { csv: 'last.csv', time: 'd', timeFormat: '%d/%m/%y' });
});

test('a clock that is set back makes neither two series nor a table to be sorted', async (t) => {
  const rows = Array.from({ length: 400 }, (_, row) => {
    const at = new Date(Date.UTC(2020, 0, 1, row - (row >= 200 ? 1 : 0))).toISOString().slice(0, 16);
    return `${at},${row < 200 ? 'S' : 'W'},${row % 24}.5`;
  });
  const dataset = await propose(t, 'autumn.csv', ['t,zone,x', ...rows]);
  assert.equal(dataset.series, undefined);
  assert.deepEqual(dataset.source, { csv: 'autumn.csv', time: 't' });
});

test('series that hardly overlap are told apart by their column', async (t) => {
  const at = (minute: number): string => new Date(Date.UTC(2020, 0, 1, 0, minute)).toISOString().slice(0, 16);
  // Every 400th row of one device is of the time of the other one.
  const turns = Array.from(
    { length: 2000 },
    (_, row) => `${at(10 * (row - (row % 400 === 1 ? 1 : 0)))},${'AB'[row % 2]},${row % 7}.5`,
  );
  assert.equal((await propose(t, 'turns.csv', ['t,device,x', ...turns])).series, 'device');
  const dates = days(398, (date) => date.join('-'));
  const stores = [
    ...dates.slice(0, 200).map((one) => [one, 'A']),
    ...dates.slice(198).map((one) => [one, 'B']),
  ];
  const lines = stores.map((fields, row) => `${fields.join()},${row % 7}.5`);
  assert.equal((await propose(t, 'stacked.csv', ['date,store,x', ...lines])).series, 'store');
  assert.equal((await propose(t, 'sorted.csv', ['date,store,x', ...lines.toSorted()])).series, 'store');
});

test('times that no form reads are left out, and numbers beside dates in words are read', async (t) => {
  const rows = days(60, ([y, m, d]) => `${m}/${d}/${y} 12:00 a.m.`).map((at, row) => `${at},${row % 5}.5`);
  assert.deepEqual((await propose(t, 'odd.csv', ['t,x', ...rows])).source, { csv: 'odd.csv' });
  const words = days(60, ([y, , d]) => `${Number(d)}. Januar ${y}`).map((at, row) => `${at};${row % 5},5`);
  assert.deepEqual((await propose(t, 'words.csv', ['t;x', ...words])).source, { csv: 'words.csv' });
});

test('series that do not overlap are told apart by the column that is named', async (t) => {
  const rows = days(120, (date) => date.join('-')).map(
    (date, row) => `${date},${row < 60 ? 'A' : 'B'},${row % 7}.5`,
  );
  const lines = ['date,site,x', ...rows];
  assert.equal((await propose(t, 'stacked.csv', lines)).series, undefined);
  assert.equal((await propose(t, 'stacked.csv', lines, { series: 'site' })).series, 'site');
  await assert.rejects(propose(t, 'stacked.csv', lines, { series: 'sitte' }), /no column "sitte"/);
  const untimed = rows.map((row) => row.slice(11));
  await assert.rejects(
    propose(t, 'untimed.csv', ['site,x', ...untimed], { series: 'site' }),
    /untimed\.csv has no column of times/,
  );
});

test('labelled texts of several lines are texts', async (t) => {
  const rows = Array.from(
    { length: 40 },
    (_, row) => `${row % 3 === 0 ? 'no' : 'yes'},"some words\nhere ${row}"`,
  );
  const { source } = await propose(t, 'texts.csv', ['label,text', ...rows]);
  assert.deepEqual(source, { csv: 'texts.csv', text: 'text', label: 'label', classes: ['yes', 'no'] });
});

test('labelled texts without a line of names keep their first row', async (t) => {
  const rows = Array.from(
    { length: 60 },
    (_, row) => `${row % 3 === 0 ? 'spam' : 'ham'}\tmessage number ${row} of them`,
  );
  const { source } = await propose(t, 'sms.tsv', rows);
  assert.deepEqual(source, { tsv: 'sms.tsv', text: 1, label: 0, classes: ['ham', 'spam'], header: false });
});
