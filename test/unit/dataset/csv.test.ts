// What the CSV reader accepts, what it refuses, and how its errors say where.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ErrorCode, SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { readWholeCsv, type WholeCsv } from '../../support/fixtures/whole-csv.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

async function read(
  context: TestContext,
  content: string | Buffer,
  options: Partial<CsvSource> = {},
  name = 'data.csv',
): Promise<WholeCsv> {
  const path = join(temporaryDirectory(context), name);
  writeFileSync(path, content);
  return readWholeCsv(csvSource(path, options));
}

async function refuses(
  context: TestContext,
  content: string | Buffer,
  code: ErrorCode,
  pattern: RegExp,
  options: Partial<CsvSource> = {},
): Promise<SweepError> {
  let found: SweepError | null = null;
  await assert.rejects(read(context, content, options), (error: SweepError) => {
    found = error;
    assert.equal(error.code, code);
    assert.match(error.message, pattern);
    return true;
  });
  return found as unknown as SweepError;
}

const FOUR_ROWS = [
  [1.5, -2],
  [3, 4.25],
  [5, 6],
  [-0.5, 8],
];

for (const [what, content] of [
  ['LF', 'a,b\n1.5,-2\n3,4.25\n5,6\n-.5,8\n'],
  ['CRLF', 'a,b\r\n1.5,-2\r\n3,4.25\r\n5,6\r\n-.5,8\r\n'],
  ['CR alone', 'a,b\r1.5,-2\r3,4.25\r5,6\r-.5,8\r'],
  ['no line end after the last row', 'a,b\n1.5,-2\n3,4.25\n5,6\n-.5,8'],
  ['a byte order mark', '\ufeffa,b\n1.5,-2\n3,4.25\n5,6\n-.5,8\n'],
  ['semicolons', 'a;b\n1.5;-2\n3;4.25\n5;6\n-.5;8\n'],
  ['tabs', 'a\tb\n1.5\t-2\n3\t4.25\n5\t6\n-.5\t8\n'],
  ['blanks after the commas', 'a, b\n1.5, -2\n 3 , 4.25\n5,  6 \n-.5, 8\n'],
  ['quotes', '"a","b"\n"1.5","-2"\n3,"4.25"\n"5",6\n"-.5", "8"\n'],
  ['blank lines', '\na,b\n\n1.5,-2\n3,4.25\n\n\n5,6\n-.5,8\n\n\n'],
  ['exponents and plus signs', 'a,b\n15e-1,-2\n+3,4.25\n5,6E0\n-0.05e1,8\n'],
] as const) {
  test(`reads a file with ${what}`, async (context) => {
    const { columns, values, rows } = await read(context, content);
    assert.deepEqual(columns, ['a', 'b']);
    assert.deepEqual(values, FOUR_ROWS);
    assert.equal(rows, 4);
  });
}

test('reads a single column, and keeps its blank lines out', async (context) => {
  const { values } = await read(context, 'a\n1\n\n2\n');
  assert.deepEqual(values, [[1], [2]]);
});

test('reads a .gz file', async (context) => {
  const { values } = await read(context, gzipSync('a,b\n1,2\n3,4\n'), {}, 'data.csv.gz');
  assert.deepEqual(values, [
    [1, 2],
    [3, 4],
  ]);
});

test('says that a .gz file is damaged', async (context) => {
  const whole = gzipSync(`a,b\n${'1,2\n'.repeat(1000)}`);
  const path = join(temporaryDirectory(context), 'cut.csv.gz');
  writeFileSync(path, whole.subarray(0, whole.length - 12));
  await assert.rejects(
    readWholeCsv(csvSource(path)),
    (error: SweepError) => error.code === 'CSV_SYNTAX' && /unpacked/.test(error.message),
  );
});

test('reads Latin-1 names and says so', async (context) => {
  const { columns, notices } = await read(context, Buffer.from('PAR (µmol/m²)\n1\n', 'latin1'));
  assert.deepEqual(columns, ['PAR (µmol/m²)']);
  assert.match(notices.join(), /Latin-1/);
});

test('reads UTF-8 names without a notice', async (context) => {
  const { columns, notices } = await read(context, 'PAR (µmol/m²)\n1\n');
  assert.deepEqual(columns, ['PAR (µmol/m²)']);
  assert.doesNotMatch(notices.join(), /UTF-8/);
});

test('reads UTF-16 with a byte order mark, and refuses it without one', async (context) => {
  const { columns, values } = await read(context, Buffer.from('\ufeffµ,b\n1,2\n', 'utf16le'));
  assert.deepEqual([columns, values], [['µ', 'b'], [[1, 2]]]);
  await refuses(context, Buffer.from('a,b\n1,2\n', 'utf16le'), 'CSV_SYNTAX', /UTF-16/);
});

test('takes a first column of dates as the time, and leaves text columns out with a notice', async (context) => {
  const { columns, time, notices } = await read(
    context,
    'date,a,station\n2020-01-01 00:10:00,1,Jena\n2020-01-01 00:20:00,2,Jena\n',
  );
  assert.deepEqual(columns, ['a']);
  assert.deepEqual(time?.first, '2020-01-01 00:10:00');
  assert.match(notices.join(), /station/);
});

test('takes the columns that were asked for, in that order', async (context) => {
  const { columns, values } = await read(context, 'a,b,c\n1,2,3\n', { columns: ['c', 'a'] });
  assert.deepEqual(columns, ['c', 'a']);
  assert.deepEqual(values, [[3, 1]]);
});

test('names the columns that are there when another is asked for', async (context) => {
  const error = await refuses(context, 'a,b\n1,2\n', 'SPEC_INVALID', /no column "zinc"/, {
    columns: ['zinc'],
  });
  assert.match(error.hint ?? '', /"a", "b"/);
});

test('lists steps that break the rhythm with line and time', async (context) => {
  const { time } = await read(
    context,
    'Date Time,a\n01.01.2009 00:10:00,1\n01.01.2009 00:20:00,1\n01.01.2009 00:30:00,1\n' +
      '\n01.01.2009 02:00:00,1\n01.01.2009 02:10:00,1\n',
  );
  assert.equal(time?.stepSeconds, 600);
  assert.equal(time?.irregularSteps, 1);
  assert.deepEqual(time?.irregular, [{ line: 6, time: '2009-01-01 02:00:00', stepSeconds: 5400 }]);
});

test('a missing mark is an error that names file, line, column, value and what to choose', async (context) => {
  const error = await refuses(context, 'a,wv (m/s)\n1,2\n\n3,-9999.00\n', 'CSV_MISSING_VALUE', /-9999\.00/);
  assert.match(error.path ?? '', /data\.csv:4:wv \(m\/s\)$/);
  assert.match(error.message, /data\.csv:4:wv \(m\/s\)/);
  assert.match(error.hint ?? '', /forward-fill.*drop.*missing/);
});

for (const text of ['', '  ', 'NaN', 'nan', 'NA', 'null']) {
  test(`${JSON.stringify(text)} is a missing value`, async (context) => {
    const error = await refuses(context, `a,b\n1,2\n3,${text}\n`, 'CSV_MISSING_VALUE', /missing/);
    assert.match(error.path ?? '', /:3:b$/);
  });
}

test('forward-fill keeps the value of the row before and counts', async (context) => {
  const { values, missingValues } = await read(context, 'a,b\n1,2\n-9999,4\n5,\n', {
    onMissing: 'forward-fill',
  });
  assert.deepEqual(values, [
    [1, 2],
    [1, 4],
    [5, 4],
  ]);
  assert.equal(missingValues, 2);
});

test('forward-fill leaves rows out that no row stands before, and says how many', async (context) => {
  const { values, missingValues, notices, placeOf } = await read(context, 'a,b\n1,\n,\n2,3\n,4\n', {
    onMissing: 'forward-fill',
  });
  assert.deepEqual(values, [
    [2, 3],
    [2, 4],
  ]);
  assert.equal(missingValues, 1);
  assert.match(notices.join('\n'), /^2 rows at the beginning are left out/m);
  assert.match(placeOf(0), /:4$/);
});

test('drop leaves the row out, and forgets none of its values to later rows', async (context) => {
  const { values, droppedRows } = await read(context, 'a,b\n1,2\n7,-9999\n5,6\n', { onMissing: 'drop' });
  assert.deepEqual(values, [
    [1, 2],
    [5, 6],
  ]);
  assert.equal(droppedRows, 1);
});

test('drop that leaves nothing is an error', async (context) => {
  await refuses(context, 'a,b\n1,\n,2\n', 'CSV_MISSING_VALUE', /every row/, { onMissing: 'drop' });
});

test('a bad number is named with line and column', async (context) => {
  const error = await refuses(context, 'a,b\n1,2\n3,4x\n', 'CSV_VALUE', /"4x" is not a number/);
  assert.match(error.path ?? '', /data\.csv:3:b$/);
});

test('a bad value in the first row does not make its column one of text', async (context) => {
  const error = await refuses(context, 'a,b\n1,oops\n3,4\n', 'CSV_VALUE', /"oops"/);
  assert.match(error.path ?? '', /:2:b$/);
});

test('a decimal comma is found where the rows show it, and refused where they do not', async (context) => {
  const { values } = await read(context, 'a;b\n1;2\n3,5;4\n');
  assert.deepEqual(values, [
    [1, 2],
    [3.5, 4],
  ]);
  const error = await refuses(context, 'a;b\n1;2.5\n3,5;4\n', 'CSV_VALUE', /"3,5"/);
  assert.match(error.hint ?? '', /point/);
});

for (const value of ['0x10', 'Infinity', '1e400', '1_000', '--1', '1.2.3', '.', '+', '1e']) {
  test(`${value} is not a number`, async (context) => {
    await refuses(context, `a,b\n1,2\n3,${value}\n`, 'CSV_VALUE', /not a number/);
  });
}

test('a bad date is named with line and column', async (context) => {
  const error = await refuses(
    context,
    'date,a\n2020-01-31 00:00,1\n2020-02-31 00:00,1\n',
    'CSV_VALUE',
    /not a date/,
  );
  assert.match(error.path ?? '', /:3:date$/);
});

for (const [what, content, line, found] of [
  ['too few fields', 'a,b,c\n1,2,3\n4,5\n6,7,8\n9,9,9\n', 3, 2],
  ['too few fields in the last line', 'a,b,c\n1,2,3\n4,5\n', 3, 2],
  ['too few fields in the only line', 'a,b,c\n1\n', 2, 1],
  ['too many fields', 'a,b\n1,2\n3,4,5\n', 3, 3],
  ['too few fields behind quotes', 'a,b,c\n"1",2,3\n"4",5\n6,7,8\n', 3, 2],
  ['too few fields, the last one empty', 'a,b,c\n"1",2,3\n4,\n6,7,8\n', 3, 2],
  ['too many fields behind quotes', 'a,b\n"1",2\n"3",4,5\n', 3, 3],
] as const) {
  test(`a row with ${what} is an error that names its line`, async (context) => {
    const error = await refuses(context, content, 'CSV_SYNTAX', new RegExp(`${found} fields?, the header`));
    assert.match(error.path ?? '', new RegExp(`:${line}$`));
  });
}

test('two short lines that add up to one row are noticed, even in a column that is not read', async (context) => {
  await refuses(context, 'a,x,b\n1,u,2\n1,u\nu,2\n1,u,2\n', 'CSV_SYNTAX', /:3: 2 fields/, {
    columns: ['a', 'b'],
  });
});

test('a quote that is never closed is an error that names its line', async (context) => {
  const error = await refuses(context, 'a,b\n1,2\n3,"4\n5,6\n', 'CSV_SYNTAX', /quote/);
  assert.match(error.path ?? '', /:3$/);
});

test('a line break inside a quoted column name is an error that says so', async (context) => {
  await refuses(context, '"a\nb",c\n1,2\n', 'CSV_SYNTAX', /data\.csv:1: a quote is opened and not closed/);
});

test('a delimiter inside quotes does not count', async (context) => {
  const { values, notices } = await read(context, '"a, m",b\n1,2\n"3",4\n');
  assert.deepEqual(values, [
    [1, 2],
    [3, 4],
  ]);
  assert.match(
    notices.join(),
    /^no column was read as the time[^,]*, so that the order of the rows is not checked/,
  );
});

test('an empty file, a header alone, and blank lines alone are errors of their own', async (context) => {
  await refuses(context, '', 'CSV_SYNTAX', /is empty/);
  await refuses(context, '\n\n', 'CSV_SYNTAX', /is empty/);
  await refuses(context, 'a,b\n', 'CSV_SYNTAX', /header but no rows/);
});

test('equal, empty and numeric column names are errors', async (context) => {
  await refuses(context, 'a,b,a\n1,2,3\n', 'CSV_SYNTAX', /columns 1 and 3 are both called "a"/);
  await refuses(context, 'a,,b\n1,2,3\n', 'CSV_SYNTAX', /column 2 of 3 has no name/);
  await refuses(context, '1,2\n3,4\n', 'CSV_SYNTAX', /numbers, not column names/);
});

test('line numbers hold across blocks of text and blank lines', async (context) => {
  const lines = ['a,b'];
  for (let row = 0; row < 60_000; row++) lines.push(row % 1000 === 0 ? '' : `${row},123.25`);
  lines[50_002] = 'oops,1';
  const error = await refuses(context, lines.join('\n'), 'CSV_VALUE', /oops/);
  assert.match(error.path ?? '', /:50003:a$/);
});

test('missing values are counted, and an empty field is not said to be maybe a real value', async (context) => {
  const csv = 'a,b\n1,2\n3,\n,6\n7,nan\n';
  const empty = await refuses(context, csv, 'CSV_MISSING_VALUE', /:3:b: "" .*first of 3 missing values/);
  assert.doesNotMatch(empty.hint ?? '', /real value/);
  const one = await refuses(context, 'a,b\n1,2\n3,-9999\n', 'CSV_MISSING_VALUE', /marks a missing value$/);
  assert.match(one.hint ?? '', /if "-9999" is a real value/);
});

const stamp = (hour: number): string =>
  `2023-01-${String(1 + Math.floor(hour / 24)).padStart(2, '0')} ${String(hour % 24).padStart(2, '0')}:00`;
const timed = (hours: readonly number[]): string =>
  `time,a\n${hours.map((hour, row) => `${stamp(hour)},${row}`).join('\n')}\n`;
const hours = (count: number): number[] => Array.from({ length: count }, (_, hour) => hour);

for (const [what, content, pattern] of [
  [
    'runs backwards',
    timed(hours(40).reverse()),
    /:3:time: 2023-01-02 14:00:00 is not later .*2023-01-02 15:00.*nor are 38/,
  ],
  ['repeats its times', timed(hours(40).map((hour) => hour >> 1)), /:3:time: .*nor are 19 further ones/],
  ['is not sorted', timed([0, 1, 2, 9, 4, 5, 6]), /:6:time: 2023-01-01 04:00:00 is not later/],
] as const) {
  test(`a series that ${what} is refused with the line and what to do`, async (context) => {
    const error = await refuses(context, content, 'CSV_VALUE', pattern);
    assert.match(error.hint ?? '', /sort the rows/);
  });
}

test('a single repeated time in a long series, as loggers write it, is noted with its line', async (context) => {
  const { rows, notices } = await read(context, timed([...hours(200), ...hours(400).slice(199)]));
  assert.equal(rows, 401);
  assert.match(notices.join(), /line 202: 2023-01-09 07:00:00 is not later/);
});

test('an hour that comes twice is noted in a short file too, as when clocks go back', async (context) => {
  const { rows, notices } = await read(context, timed([...hours(30), ...hours(60).slice(29)]));
  assert.equal(rows, 61);
  assert.match(notices.join(), /line 32: .* is not later/);
});

test('dates of a form that is not read are named with the accepted forms', async (context) => {
  const { columns, notices } = await read(
    context,
    'timestamp,load,kind\n01/13/2023 00:00,5,x\n01/14/2023 00:00,6,y\n',
  );
  assert.deepEqual(columns, ['load']);
  assert.match(
    notices.join('\n'),
    /"timestamp" looks like dates, but "01\/13\/2023 00:00" .*accepted are 2009-01-31/,
  );
  assert.match(notices.join('\n'), /^columns of text are left out: kind$/m);
  await refuses(
    context,
    'timestamp,load\n01/13/2023,5\n',
    'CSV_VALUE',
    /:2:timestamp: "01\/13\/2023" is not a date/,
    {
      time: 'timestamp',
    },
  );
});

test('dates that stand in another column than the first are named, not lost without a word', async (context) => {
  const { notices } = await read(context, 'load,date\n5,2023-01-01\n6,2023-01-02\n');
  assert.deepEqual(notices[0], { kind: 'dates-left-out', column: 'date' });
});

test('epoch times are a time only where they are named as one, in seconds or milliseconds', async (context) => {
  const seconds = 'timestamp,load\n1704067200,5\n1704070800,6\n1704074400,7\n';
  const unnamed = await read(context, seconds);
  assert.deepEqual(unnamed.columns, ['timestamp', 'load']);
  assert.deepEqual(unnamed.notices.at(0), { kind: 'clock-as-feature', column: 'timestamp' });
  for (const content of [seconds, seconds.replaceAll(/(17\d+)/g, '$1000')]) {
    const { columns, time, notices } = await read(context, content, { time: 'timestamp' });
    assert.deepEqual(columns, ['load']);
    assert.equal(time?.first, '2024-01-01 00:00:00');
    assert.equal(time?.stepSeconds, 3600);
    assert.deepEqual(notices, []);
  }
  const { notices } = await read(context, 'load,price\n1704067200,5\n1704070800,6\n1604074400,7\n');
  assert.doesNotMatch(notices.join(), /since 1970/);
});
