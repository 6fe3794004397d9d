// Tables in random dialects: what was written is read back, or refused; never other numbers.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parseNumber } from '../../../src/dataset/sources/csv/csv-numbers.js';
import { numberReader, numberSql, roughSql } from '../../../src/dataset/sources/table/number-sql.js';
import { SweepError } from '../../../src/errors.js';
import type { CsvSource } from '../../../src/study/dataset-source.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { readWholeCsv } from '../../support/fixtures/whole-csv.js';

const HOUR_MS = 3_600_000;

/** The day and clock of an hour since 2001-02-03. */
const TIMES: Readonly<Record<string, (hour: number) => string>> = Object.fromEntries(
  (
    [
      ['iso', (iso) => iso.slice(0, 16).replace('T', ' ')],
      ['iso with seconds', (iso) => iso.slice(0, 19)],
      ['zone', (iso) => `${iso.slice(0, 19)}Z`],
      ['points', (iso) => `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 19)}`],
      [
        'month first',
        (iso) => `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 16)}`,
      ],
      ['digits', (iso) => iso.slice(0, 13).replaceAll(/\D/g, '')],
    ] as const satisfies readonly (readonly [string, (iso: string) => string])[]
  ).map(([name, form]) => [
    name,
    (hour: number) => form(new Date(Date.UTC(2001, 1, 3) + hour * HOUR_MS).toISOString()),
  ]),
);

const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  decimal: fc.constantFrom('.', ','),
  thousands: fc.constantFrom('', '', '', ',', '.', ' '),
  quotes: fc.constantFrom('none', 'names', 'all'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf8', 'latin1', 'utf16le', 'bom'),
  preamble: fc.constantFrom(0, 0, 0, 1, 3),
  blankLines: fc.boolean(),
  endsInLine: fc.boolean(),
  time: fc.constantFrom(...Object.keys(TIMES)),
  clock: fc.constantFrom('joined', 'joined', 'apart'),
  missing: fc.constantFrom('', 'NA', '-9999', 'n/a', '---', '.', '1e20', 'M'),
  order: fc.constantFrom('oldest first', 'oldest first', 'newest first', 'mixed'),
  /** Rows of this value of `a` and more are left out; null: all are wanted. */
  below: fc.constantFrom(null, null, 1_000_000, 0),
  /** How the names are told: by their line, or by the lines above it. */
  above: fc.constantFrom('header', 'skip'),
  says: fc.boolean(),
});
type Dialect = typeof dialect extends fc.Arbitrary<infer Value> ? Value : never;

const numbers = fc.array(
  fc.tuple(
    fc.option(fc.integer({ min: -5_000_000, max: 5_000_000 }), { freq: 8 }),
    fc.option(
      fc.integer({ min: -99_999, max: 99_999 }).map((value) => value / 100),
      { freq: 8 },
    ),
  ),
  { minLength: 3, maxLength: 30 },
);

function writeNumber(value: number | null, { decimal, thousands, missing }: Dialect, digits: number): string {
  if (value === null) return missing;
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = thousands === '' ? whole : whole.replaceAll(/\B(?=(?:\d{3})+$)/g, thousands);
  return `${value < 0 ? '-' : ''}${grouped}${fraction === undefined ? '' : `${decimal}${fraction}`}`;
}

type Row = readonly [number | null, number | null];

/** Rows with their hours, as they stand in the file. */
function ordered(rows: readonly Row[], { order }: Dialect): { readonly hour: number; readonly row: Row }[] {
  const all = rows.map((row, hour) => ({ hour, row }));
  if (order === 'newest first') return all.toReversed();
  return order === 'mixed' ? all.toSorted((a, b) => ((a.hour * 7) % 11) - ((b.hour * 7) % 11)) : all;
}

/** In strptime's words, of the time as it is written. */
const FORMATS: Readonly<Record<string, string>> = {
  iso: '%Y-%m-%d %H:%M',
  'iso with seconds': '%Y-%m-%dT%H:%M:%S',
  zone: '%Y-%m-%dT%H:%M:%S%z',
  points: '%d.%m.%Y %H:%M:%S',
  'month first': '%m/%d/%Y %H:%M',
  digits: '%Y%m%d%H',
};

/** What a person would write into the sweep file. */
function settingsOf(how: Dialect): Partial<CsvSource> {
  const isApart = how.clock === 'apart';
  const format = FORMATS[how.time]!;
  return {
    delimiter: how.delimiter,
    decimal: how.decimal,
    thousands: how.thousands,
    ...(how.above === 'header' ? { header: how.preamble + 1 } : { skip: how.preamble }),
    missing: [how.missing],
    time: isApart ? ['day', 'clock'] : 'time',
    timeFormat: isApart ? format.replace('T', ' ').replace('%d%H', '%d %H') : format,
    ...(how.order === 'oldest first' ? {} : { order: 'sort' }),
    ...(how.below === null ? {} : { where: `"größe" < ${how.below}` }),
  };
}

function writeTable(rows: readonly Row[], how: Dialect): Buffer {
  const { delimiter, quotes, lineEnd } = how;
  const hours = ordered(rows, how);
  const times = (hour: number): string[] => {
    const time = TIMES[how.time]!(hour);
    return how.clock === 'joined' ? [time] : time.split(how.time === 'digits' ? /(?=\d\d$)/ : /[ T]/);
  };
  const needs = (text: string): boolean => text.includes(delimiter) || text.includes('"');
  const field = (text: string, isName: boolean): string =>
    needs(text) || quotes === 'all' || (isName && quotes === 'names')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const line = (fields: readonly string[], isName = false): string =>
    fields.map((text) => field(text, isName)).join(delimiter);
  const lines = [
    ...Array.from({ length: how.preamble }, (_, index) => `Station ${index + 1}`),
    line([...(how.clock === 'joined' ? ['time'] : ['day', 'clock']), 'größe', 'b'], true),
    ...hours.flatMap(({ hour, row: [a, b] }) => [
      ...(how.blankLines && hour % 7 === 3 ? [''] : []),
      line([...times(hour), writeNumber(a, how, 0), writeNumber(b, how, 2)]),
    ]),
  ];
  const text = `${how.encoding === 'utf8' || how.encoding === 'latin1' ? '' : '\ufeff'}${lines.join(lineEnd)}${how.endsInLine ? lineEnd : ''}`;
  return Buffer.from(text, how.encoding === 'bom' ? 'utf8' : how.encoding);
}

const RUNS = 150;
/** Most of a reading is DuckDB that opens, which waits for one thread after the other. */
const AT_ONCE = 3;

test('a table in any dialect is read as it was written, or refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-tables-'));
  let read = 0;
  const checkTables = (path: string): Promise<void> =>
    fc.assert(
      fc.asyncProperty(numbers, dialect, async (rows, how) => {
        // A mark cannot be two things at once: nobody writes so.
        fc.pre(
          how.thousands !== how.decimal && how.decimal !== how.delimiter && how.thousands !== how.delimiter,
        );
        // A number is one until somebody says that it marks a missing value: that it may is noted.
        fc.pre(how.says || how.missing !== '1e20');
        writeFileSync(path, writeTable(rows, how));
        const set = how.says ? settingsOf(how) : {};
        const source = csvSource(path, { onMissing: 'drop', columns: ['größe', 'b'], ...set });
        const isIn = ([a, b]: Row): boolean =>
          a !== null && b !== null && (!how.says || how.below === null || a < how.below);
        // Unsorted, the order of the file stays where no time tells otherwise.
        const inOrder = how.says ? rows : ordered(rows, how).map(({ row }) => row);
        const expected = inOrder.filter(isIn);
        try {
          const { values } = await readWholeCsv(source);
          assert.deepEqual(
            values.map((row) => row.map((value) => value + 0)),
            expected.map((row) => row.map((value) => value! + 0)),
          );
          read++;
        } catch (thrown) {
          if (!(thrown instanceof SweepError)) throw thrown;
          assert.match(thrown.code, /^(?:CSV_|SPEC_INVALID)/);
          assert.ok(thrown.hint, thrown.message);
          // What is said is read: but for rows that are all missing.
          if (how.says && expected.length > 0) throw thrown;
        }
      }),
      { numRuns: RUNS / AT_ONCE },
    );
  try {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) => checkTables(join(directory, `data-${at}.csv`))),
    );
    // Refusing all would be no reading.
    assert.ok(read > RUNS / 2, `${read} of ${RUNS} were read`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

for (const form of [
  { decimal: '.', thousands: '' },
  { decimal: ',', thousands: '' },
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: ' ' },
]) {
  test(`DuckDB reads no text as another number than we do: ${JSON.stringify(form)}`, async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const texts = fc.sample(
      fc.oneof(
        fc.string({ unit: fc.constantFrom(..."0123456789.,-+eExinfaNd_ \u00a0\t'"), maxLength: 8 }),
        fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .map((value) => String(value).replace('.', form.decimal)),
        fc.integer().map((value) => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, form.thousands)),
      ),
      { numRuns: 6000, seed: 7 },
    );
    await connection.run('create table texts (place integer, text varchar)');
    const appender = await connection.createAppender('texts');
    for (const [place, text] of texts.entries()) {
      appender.appendInteger(place);
      appender.appendVarchar(text);
      appender.endRow();
    }
    appender.closeSync();
    const result = await connection.runAndReadAll(
      `select ${roughSql(['text'], ['number'], [true])}, number from (select place, text, ${numberSql('text', form)} as number from texts) order by place`,
    );
    const toNumber = numberReader(form);
    for (const [place, [isRough, number]] of result.getRowsJS().entries())
      if (isRough !== true)
        assert.ok(Object.is(number, toNumber(texts[place]!)), JSON.stringify(texts[place]));
    connection.closeSync();
    instance.closeSync();
    assert.equal(toNumber(`1${form.decimal}5`), parseNumber('1.5'));
  });
}
