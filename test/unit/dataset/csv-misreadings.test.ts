// Files whose values or order could be taken for something else: refused in words, or read with a note of what must be known.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readReviewTable } from '../../../src/dataset/reviews/review-table.js';
import { readCsv } from '../../../src/dataset/sources/csv-reader.js';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { SWEEP_FILE, sayNotice } from '../../../src/wording/fault-words.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

function write(context: TestContext, lines: readonly string[]): string {
  const path = join(temporaryDirectory(context), 'data.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** The notes on the file, as one text. */
async function read(
  context: TestContext,
  lines: readonly string[],
  options: Partial<CsvSource> = {},
): Promise<string> {
  const summary = await readCsv(csvSource(write(context, lines), options), {
    onBytes() {},
    onColumns() {},
    onRow() {},
  });
  return summary.notices.map((notice) => sayNotice(notice, SWEEP_FILE)).join('\n');
}

async function refuses(
  context: TestContext,
  lines: readonly string[],
  pattern: RegExp,
  options: Partial<CsvSource> = {},
): Promise<void> {
  await assert.rejects(read(context, lines, options), (error: SweepError) => {
    assert.match(error.code, /^CSV_/);
    assert.match(error.message, pattern);
    assert.ok(error.hint);
    return true;
  });
}

const count = <Value>(length: number, of: (index: number) => Value): Value[] =>
  Array.from({ length }, (_, index) => of(index));
const two = (value: number): string => String(value).padStart(2, '0');

for (const digits of [
  '2020010100',
  '202001010000',
  '20200101',
  '20200101000000',
  '2001010000',
  '0101202000',
]) {
  test(`${digits} is no number of seconds since 1970`, async (context) => {
    await refuses(context, ['at;v', `${digits};1`], /:2:at: "\d+" is not a date/, { time: 'at' });
  });
}

test('seconds since 1970 whose digits begin like a short date are still times', async (context) => {
  assert.equal(await read(context, ['at,v', '1612312359,1', '1612312360,2'], { time: 'at' }), '');
});

test('dates written as digits that are read as a feature are noted', async (context) => {
  assert.match(
    await read(context, ['day,v', '20200101,1', '20200102,2']),
    /"day" looks like dates written as digits/,
  );
});

const BACKWARDS: readonly (readonly [string, (index: number) => string])[] = [
  ['month first', (index) => `01/${two(24 - index)}/2020`],
  ['day first', (index) => `${two(24 - index)}/01/2020 00:00`],
  ['ambiguous days', (index) => `0${9 - index}/0${9 - index}/2020`],
  ['months by name', (index) => `${24 - index}-Jan-20`],
  ['one day by the clock', (index) => `01/02/2020 ${8 - index}:00 PM`],
  ['digits', (index) => `202001${two(24 - index)}`],
];
for (const [name, date] of BACKWARDS) {
  test(`rows from the newest to the oldest are refused though their dates are not read: ${name}`, async (context) => {
    const lines = ['Date,Close,Open', ...count(6, (index) => `${date(index)},${index},${index}`)];
    await refuses(context, lines, /:2:Date: the rows go from the newest to the oldest/);
    await refuses(context, lines, /:2:Date: the rows go from the newest/, { columns: ['Close', 'Open'] });
  });
}

test('that the order is not checked is said whenever no time was read', async (context) => {
  const lines = ['Date,v', ...count(6, (index) => `01/${two(index + 1)}/2020,${index}`)];
  for (const options of [{}, { columns: ['v'] }]) {
    const notes = await read(context, lines, options);
    assert.match(notes, /the order of the rows is not checked/);
    assert.match(notes, /"01\/01\/2020" is in no form that is read/);
  }
  assert.equal(await read(context, ['Date,v', '2020-01-01,1', '2020-01-02,2'], { columns: ['v'] }), '');
});

for (const series of [2, 3]) {
  test(`${series} series below each other are refused`, async (context) => {
    const days = count(28, (day) => `2020-01-${two(day + 1)}`);
    const lines = count(series, (one) => days.slice(one * 5).map((day) => `${day};${one}`)).flat();
    await refuses(context, ['when;v', ...lines], /:30:when: 2020-01-06 .* goes back over much of the series/);
  });
}

test('a clock that is set back an hour is no second series', async (context) => {
  const hours = [...count(20, (hour) => hour), 19, 20, 21, 22, 23];
  const notes = await read(context, ['t,v', ...hours.map((hour) => `2020-01-01 ${two(hour)}:00,1.5`)]);
  assert.match(notes, /line 22: .* is not later/);
});

for (const line of [
  '2020-01-01 00:00,0.5,7',
  '01/01/2020,0.5,7',
  'A,2020-01-01,7',
  '1-Jan-20,0.5,7',
  '20200101,NA,7',
]) {
  test(`${line} is no line of column names`, async (context) => {
    await refuses(
      context,
      [line, line.replace('7', '8')],
      /:1: the first line holds the date .* and numbers/,
    );
  });
}

for (const [name, values, at] of [
  ['whole numbers and thousands', [990, '1.000', '1.001'], 3],
  ['far into the file', [...count(300, (index) => index), '1.234'], 302],
  ['negative', [-5, '-1.234', 7], 3],
] as const) {
  test(`points that may group thousands are refused: ${name}`, async (context) => {
    await refuses(
      context,
      [
        'time;a;load',
        ...values.map(
          (value, row) => `${two((row % 28) + 1)}.01.${2000 + Math.floor(row / 28)};1.5;${value}`,
        ),
      ],
      new RegExp(`:${at}:load: -?1\\.\\d{3} may be thousands`),
    );
  });
}

for (const values of [
  ['1.000', '1.125'],
  ['990.5', '1', '1.234'],
  ['0.125', '1', '1.234'],
  ['1000', '1', '1.234'],
]) {
  test(`decimals are read: ${values.join(' ')}`, async (context) => {
    assert.doesNotMatch(await read(context, ['v,w', ...values.map((value) => `${value},1`)]), /thousands/);
  });
}

test('thousands with a comma are refused with both readings', async (context) => {
  await assert.rejects(
    read(
      context,
      ['v', '"990"', '"1,100"'].map((line) => `${line};1`),
    ),
    (error: SweepError) => {
      assert.match(error.message, /"1,100" is not a number/);
      assert.match(error.hint ?? '', /1100 if the comma marks thousands/);
      return true;
    },
  );
});

for (const zone of ['+02:00', 'Z', '-0530']) {
  test(`times with the zone ${zone} are noted as UTC`, async (context) => {
    const lines = ['time,v', `2020-01-01T00:00:00${zone},1`, `2020-01-01T01:00:00${zone},2`];
    assert.match(await read(context, lines), /name a zone: they are read, shown and written as UTC/);
  });
}

test('a quote inside an unquoted field of a review is a character', async (context) => {
  const path = write(context, [
    'label,text,note',
    '1,a 5" screen,x',
    '0,the 7" one,"a, ""b""',
    'c"',
    '1,6" by 4",y"',
  ]);
  const reviews: [number, string][] = [];
  await readReviewTable(
    path,
    { format: 'csv', text: 'text', label: 'label', header: true },
    {
      onBytes() {},
      onReview: (label, text) => void reviews.push([label, text]),
    },
  );
  assert.deepEqual(reviews, [
    [1, 'a 5" screen'],
    [0, 'the 7" one'],
    [1, '6" by 4"'],
  ]);
});
