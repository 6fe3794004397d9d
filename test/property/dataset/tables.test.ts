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
  missing: fc.constantFrom('', 'NA', '-9999', 'n/a'),
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

function writeTable(rows: readonly (readonly [number | null, number | null])[], how: Dialect): Buffer {
  const { delimiter, quotes, lineEnd } = how;
  const needs = (text: string): boolean => text.includes(delimiter) || text.includes('"');
  const field = (text: string, isName: boolean): string =>
    needs(text) || quotes === 'all' || (isName && quotes === 'names')
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const line = (fields: readonly string[], isName = false): string =>
    fields.map((text) => field(text, isName)).join(delimiter);
  const lines = [
    ...Array.from({ length: how.preamble }, (_, index) => `Station ${index + 1}`),
    line(['time', 'größe', 'b'], true),
    ...rows.flatMap(([a, b], hour) => [
      ...(how.blankLines && hour % 7 === 3 ? [''] : []),
      line([TIMES[how.time]!(hour), writeNumber(a, how, 0), writeNumber(b, how, 2)]),
    ]),
  ];
  const text = `${how.encoding === 'utf8' || how.encoding === 'latin1' ? '' : '\ufeff'}${lines.join(lineEnd)}${how.endsInLine ? lineEnd : ''}`;
  return Buffer.from(text, how.encoding === 'bom' ? 'utf8' : how.encoding);
}

test('a table in any dialect is read as it was written, or refused', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-tables-'));
  let read = 0;
  try {
    await fc.assert(
      fc.asyncProperty(numbers, dialect, async (rows, how) => {
        // A mark cannot be two things at once: nobody writes so.
        fc.pre(
          how.thousands !== how.decimal && how.decimal !== how.delimiter && how.thousands !== how.delimiter,
        );
        const path = join(directory, 'data.csv');
        writeFileSync(path, writeTable(rows, how));
        const set = how.says
          ? {
              delimiter: how.delimiter,
              decimal: how.decimal,
              thousands: how.thousands,
              header: how.preamble + 1,
            }
          : {};
        const source = csvSource(path, { onMissing: 'drop', columns: ['größe', 'b'], ...set });
        const expected = rows.filter(([a, b]) => a !== null && b !== null);
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
      { numRuns: 150 },
    );
    // Refusing all would be no reading.
    assert.ok(read > 75, `${read} of 150 were read`);
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
