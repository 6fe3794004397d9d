// Tables as people have them: dialects found or set, times in any form, other kinds of files, folders and SQL.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { openCsv } from '../../../src/dataset/sources/csv/csv-reader.js';
import { zonedClock } from '../../../src/dataset/sources/csv/times/zoned-clock.js';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { readWholeCsv, type WholeCsv } from '../../support/fixtures/whole-csv.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

type Found = WholeCsv & { readonly found: readonly string[] };

async function read(
  context: TestContext,
  content: string | Buffer,
  options: Partial<CsvSource> = {},
  name = 'data.csv',
): Promise<Found> {
  const path = join(temporaryDirectory(context), name);
  writeFileSync(path, content);
  return readPath(path, options);
}

async function readPath(path: string, options: Partial<CsvSource> = {}): Promise<Found> {
  const source = csvSource(path, options);
  const { found, blocks } = await openCsv(source, () => {});
  await blocks[Symbol.asyncIterator]().return?.(undefined);
  return { ...(await readWholeCsv(source)), found };
}

async function refuses(
  context: TestContext,
  content: string,
  pattern: RegExp,
  options: Partial<CsvSource> = {},
): Promise<void> {
  await assert.rejects(read(context, content, options), (error: SweepError) => {
    assert.match(`${error.message}\n${error.hint}`, pattern);
    return true;
  });
}

const hours = (row: (hour: number) => string, count = 24): string =>
  Array.from({ length: count }, (_, hour) => row(hour)).join('\n');
const two = (value: number): string => String(value).padStart(2, '0');
const column = ({ values }: WholeCsv, place = 0): number[] => values.map((row) => row[place]!);
const counted = (count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, row) => first + row);

test('a decimal comma between semicolons is found and said', async (context) => {
  const table = await read(
    context,
    `time;count;temp\n${hours((hour) => `2020-01-01 ${two(hour)}:00;${hour};${(hour / 10).toFixed(1).replace('.', ',')}`)}\n`,
  );
  assert.deepEqual(
    column(table, 1),
    counted(24).map((hour) => hour / 10),
  );
  assert.deepEqual(table.found, [
    '"delimiter": ";"',
    '"decimal": ","',
    '"time": "time"',
    '"timeFormat": "%Y-%m-%d %H:%M"',
  ]);
});

test('a decimal comma that is set is held against every row', async (context) => {
  await refuses(context, 'a;b\n1,5;2\n2.5;3\n', /:3:a: "2\.5" is not a number/, { decimal: ',' });
});

test('thousands are read with the mark that is set, and only where they stand right', async (context) => {
  const rows = (mark: string): string =>
    `time;v\n${hours((hour) => `2020-01-01 ${two(hour)}:00;1${mark}1${two(hour)}`)}\n`;
  for (const [mark, decimal] of [
    [',', '.'],
    ['.', ','],
    [' ', ','],
    ["'", '.'],
  ] as const)
    assert.deepEqual(
      column(await read(context, rows(mark), { thousands: mark, decimal })),
      counted(24, 1100),
    );
  assert.deepEqual(
    column(
      await read(context, 'a;b\n1.234.567,25;1\n-1.000;2\n,5;3\n1e3;4\n', { thousands: '.', decimal: ',' }),
    ),
    [1234567.25, -1000, 0.5, 1000],
  );
  for (const wrong of ['1.23', '12.3456', '1..234', '1.234.56', '1,234.567'])
    await refuses(context, `a;b\n${wrong};1\n`, /:2:a: .* is not a number/, {
      thousands: '.',
      decimal: ',',
      columns: ['a', 'b'],
    });
});

test('date and time of two columns are joined', async (context) => {
  const text = `Date,Time,v\n${hours((hour) => `2020-01-${two(1 + Math.floor(hour / 24))},${two(hour % 24)}:00:00,${hour}`, 30)}\n`;
  const { time, columns } = await read(context, text, { time: ['Date', 'Time'] });
  assert.deepEqual(columns, ['v']);
  assert.deepEqual(
    [time?.first, time?.last, time?.stepSeconds],
    ['2020-01-01 00:00:00', '2020-01-02 05:00:00', 3600],
  );
  await refuses(context, text, /join them by "time": \["Date","Time"\]/);
});

for (const [name, format, of] of [
  ['month first', '%m/%d/%Y %H:%M', (hour: number) => `01/13/2020 ${two(hour)}:00`],
  ['day first, short', '%d/%m/%y %H:%M', (hour: number) => `13/01/20 ${hour}:00`],
  [
    'twelve hours',
    '%m/%d/%y %I:%M:%S %p',
    (hour: number) => `01/13/20 ${two(hour % 12 || 12)}:00:00 ${hour < 12 ? 'AM' : 'PM'}`,
  ],
  ['digits', '%Y%m%d%H', (hour: number) => `20200113${two(hour)}`],
  ['month by name', '%d-%b-%Y %H:%M', (hour: number) => `13-Jan-2020 ${two(hour)}:00`],
] as const) {
  test(`times are read in the form that is set, which is suggested: ${name}`, async (context) => {
    const text = `at;v\n${hours((hour) => `${of(hour)};${hour}`)}\n`;
    const { time, values } = await read(context, text, { time: 'at', timeFormat: format });
    assert.deepEqual(
      [time?.first, time?.last, time?.stepSeconds, time?.irregularSteps],
      ['2020-01-13 00:00:00', '2020-01-13 23:00:00', 3600, 0],
    );
    assert.equal(values.length, 24);
    assert.ok((await read(context, text)).notices.join('\n').includes(`"timeFormat": "${format}"`));
    await refuses(context, `${text}oops;1\n`, /:26:at: "oops" is not a date/, {
      time: 'at',
      timeFormat: format,
    });
  });
}

test('the offset of a form that is set may be written as Z', async (context) => {
  const set = { time: 'time', timeFormat: '%Y-%m-%dT%H:%M:%S%z' };
  const rows = hours((hour) => `2020-01-01T${two(hour)}:00:00${hour % 2 === 0 ? 'Z' : '+00:00'},${hour}`);
  const { time, values } = await read(context, `time,v\n${rows}\n`, set);
  assert.equal(values.length, 24);
  assert.deepEqual(
    [time?.first, time?.last, time?.stepSeconds, time?.irregularSteps],
    ['2020-01-01 00:00:00', '2020-01-01 23:00:00', 3600, 0],
  );
});

test('local times of a zone are read as UTC, by the zone or by themselves', async (context) => {
  const local = await read(context, 't,v\n2020-07-01 00:00,1\n2020-07-01 01:00,2\n', {
    timeZone: 'Europe/Berlin',
  });
  assert.equal(local.time?.first, '2020-06-30 22:00:00');
  const odd = await read(context, 't,v\n2020-07-01 24:00,1\n2020-07-02 01:00,2\n', {
    timeZone: 'Europe/Berlin',
  });
  assert.equal(odd.time?.first, '2020-07-01 22:00:00');
  await refuses(context, 't,v\n2020-07-01 00:00,1\n', /"Berlin" is no time zone/, { timeZone: 'Berlin' });
});

for (const [what, minutes] of [
  ['hours', 60],
  ['quarters of an hour', 15],
  ['hours that are not read by DuckDB', 60],
] as const)
  test(`the hour that a clock shows twice comes once, and once more: ${what}`, async (context) => {
    const clock = zonedClock('Europe/Berlin');
    // Summer time ends at 01:00 UTC; the days around it have both of its hours, and none.
    const seconds = Array.from(
      { length: 120 },
      (_, row) => Date.UTC(2020, 9, 24, 12) / 1000 + 60 * minutes * row,
    );
    const local = seconds.map((one) =>
      new Date(clock(one) * 1000).toISOString().slice(0, 16).replace('T', ' '),
    );
    const shown = local.map((text, row) => (what.includes('DuckDB') && row === 0 ? `${text}:00` : text));
    const content = `t,v\n${shown.map((text, row) => `${text},${row}`).join('\n')}\n`;
    const { time, notices } = await read(context, content, { timeZone: 'Europe/Berlin' });
    const last = new Date(seconds.at(-1)! * 1000).toISOString().slice(0, 19).replace('T', ' ');
    assert.deepEqual(
      [time?.first, time?.last, time?.irregularSteps, notices],
      ['2020-10-24 12:00:00', last, 0, []],
    );
  });

test('a row that is left out tells which of two hours the next one is of', async (context) => {
  const clocks = ['00:00', '01:00', '02:00', '02:00', '03:00', '04:00'];
  const rows = clocks.map((clock, row) => `2020-10-25 ${clock},${row === 2 ? '' : row}`);
  for (const first of ['2020-10-24 23:00,9', '2020-10-24 23:00:00,9']) {
    const content = ['t,v', first, ...rows].join('\n');
    const { time } = await read(context, `${content}\n`, { timeZone: 'Europe/Berlin', onMissing: 'drop' });
    assert.deepEqual(
      time?.irregular.map((step) => [step.time, step.stepSeconds]),
      [['2020-10-25 01:00:00', 7200]],
    );
  }
});

test('rows are sorted by time when that is set, and keep their lines', async (context) => {
  const rows = counted(4000).map(
    (hour) => [new Date(3.6e6 * hour).toISOString().slice(0, 16), hour] as const,
  );
  const text = `t,v\n${rows
    .toReversed()
    .map(([time, value]) => `${time},${value}`)
    .join('\n')}\n`;
  const table = await read(context, text, { order: 'sort' });
  assert.deepEqual(column(table), counted(4000));
  assert.deepEqual(
    [table.placeOf(0).split(':').at(-1), table.placeOf(3999).split(':').at(-1)],
    ['4001', '2'],
  );
  await refuses(context, text, /"order": "sort"/);
  await refuses(context, 'v\n1\n2\n', /no column of times/, { order: 'sort' });
});

test('other rows are left out by a condition, and lines stay those of the file', async (context) => {
  const text = `date,series,value\n${['A', 'B'].flatMap((one) => counted(11).map((day) => `2020-01-${two(day + 1)},${one},${day}${one === 'B' ? 1 : 0}`)).join('\n')}\n`;
  const table = await read(context, text, { where: "series = 'B' and value > 0" });
  assert.deepEqual(
    column(table),
    counted(11).map((day) => day * 10 + 1),
  );
  assert.match(table.placeOf(0), /:13$/);
  await refuses(context, text, /where/, { where: 'colour = 1' });
  await refuses(context, text, /:13:value: "01" marks a missing value/, {
    where: "series = 'B'",
    missing: [1],
  });
});

test('texts mark missing values where they are named, numbers among them in any form', async (context) => {
  const text = 'v,w\n0,1\nM,1\n---,1\n-99.90,1\n5,1\n';
  const { values, droppedRows } = await read(context, text, {
    missing: ['M', '---', '-99.9'],
    onMissing: 'drop',
  });
  assert.deepEqual([values.map(([value]) => value), droppedRows], [[0, 5], 3]);
  await refuses(context, text, /:3:v: "M" is not a number\n.*name it in "missing"/);
});

test('a title above the names and units below them are found, and can be set', async (context) => {
  const titled = `"Plot Title: A 1"\n"#","Date Time, GMT+00:00","Temp"\n${hours((hour) => `${hour + 1},01/13/20 ${two(hour % 12 || 12)}:00:00 ${hour < 12 ? 'AM' : 'PM'},${hour}.5`)}\n`;
  const table = await read(context, titled, { columns: ['Temp'] });
  assert.deepEqual([table.values.length, column(table)[23], table.found[0]], [24, 23.5, '"header": 2']);
  const logger = `"TOA5","S","CR1000","1","x"\n"TIMESTAMP","RECORD","T"\n"TS","RN","Deg C"\n"","","Avg"\n${hours((hour) => `"2020-01-01 ${two(hour)}:00:00",${hour},${hour}.5`)}\n`;
  for (const options of [{}, { header: 2, skip: 2 }]) {
    const { columns, values, time } = await read(context, logger, options);
    assert.deepEqual(
      [columns, values.length, values[0], time?.stepSeconds],
      [['RECORD', 'T'], 24, [0, 0.5], 3600],
    );
  }
});

for (const [name, above, header] of [
  ['a note with as many fields', ['# x, y'], 2],
  ['notes of several lengths', ['# station', '# x, y, z', '// a, b'], 4],
  ['a title with as many fields', ['Station,A'], 2],
  ['the delimiter, as spreadsheets write it', ['sep=,'], undefined],
] as const) {
  test(`columns are called as the line below ${name} has it`, async (context) => {
    const rows = hours((hour) => `2020-01-01 ${two(hour)}:00,${hour}`);
    const { columns, values, time, found } = await read(context, [...above, 'time,v', rows].join('\n'));
    assert.deepEqual(columns, ['v']);
    assert.equal(values.length, 24);
    assert.equal(time?.first, '2020-01-01 00:00:00');
    if (header !== undefined) assert.ok(found.includes(`"header": ${header}`), found.join());
  });
}

test('a line of notes that names the columns is one, with units or kinds below it', async (context) => {
  const rows = hours((hour) => `2020-01-01 ${two(hour)}:00,${hour}`);
  for (const above of [
    ['# time,v'],
    ['# time,v', '# s,degC'],
    ['time,v', 'timestamp,double'],
    ['# site,A', '# time,v'],
  ]) {
    const { columns, values } = await read(context, [...above, rows].join('\n'));
    assert.deepEqual(columns, ['v'], above.join());
    assert.equal(values.length, 24);
  }
});

test('the first rows are not taken for units where a value is merely missing', async (context) => {
  for (const first of ['A,NA,NA', 'A,M,1', 'A,M,2'])
    await refuses(context, `s,a,b\n${first}\nA,1,2\nA,2,3\n`, /:2:[ab]: /);
});

test('a file without names has its columns by place', async (context) => {
  const text = `${hours((hour) => `2020;01;01;${hour}`)}\n`;
  await refuses(context, text, /first line holds numbers.*\n.*"header" to false/);
  const { columns, values } = await read(context, text, { header: false });
  assert.deepEqual([columns, values.length, values[23]], [['0', '1', '2', '3'], 24, [2020, 1, 1, 23]]);
});

test('columns without a name are left out where they hold nothing or number the rows, and else refused', async (context) => {
  const blank = await read(context, `time,v,,\n${hours((hour) => `2020-01-01 ${two(hour)}:00,${hour},,`)}\n`);
  assert.deepEqual([blank.columns, column(blank)], [['v'], counted(24)]);
  assert.match(blank.notices.join(), /without name and value are left out: 3, 4/);
  const numbered = await read(context, `,v\n${hours((row) => `${row},${row * 2}`)}\n`);
  assert.deepEqual(numbered.columns, ['v']);
  await refuses(
    context,
    `v,\n${hours((row) => `${row},`, 300)}\n1,7\n`,
    /:302: column 2 of 2 has a value here, but no name/,
  );
});

test('encodings are found or set, and lines may end in several ways', async (context) => {
  const cyrillic = Buffer.from([0xd2, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0x32, 0x0a]);
  assert.deepEqual((await read(context, cyrillic, { encoding: 'windows-1251' })).columns, ['Т', 'b']);
  const windows = Buffer.concat([Buffer.from('price '), Buffer.from([0x80]), Buffer.from(',b\n1,2\n')]);
  assert.deepEqual((await read(context, windows)).columns, ['price €', 'b']);
  assert.deepEqual(column(await read(context, 'a,b\r\n1,2\n3,4\r5,6\r\n')), [1, 3, 5]);
  await refuses(context, 'a\n1\n', /"klingon" is no encoding/, { encoding: 'klingon' });
});

test('delimiters of any kind are found, also one of several that stand within fields', async (context) => {
  for (const delimiter of [',', ';', '\t', '|'])
    assert.deepEqual(
      (
        await read(
          context,
          ['a,x', 'b']
            .map((name) => `"${name}"`)
            .join(delimiter)
            .concat(`\n1${delimiter}2\n`),
        )
      ).values,
      [[1, 2]],
    );
  assert.deepEqual((await read(context, 'a b\n1 2\n', { delimiter: ' ' })).values, [[1, 2]]);
  assert.deepEqual((await read(context, "'a;b';c\n1;2\n", { quote: "'" })).columns, ['a;b', 'c']);
});

async function writeTables(directory: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement.replaceAll('DIR', directory));
  connection.closeSync();
  instance.closeSync();
}

const ROWS = `select timestamp '2020-01-01' + to_hours(i::int) as t, i::bigint as v, i / 4 as w, 'x' as s from range(24) r(i)`;

test('Parquet, JSON lines, zstd and gzip give the rows that the CSV gives', async (context) => {
  const directory = temporaryDirectory(context);
  await writeTables(directory, [
    `copy (${ROWS}) to 'DIR/a.csv' (header)`,
    `copy (${ROWS}) to 'DIR/a.parquet'`,
    `copy (${ROWS}) to 'DIR/a.jsonl'`,
    `copy (${ROWS}) to 'DIR/a.csv.zst' (header, compression zstd)`,
    `copy (${ROWS}) to 'DIR/a.tsv.gz' (header, compression gzip, delimiter '\t')`,
  ]);
  const expected = await readPath(join(directory, 'a.csv'));
  assert.deepEqual(
    [expected.columns, expected.values[23], expected.time?.last],
    [['v', 'w'], [23, 5.75], '2020-01-01 23:00:00'],
  );
  for (const name of readdirSync(directory)) {
    const { columns, values, time } = await readPath(join(directory, name));
    assert.deepEqual(
      [columns, values, time?.last],
      [expected.columns, expected.values, expected.time?.last],
      name,
    );
  }
});

test('JSON of any layout gives its rows, or says which value is none', async (context) => {
  const directory = temporaryDirectory(context);
  const at = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const rows = Array.from({ length: 24 }, (_, hour) => ({ t: `2020-01-01 ${two(hour)}:00`, v: hour / 4 }));
  const lines = rows.map((row) => JSON.stringify(row)).join('\n');
  const texts = rows.map(({ t, v }) => JSON.stringify({ t, v: String(v) })).join('\n');
  for (const path of [
    at('list.json', JSON.stringify(rows)),
    at('shown.json', JSON.stringify(rows, null, 2)),
    at('lines.json', lines),
    at('texts.jsonl', texts),
  ]) {
    const { values, time } = await readPath(path);
    assert.deepEqual([values.length, values[23], time?.last], [24, [5.75], '2020-01-01 23:00:00'], path);
  }
  const off = `${lines}\n{"t": "2020-01-02 00:00", "v": "off"}`;
  await assert.rejects(readPath(at('off.jsonl', off)), /off\.jsonl:25:v: "off" is not a number/);
  const nested = rows.map(({ t, v }) => JSON.stringify({ t, m: { v } })).join('\n');
  await assert.rejects(readPath(at('nested.jsonl', nested)), ({ hint }: SweepError) => {
    assert.match(hint ?? '', /m holds .*take them apart by "sql"/);
    return true;
  });
});

test('a condition takes texts as they are written, though some of them are numbers', async (context) => {
  const directory = temporaryDirectory(context);
  const rows = "select i as v, ['7', '007', '17', 'A1'][i + 1] as store from range(4) r(i)";
  await writeTables(directory, [`copy (${rows}) to 'DIR/a.parquet'`, `copy (${rows}) to 'DIR/a.jsonl'`]);
  for (const [where, rights] of [
    ["store = 'A1'", [3]],
    ["store like '1%'", [2]],
    ["store = '007'", [1]],
  ] as const)
    for (const name of ['a.parquet', 'a.jsonl', 'sql']) {
      const source = name === 'sql' ? { sql: "from 'a.parquet'" } : {};
      const path = name === 'sql' ? directory : join(directory, name);
      const table = await readPath(path, { columns: ['v'], where, ...source });
      assert.deepEqual(column(table), rights, `${name}: ${where}`);
    }
});

test('JSON whose rows are a list within one object is read as the hint says', async (context) => {
  const directory = temporaryDirectory(context);
  const data = counted(24).map((hour) => ({ t: `2020-01-01 ${two(hour)}:00`, v: hour }));
  writeFileSync(join(directory, 'data.json'), JSON.stringify({ data }));
  const sql = "select unnest(data, recursive := true) from 'data.json'";
  await assert.rejects(readPath(join(directory, 'data.json')), ({ hint }: SweepError) => {
    assert.match(hint ?? '', /^data holds .*: it holds a list/);
    assert.ok(hint?.endsWith(`"${sql}"`), hint);
    return true;
  });
  const { columns, values, time } = await readPath(directory, { sql });
  assert.deepEqual([columns, values.length, values[23], time?.stepSeconds], [['v'], 24, [23], 3600]);
});

test('missing values of other kinds are counted, and a row without lines is named by its number', async (context) => {
  const directory = temporaryDirectory(context);
  await writeTables(directory, [
    "copy (select i as v, case when i <> 5 then i end as w from range(9) r(i)) to 'DIR/a.parquet'",
  ]);
  await assert.rejects(readPath(join(directory, 'a.parquet')), /a\.parquet:6:w: "" marks a missing value/);
  const { values } = await readPath(join(directory, 'a.parquet'), { onMissing: 'drop' });
  assert.equal(values.length, 8);
});

test('the files of a folder or of a pattern are one table, in the order of their names', async (context) => {
  const directory = temporaryDirectory(context);
  for (const day of [2, 1, 3])
    writeFileSync(
      join(directory, `day-${day}.csv`),
      `t,v\n\n${hours((hour) => `2020-01-0${day} ${two(hour)}:00,${day * 100 + hour}`)}\n`,
    );
  writeFileSync(join(directory, 'notes.md'), 'no table');
  for (const path of [directory, join(directory, 'day-?.csv'), join(directory, '*.csv')]) {
    const table = await readPath(path);
    assert.deepEqual([table.values.length, table.values[24], table.time?.irregularSteps], [72, [200], 0]);
    assert.match(table.placeOf(24), /day-2\.csv:3$/);
  }
  writeFileSync(
    join(directory, 'day-10.csv'),
    `t,v\n${hours((hour) => `2020-01-10 ${two(hour)}:00,${hour}`)}\n`,
  );
  const { placeOf } = await readPath(directory);
  assert.match(placeOf(72), /day-10\.csv:2$/);
  writeFileSync(join(directory, 'day-4.csv'), 't,w\n2020-01-04,1\n');
  await assert.rejects(readPath(directory), /day-4\.csv has the columns t, w, but .*day-1\.csv has t, v/);
  mkdirSync(join(directory, 'empty'));
  await assert.rejects(readPath(join(directory, 'empty')), /holds no table/);
  writeFileSync(join(directory, 'empty', 'a.json'), '[{"v":1},{"v":2}]');
  await assert.rejects(readPath(join(directory, 'empty')), ({ hint }: SweepError) => {
    assert.match(hint ?? '', /a pattern, such as "data\/\*\.json"/);
    return true;
  });
  assert.equal((await readPath(join(directory, 'empty', '*.json'))).values.length, 2);
});

test('a SELECT over files that lie beside the sweep file gives the rows', async (context) => {
  const directory = temporaryDirectory(context);
  writeFileSync(
    join(directory, 'load.csv'),
    `t,load\n${hours((hour) => `2020-01-01 ${two(hour)}:00,${hour}`)}\n`,
  );
  writeFileSync(
    join(directory, 'price.csv.gz'),
    gzipSync(`t,price\n${hours((hour) => `2020-01-01 ${two(hour)}:00,${hour / 2}`)}\n`),
  );
  const sql =
    "with loads as (select * from 'load.csv') -- a comment; and more\nselect l.t, load, price from loads l join read_csv('price.csv.gz') p using (t) order by t";
  const { columns, values, time } = await readPath(directory, { sql });
  assert.deepEqual(
    [columns, values.length, values[23], time?.stepSeconds],
    [['load', 'price'], 24, [23, 11.5], 3600],
  );
});

test('in which form a SELECT takes dates is said once, and not where it says so itself', async (context) => {
  const directory = temporaryDirectory(context);
  for (const part of [1, 2])
    writeFileSync(
      join(directory, `s${part}.csv`),
      `Date,v\n${counted(9)
        .map((day) => `0${day + 1}/0${part}/2020,${day}`)
        .join('\n')}\n`,
    );
  const notesOf = async (sql: string): Promise<readonly unknown[]> =>
    (await readPath(directory, { sql })).notices.filter((note) => /are read as/.test(String(note)));
  assert.equal((await notesOf("select * from 's1.csv'")).length, 1);
  assert.equal((await notesOf("select * from 's*.csv'")).length, 1);
  for (const sql of [
    "select v from 's1.csv'",
    "select strptime(Date, '%d/%m/%Y') as d, v from read_csv('s1.csv', all_varchar = true)",
    "select Date, v from read_csv('s1.csv', types = {'Date': 'VARCHAR'})",
  ])
    assert.deepEqual(await notesOf(sql), [], sql);
});
