// What is advised on a table that is not read as it stands: the words fit the file, and taken they read it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { SWEEP_FILE, sayNotice } from '../../../src/wording/fault-words.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { readWholeCsv } from '../../support/fixtures/whole-csv.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const ROWS = 30;
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August'];
const two = (value: number): string => String(value).padStart(2, '0');
const tableOf = (head: string, rowAt: (row: number) => string, rows = ROWS): string =>
  `${head}\n${Array.from({ length: rows }, (_, row) => rowAt(row)).join('\n')}\n`;
const dayAt = (row: number): string => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
const hourAt = (row: number): string => `2020-01-${two(1 + Math.floor(row / 24))} ${two(row % 24)}`;

async function read(context: TestContext, text: string, options: Partial<CsvSource> = {}) {
  const path = join(temporaryDirectory(context), 'data.csv');
  writeFileSync(path, text);
  const whole = await readWholeCsv(csvSource(path, options));
  return { ...whole, notes: whole.notices.map((notice) => sayNotice(notice, SWEEP_FILE)).join('\n') };
}

async function refusal(
  context: TestContext,
  text: string,
  options: Partial<CsvSource> = {},
): Promise<string> {
  try {
    await read(context, text, options);
  } catch (thrown) {
    const { message, hint } = thrown as SweepError;
    return `${message} [${hint}]`;
  }
  return assert.fail('it was read');
}

/** `"time": …, "timeFormat": …` as they stand in a text. */
function settingsIn(words: string): Partial<CsvSource> {
  const settings = [...words.matchAll(/"(time|timeFormat)": ("[^"]*"|\[[^\]]*\])/g)];
  return Object.fromEntries(settings.map(([, name, value]) => [name, JSON.parse(value!)]));
}

const FORMS: readonly [what: string, fieldAt: (row: number) => string, last: string][] = [
  ['a zone in words', (row) => `${hourAt(row)}:00:00 UTC`, '2020-01-02 05:00:00'],
  ['another zone in words', (row) => `${hourAt(row)}:00 CET`, '2020-01-02 05:00:00'],
  ['an offset behind a blank', (row) => `${hourAt(row)}:00:00 +0200`, '2020-01-02 03:00:00'],
  ['a day and a month of two digits', (row) => `${dayAt(row).slice(2)}`, '2020-01-30 00:00:00'],
  ['the same with slashes', (row) => `${dayAt(row).slice(2).replaceAll('-', '/')}`, '2020-01-30 00:00:00'],
  ['a year before points', (row) => `${dayAt(row).replaceAll('-', '.')}`, '2020-01-30 00:00:00'],
  [
    'a year before points, and one behind',
    (row) => `${dayAt(row).replaceAll('-', '.')}.`,
    '2020-01-30 00:00:00',
  ],
  [
    'digits with a T',
    (row) => `${hourAt(row).replaceAll('-', '').replace(' ', 'T')}0000Z`,
    '2020-01-02 05:00:00',
  ],
  [
    'digits with a colon',
    (row) => `${hourAt(row).replaceAll('-', '').replace(' ', ':')}10`,
    '2020-01-02 05:10:00',
  ],
  [
    'an underscore before the clock',
    (row) => `${hourAt(row).replace(' ', '_')}:00:00`,
    '2020-01-02 05:00:00',
  ],
  ['the month within', (row) => `${two(row + 1)}JAN2020:13:05:00`, '2020-01-30 13:05:00'],
  [
    'a weekday first',
    (row) => `"Wed, ${two(1 + 7 * (row % 5))} Jan ${2020 + row} 01:00:00 GMT"`,
    '2049-01-29 01:00:00',
  ],
  ['a clock of twelve hours without a blank', (row) => `1/${row + 1}/2020 1:05pm`, '2020-01-30 13:05:00'],
  ['parts of a second', (row) => `01/${two(row + 1)}/2020 00:00:00.000`, '2020-01-30 00:00:00'],
  [
    'slashes and an offset',
    (row) => `${hourAt(row).replaceAll('-', '/')}:00:00+02:00`,
    '2020-01-02 03:00:00',
  ],
  ['hours of an offset', (row) => `${hourAt(row).replace(' ', 'T')}:00:00+01`, '2020-01-02 04:00:00'],
  ['a month in full', (row) => `${row + 1} January 2020`, '2020-01-30 00:00:00'],
  ['an American date', (row) => `"Jan ${row + 1}, 2020"`, '2020-01-30 00:00:00'],
  [
    'a short month and year',
    (row) => `${MONTHS[row % 8]!.slice(0, 3)}-${10 + Math.floor(row / 8)}`,
    '2013-06-01 00:00:00',
  ],
  ['a month and year', (row) => `${MONTHS[row % 8]} ${2010 + Math.floor(row / 8)}`, '2013-06-01 00:00:00'],
  [
    'a year and month',
    (row) => `${2010 + Math.floor(row / 12)}/${two(1 + (row % 12))}`,
    '2012-06-01 00:00:00',
  ],
];
for (const [what, fieldAt, last] of FORMS)
  test(`${what} is left out with the words that read it`, async (context) => {
    const text = tableOf('when,v', (row) => `${fieldAt(row)},${row}`);
    const { notes } = await read(context, text);
    const settings = settingsIn(notes.slice(notes.indexOf('it is read with')));
    const { time } = await read(context, text, settings);
    assert.equal(time?.last, last, notes);
  });

test('days in digits beside clocks in digits are left out with the words that read both', async (context) => {
  const text = tableOf(
    'Date,Time,v',
    (row) => `${hourAt(row).slice(0, 10).replaceAll('-', '')},${two(row % 24)}30,${row}`,
  );
  const { notes } = await read(context, text);
  const settings = settingsIn(notes.slice(notes.indexOf('it is read with')));
  assert.deepEqual(settings, { time: ['Date', 'Time'], timeFormat: '%Y%m%d %H%M' });
  assert.equal((await read(context, text, settings)).time?.last, '2020-01-02 05:30:00');
});

for (const [digits, format] of [
  [(row: number) => `${2010 + Math.floor(row / 12)}${two(1 + (row % 12))}`, '%Y%m'],
  [(row: number) => `${1960 + row}`, '%Y'],
  [(row: number) => `2020${String(row + 1).padStart(3, '0')}`, '%Y%j'],
  [(row: number) => dayAt(row).replaceAll('-', '').slice(2), '%y%m%d'],
] as const)
  test(`times such as ${digits(0)} are refused with a form that reads them`, async (context) => {
    const text = tableOf('when,v', (row) => `${digits(row)},${row}`);
    const words = await refusal(context, text, { time: 'when' });
    assert.ok(words.includes(`"timeFormat": "${format}"`), words);
    const { rows, time } = await read(context, text, { time: 'when', timeFormat: format });
    assert.equal(rows, ROWS);
    assert.notEqual(time, null);
  });

for (const [what, at, step] of [
  ['days since 1900', 43_831, 1],
  ['microseconds since 1970', 1_577_836_800_000_000, 3_600_000_000],
  ['Julian days', 2_458_849.5, 1],
] as const)
  test(`${what} are called by their name, and no form is proposed`, async (context) => {
    const text = tableOf('when,v', (row) => `${at + row * step},${row}`);
    const words = await refusal(context, text, { time: 'when' });
    assert.ok(words.includes(what), words);
    assert.doesNotMatch(words, /%/);
  });

for (const [what, fieldAt, format] of [
  ['slashes', (row: number) => dayAt(row).split('-').reverse().join('/'), '%d/%m/%Y'],
  [
    'the month first',
    (row: number) =>
      dayAt(row)
        .replace(/^(....)-(.*)$/, '$2/$1')
        .replace('-', '/'),
    '%m/%d/%Y',
  ],
] as const)
  test(`an hour of 24 ends the day in any form: ${what}`, async (context) => {
    const text = tableOf(
      'when,v',
      (row) => `${fieldAt(Math.floor(row / 4))} ${6 * ((row % 4) + 1)}:00,${row}`,
    );
    const { time } = await read(context, text, { time: 'when', timeFormat: `${format} %H:%M` });
    assert.deepEqual(
      [time?.first, time?.last, time?.irregularSteps],
      ['2020-01-01 06:00:00', '2020-01-08 12:00:00', 0],
    );
    const late = text.replace('24:00', '24:30');
    assert.match(
      await refusal(context, late, { time: 'when', timeFormat: `${format} %H:%M` }),
      /24:30" is not a date/,
    );
  });

test('hours from 1 to 24 in a column of their own are joined with the day as the hint says', async (context) => {
  const text = tableOf(
    'Date,Hour Ending,v',
    (row) => `${dayAt(Math.floor(row / 24))},${(row % 24) + 1},${row}`,
  );
  const words = await refusal(context, text);
  const { time } = await read(context, text, settingsIn(words));
  assert.deepEqual([time?.last, time?.irregularSteps], ['2020-01-02 06:00:00', 0], words);
});

test('clocks with points are joined with the day as the hint says', async (context) => {
  const text = tableOf(
    'Date,Time,v',
    (row) => `${dayAt(Math.floor(row / 24))},${two(row % 24)}.00.00,${row}`,
  );
  const words = await refusal(context, text);
  const { time } = await read(context, text, settingsIn(words));
  assert.deepEqual([time?.last, time?.irregularSteps], ['2020-01-02 05:00:00', 0], words);
});

test('hours in a column of their own are joined with the day as the hint says', async (context) => {
  const text = tableOf('Date,Hour,v', (row) => `${dayAt(Math.floor(row / 24))},${row % 24},${row}`);
  const words = await refusal(context, text);
  const { time } = await read(context, text, settingsIn(words));
  assert.deepEqual([time?.last, time?.irregularSteps], ['2020-01-02 05:00:00', 0], words);
});

test('days from the newest to the oldest are called so, and no second series', async (context) => {
  const days = tableOf('day,v', (row) => `${dayAt(ROWS - row)},${row}`);
  assert.match(await refusal(context, days), /:3:day: .*from the newest to the oldest: "2020-01-31/);
  const once = days.replace(dayAt(20), dayAt(22));
  assert.match(await refusal(context, once), /from the newest to the oldest/);
});

test('rows that cannot be sorted name the column and its form, which sorts them', async (context) => {
  const text = tableOf('day,v', (row) => `${two(1)}/${two(ROWS - row)}/2020,${row}`);
  const words = await refusal(context, text, { order: 'sort' });
  const sorted = await read(context, text, { order: 'sort', ...settingsIn(words) });
  assert.equal(sorted.time?.first, '2020-01-01 00:00:00');
  assert.equal(sorted.values[0]?.[0], ROWS - 1);
});

for (const name of ['', 'Unnamed: 0'])
  test(`row numbers called ${JSON.stringify(name)} are no column, and the time is the one beside them`, async (context) => {
    const text = tableOf(`${name},when,v`, (row) => `${row},${hourAt(row)}:00,${row}`);
    const { columns, time } = await read(context, text);
    assert.deepEqual(columns, ['v']);
    assert.equal(time?.last, '2020-01-02 05:00:00');
  });

for (const [field, words] of [
  ['7-', /minus in front/],
  ['1,00,100', /without commas: 100100/],
  ['0x1f', /decimal digits/],
  ['1.5D+02', /with an e/],
  ['true', /v holds "true"/],
] as const)
  test(`${field} is no number, and the hint says why`, async (context) => {
    assert.match(
      await refusal(
        context,
        tableOf('when,v', (row) => `${hourAt(row)}:00,"${field}"`),
      ),
      words,
    );
  });

test('a line of one unit below the names is refused with what leaves it out', async (context) => {
  const text = tableOf('when,v\n,degC', (row) => `${hourAt(row)}:00,${row}`);
  assert.match(await refusal(context, text), /"header": 1 and "skip": 1/);
  assert.equal((await read(context, text, { header: 1, skip: 1 })).rows, ROWS);
});
