// Several series in one table, from CSV to prepared rows: in order, split and normalised by series, refused by name.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DatasetMetadata } from '../../../src/dataset/dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource, SeriesSpec, SplitSpec } from '../../../src/study/dataset-source.js';
import { csvSource, HALF_AND_QUARTERS, rowSplit } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

interface Options {
  readonly csv?: Partial<CsvSource>;
  readonly split?: SplitSpec;
  readonly series?: Partial<NonNullable<SeriesSpec['series']>> | null;
}

type Row = readonly [day: number, store: string, sales: number | string, price: number | string];

const dayText = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
const csvOf = (rows: readonly Row[]): string =>
  `day,store,sales,price\n${rows.map(([day, ...fields]) => `${[dayText(day), ...fields].join(',')}\n`).join('')}`;

/** `lengths` days of each store; sales tell store and day. */
function storeRows(lengths: Readonly<Record<string, number>>): Row[] {
  return Object.entries(lengths).flatMap(([store, days], place) =>
    Array.from({ length: days }, (_, day): Row => [day, store, 100 * (place + 1) + day * day, place - day]),
  );
}

async function prepare(directory: string, text: string, options: Options = {}) {
  const path = join(directory, 'stores.csv');
  writeFileSync(path, text);
  const series = { column: 'store', normalise: 'together', minRows: 1, ...options.series } as const;
  const prepared = await prepareDataset(
    {
      sources: [csvSource(path, options.csv)],
      target: 'sales',
      split: options.split ?? HALF_AND_QUARTERS,
      ...(options.series === null ? {} : { series }),
    },
    { cacheDirectory: join(directory, 'cache') },
  );
  const dataset = openDataset(join(directory, 'cache'), prepared.metadata.digest);
  const values = Float32Array.from(dataset.values);
  dataset.close();
  return { ...prepared, values };
}

/** The prepared values in their units, row by row. */
function inUnits({ columns, series }: DatasetMetadata, values: Float32Array): number[][] {
  const rows: number[][] = [];
  for (const name of ['train', 'validation', 'test'] as const)
    for (const one of series!.list)
      for (let row = 0; row < one.stretches[name][1]; row++) {
        const scales = one.columns ?? columns;
        const at = rows.length * columns.length;
        rows.push(
          columns.map((_, column) => values[at + column]! * scales[column]!.std + scales[column]!.mean),
        );
      }
  return rows;
}

const refusal =
  (code: string, message: RegExp, hint?: RegExp) =>
  (error: SweepError): true => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    if (hint !== undefined) assert.match(error.hint ?? '', hint);
    return true;
  };

test('two columns tell series apart together, and name them so that no two are one', async (t) => {
  const ids = [
    ['3', 'milk'],
    ['3', 'tea'],
    ['4', 'milk'],
    ['a / b', 'c'],
    ['a', 'b / c'],
  ];
  const rows = ids.flatMap(([store, product], place) =>
    Array.from({ length: 8 }, (_, day) => `${dayText(day)},${store},${product},${100 * place + day * day}`),
  );
  const text = `day,store,product,sales\n${rows.join('\n')}\n`;
  const { metadata, values } = await prepare(temporaryDirectory(t), text, {
    series: { column: ['store', 'product'] },
  });
  const { column, list } = metadata.series!;
  assert.deepEqual(column, ['store', 'product']);
  assert.deepEqual(
    list.map(({ name }) => name),
    ['3 / milk', '3 / tea', '4 / milk', '"a / b" / c', 'a / "b / c"'],
  );
  assert.deepEqual(
    metadata.columns.map(({ name }) => name),
    ['sales'],
  );
  const sales = inUnits(metadata, values).map(([value]) => Math.abs(Math.round(value!)));
  assert.deepEqual(sales.slice(0, 8), [0, 1, 4, 9, 100, 101, 104, 109]);
  await assert.rejects(
    prepare(temporaryDirectory(t), text.replace('3,tea', '3,'), { series: { column: ['store', 'product'] } }),
    refusal('CSV_MISSING_VALUE', /:10:product: the row names no series/),
  );
  // One of the two leaves rows of several series in one.
  await assert.rejects(
    prepare(temporaryDirectory(t), text, { series: { column: 'store' } }),
    refusal('CSV_VALUE', /of "3", /, /"series": \["store", "product"\]|several that do together/),
  );
});

test('rows lie by split, then by series, then by time, however they come', async (t) => {
  const rows = storeRows({ a: 8, b: 12 });
  const whole = await prepare(temporaryDirectory(t), csvOf(rows));
  const { metadata } = whole;
  assert.deepEqual(metadata.split, {
    train: { start: 0, end: 10 },
    validation: { start: 10, end: 15 },
    test: { start: 15, end: 20 },
  });
  assert.deepEqual(metadata.series, {
    column: 'store',
    normalise: 'together',
    list: [
      { name: 'a', rows: 8, stretches: { train: [0, 4], validation: [4, 2], test: [6, 2] } },
      { name: 'b', rows: 12, stretches: { train: [0, 6], validation: [6, 3], test: [9, 3] } },
    ],
    left: [],
  });
  assert.deepEqual(
    metadata.columns.map(({ name }) => name),
    ['sales', 'price'],
  );
  const of = (store: string, from: number, to: number) =>
    rows.filter((row) => row[1] === store).slice(from, to);
  const expected = [
    of('a', 0, 4),
    of('b', 0, 6),
    of('a', 4, 6),
    of('b', 6, 9),
    of('a', 6, 8),
    of('b', 9, 12),
  ].flat();
  for (const [row, [sales, price]] of inUnits(metadata, whole.values).entries()) {
    assert.ok(Math.abs(sales! - Number(expected[row]![2])) < 1e-3);
    assert.ok(Math.abs(price! - Number(expected[row]![3])) < 1e-4);
  }
  const train = [...of('a', 0, 4), ...of('b', 0, 6)].map((row) => Number(row[2]));
  assert.ok(
    Math.abs(metadata.columns[0]!.mean - train.reduce((sum, value) => sum + value, 0) / train.length) < 1e-9,
  );
  // By day first, as most tables of stores are.
  const byDay = rows.toSorted((left, right) => left[0] - right[0]);
  const interleaved = await prepare(temporaryDirectory(t), csvOf(byDay));
  assert.equal(interleaved.metadata.digest, metadata.digest);
});

test('each normalised by itself: mean 0 and deviation 1 over its own training rows, and back', async (t) => {
  const rows = storeRows({ a: 8, b: 12 });
  const prepared = await prepare(temporaryDirectory(t), csvOf(rows), { series: { normalise: 'series' } });
  const { metadata, values } = prepared;
  assert.deepEqual(
    metadata.columns.map(({ mean, std }) => [mean, std]),
    [
      [0, 1],
      [0, 1],
    ],
  );
  for (const [start, end] of [
    [0, 4],
    [4, 10],
  ] as const) {
    const sales = Array.from({ length: end - start }, (_, row) => values[2 * (start + row)]!);
    const mean = sales.reduce((sum, value) => sum + value, 0) / sales.length;
    const variance = sales.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sales.length;
    assert.ok(Math.abs(mean) < 1e-6 && Math.abs(variance - 1) < 1e-6);
  }
  const back = inUnits(metadata, values).map(([sales]) => Math.round(sales!));
  assert.deepEqual(
    back.slice(0, 4),
    rows.slice(0, 4).map(([, , sales]) => sales),
  );
  assert.deepEqual(
    back.slice(17),
    rows.slice(17).map(([, , sales]) => sales),
  );
});

test('another series, or what comes later in the same one, changes nothing of what was learnt from', async (t) => {
  const rows = storeRows({ a: 8, b: 12 });
  const own = { series: { normalise: 'series' as const } };
  const before = await prepare(temporaryDirectory(t), csvOf(rows), own);
  const changed = rows.map(
    (row, at): Row => (at === 8 + 11 || row[1] === 'a' ? [row[0], row[1], 7 + 3 * at, 5 - at * at] : row),
  );
  const after = await prepare(temporaryDirectory(t), csvOf(changed), own);
  // Training rows of b, and all others but its last one.
  assert.deepEqual(after.values.slice(8, 20), before.values.slice(8, 20));
  assert.notDeepEqual(after.values.slice(0, 8), before.values.slice(0, 8));
  assert.notEqual(after.metadata.digest, before.metadata.digest);
});

test('times tell where a series begins beside the others', async (t) => {
  const late = storeRows({ a: 8, b: 8 }).map(
    (row): Row => (row[1] === 'b' ? [row[0] + 5, row[1], row[2], row[3]] : row),
  );
  const { metadata } = await prepare(temporaryDirectory(t), csvOf(late));
  assert.deepEqual(metadata.series!.list[1]!.stretches, { train: [5, 4], validation: [9, 2], test: [11, 2] });
  assert.equal(metadata.time?.irregularSteps, 0);
  assert.equal(metadata.time?.first, '2024-01-01 00:00:00');
  assert.equal(metadata.time?.last, '2024-01-13 00:00:00');
});

test('a series that is left out is no part of the time that all are split at', async (t) => {
  const late: readonly Row[] = [0, 1, 2].map((day) => [700 + day, 'late', day, day * day]);
  const split: SplitSpec = { type: 'lengths', validation: { seconds: 8 * 86_400 }, test: 10 };
  const stores = storeRows({ north: 40, south: 38 });
  const [alone, beside] = await Promise.all(
    [stores, [...stores, ...late]].map((rows) =>
      prepare(temporaryDirectory(t), csvOf(rows), { split, series: { minRows: 20 } }),
    ),
  );
  assert.deepEqual(beside!.metadata.split, alone!.metadata.split);
  assert.deepEqual(beside!.metadata.series!.list, alone!.metadata.series!.list);
  assert.deepEqual(
    beside!.metadata.series!.left.map(({ name }) => name),
    ['late'],
  );
});

test('shares split each series by itself, whether a gap between them is rows or time', async (t) => {
  const split = { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 } as const;
  const text = csvOf(storeRows({ north: 40, south: 20 }));
  const [rows, time] = await Promise.all(
    [2, { seconds: 2 * 86_400 }].map((gap) =>
      prepare(temporaryDirectory(t), text, { split: { ...split, gap } }),
    ),
  );
  assert.deepEqual(time!.metadata.split, rows!.metadata.split);
  assert.deepEqual(
    time!.metadata.series!.list.map(({ stretches }) => stretches.train),
    [
      [0, 20],
      [0, 10],
    ],
  );
});

test('missing values are filled from the same series, and rows before its first whole one are left out', async (t) => {
  const rows = storeRows({ a: 8, b: 8 }).toSorted((left, right) => left[0] - right[0]);
  const filled = { csv: { onMissing: 'forward-fill' as const } };
  // Row 5 is the third day of b, after that of a.
  const holed = rows.map((row, at): Row => (at === 5 ? [row[0], row[1], '', row[3]] : row));
  const { metadata, values } = await prepare(temporaryDirectory(t), csvOf(holed), filled);
  const train = inUnits(metadata, values);
  assert.deepEqual(
    [train[5]![0], train[6]![0]].map((sales) => Math.round(sales!)),
    [201, 201],
  );
  const first = rows.map((row, at): Row => (at === 1 ? [row[0], row[1], '', row[3]] : row));
  const late = await prepare(temporaryDirectory(t), csvOf(first), filled);
  assert.deepEqual(
    late.metadata.series!.list.map(({ rows }) => rows),
    [8, 7],
  );
  assert.match(late.notices.join('\n'), /1 row at the beginning is left out/);
});

test('series that are too short are refused by name with the setting that leaves them out', async (t) => {
  const text = csvOf(storeRows({ a: 8, tiny: 2, b: 8, small: 1 }));
  await assert.rejects(
    prepare(temporaryDirectory(t), text),
    refusal(
      'DATASET_TOO_SHORT',
      /2 values of "store" have too few rows for the split: "tiny" \(2\), "small" \(1\)/,
      /"minRows": 3/,
    ),
  );
  const { metadata, notices } = await prepare(temporaryDirectory(t), text, { series: { minRows: 4 } });
  assert.deepEqual(metadata.series!.left, [
    { name: 'tiny', rows: 2 },
    { name: 'small', rows: 1 },
  ]);
  assert.deepEqual(
    metadata.series!.list.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.match(
    notices.join('\n'),
    /2 of 4 series have too few rows and are left out: "tiny" \(2 rows\), "small" \(1 row\)/,
  );
  await assert.rejects(
    prepare(temporaryDirectory(t), text, { series: { minRows: 9 } }),
    refusal('DATASET_TOO_SHORT', /no series has 9 rows: the longest of 4 has 8/),
  );
  await assert.rejects(
    prepare(temporaryDirectory(t), text, { series: { minRows: 4 }, split: rowSplit(6, 4, 2) }),
    refusal('DATASET_TOO_SHORT', /"a" \(8\), "b" \(8\)/),
  );
});

test('what is wrong with the rows of a series is said with its name and line', async (t) => {
  const rows = storeRows({ a: 40, b: 40 });
  const swapped = rows.toSorted((left, right) =>
    left[1] === 'b' && right[1] === 'b' ? right[0] - left[0] : 0,
  );
  await assert.rejects(
    prepare(temporaryDirectory(t), csvOf(swapped)),
    refusal('CSV_VALUE', /stores\.csv:\d+:day: of "b", /),
  );
  const nameless = rows.map((row, at): Row => (at === 4 ? [row[0], '', row[2], row[3]] : row));
  await assert.rejects(
    prepare(temporaryDirectory(t), csvOf(nameless)),
    refusal('CSV_MISSING_VALUE', /stores\.csv:6:store: the row names no series/),
  );
  await assert.rejects(
    prepare(temporaryDirectory(t), csvOf(rows), { series: { column: 'stroe' } }),
    refusal('SPEC_INVALID', /no column "stroe"/, /"store"/),
  );
  // As one series the same file is refused with the setting that reads it.
  await assert.rejects(
    prepare(temporaryDirectory(t), csvOf(rows), { series: null }),
    refusal('CSV_VALUE', /stores\.csv:42:day/, /"series": "store"/),
  );
  const flat = rows.map((row): Row => (row[1] === 'b' ? [row[0], row[1], 5, row[3]] : row));
  await assert.rejects(
    prepare(temporaryDirectory(t), csvOf(flat), { series: { normalise: 'series' } }),
    refusal('SPEC_INVALID', /"sales" is constant over the training rows of "b"/, /"together"/),
  );
  const huge = rows.map((row, at): Row => (at === 75 ? [row[0], row[1], 1e300, row[3]] : row));
  await assert.rejects(prepare(temporaryDirectory(t), csvOf(huge)), refusal('CSV_VALUE', /stores\.csv:77/));
});

test('each file of a folder is a series, called like the file', async (t) => {
  const directory = temporaryDirectory(t);
  for (const [name, from] of [
    ['north', 0],
    ['south', 100],
  ] as const) {
    const rows = Array.from({ length: 8 }, (_, day) => `${dayText(day)},${from + day * day}`);
    writeFileSync(join(directory, `${name}.csv`), `day,sales\n${rows.join('\n')}\n`);
  }
  const { metadata } = await prepareDataset(
    {
      sources: [csvSource(join(directory, '*.csv'))],
      target: 'sales',
      split: HALF_AND_QUARTERS,
      series: { column: null, normalise: 'together', minRows: 1 },
    },
    { cacheDirectory: join(directory, 'cache') },
  );
  assert.deepEqual(
    metadata.series!.list.map(({ name, rows }) => [name, rows]),
    [
      ['north', 8],
      ['south', 8],
    ],
  );
});
