// Columns made from times, and splits by date: by the local clock, of one series and of several, refused where times are not
// known.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { openCalendar } from '../../../src/dataset/series/calendar.js';
import type { CsvSource, SeriesSpec, SplitSpec } from '../../../src/study/dataset-source.js';
import { rejectsWith } from '../../support/errors.js';
import { csvSource, HALF_AND_QUARTERS } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const HOUR_MS = 3_600_000;

/** Hourly rows from a time on, whose load counts them. */
function hourly(first: string, rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const time = new Date(Date.parse(`${first}Z`) + row * HOUR_MS)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' ');
    return `${time},${row + (row % 3)},${-row}\n`;
  });
  return `date,load,price\n${lines.join('')}`;
}

async function prepare(
  t: TestContext,
  text: string,
  spec: Partial<SeriesSpec> & { readonly csv?: Partial<CsvSource> } = {},
) {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'load.csv');
  writeFileSync(path, text);
  const { csv, ...rest } = spec;
  const sources = [csvSource(path, csv)];
  const whole = { sources, target: 'load', split: HALF_AND_QUARTERS, ...rest };
  const prepared = await prepareDataset(whole, { cacheDirectory: join(directory, 'cache') });
  const again = await prepareDataset(whole, { cacheDirectory: join(directory, 'cache') });
  assert.equal(again.metadata.digest, prepared.metadata.digest);
  const dataset = openDataset(join(directory, 'cache'), prepared.metadata.digest);
  const { columns } = prepared.metadata;
  const rows = Array.from({ length: prepared.metadata.rows }, (_, row) =>
    Object.fromEntries(
      columns.map(({ name, mean, std }, at) => [
        name,
        dataset.values[row * columns.length + at]! * std + mean,
      ]),
    ),
  );
  dataset.close();
  return { metadata: prepared.metadata, rows };
}

const isNear = (left: number | undefined, right: number): boolean =>
  Math.abs((left ?? Number.NaN) - right) < 1e-5;

test('hours, weekdays and months are points on circles, and holidays are 1', async (t) => {
  const { metadata, rows } = await prepare(t, hourly('2018-06-29T00:00:00', 24 * 8), {
    calendar: ['hour', 'weekday', 'month', 'holiday:US'],
  });
  assert.deepEqual(
    metadata.columns.map(({ name }) => name),
    [
      'load',
      'price',
      'hour sine',
      'hour cosine',
      'weekday sine',
      'weekday cosine',
      'month sine',
      'month cosine',
      'holiday:US',
    ],
  );
  assert.deepEqual(metadata.calendar, { of: ['hour', 'weekday', 'month', 'holiday:US'], timeZone: null });
  // Six o'clock; 29 June 2018 was a Friday, so that 2 July was a Monday.
  assert.ok(isNear(rows[6]!['hour sine'], 1) && isNear(rows[6]!['hour cosine'], 0));
  assert.ok(isNear(rows[72]!['weekday sine'], 0) && isNear(rows[72]!['weekday cosine'], 1));
  // June is the sixth month, 5 twelfths of the way round.
  assert.ok(isNear(rows[0]!['month cosine'], Math.cos((2 * Math.PI * 5) / 12)));
});

test('the local clock of the source counts, and its summer time', async () => {
  const calendar = await openCalendar({ of: ['hour', 'holiday:DE'], timeZone: 'Europe/Berlin' });
  const out = new Float64Array(3);
  const at = (utc: string): number[] => {
    calendar.write(Date.parse(utc) / 1000, out, 0);
    return [...out];
  };
  const circle = (hour: number): number[] => [
    Math.sin((2 * Math.PI * hour) / 24),
    Math.cos((2 * Math.PI * hour) / 24),
  ];
  for (const [utc, hour, holiday] of [
    ['2019-01-15T05:00:00Z', 6, 0],
    ['2019-07-15T04:00:00Z', 6, 0],
    ['2019-03-31T00:30:00Z', 1.5, 0],
    ['2019-03-31T01:30:00Z', 3.5, 0],
    // The Day of German Unity begins at midnight in Berlin.
    ['2019-10-02T21:30:00Z', 23.5, 0],
    ['2019-10-02T22:30:00Z', 0.5, 1],
  ] as const) {
    const [sine, cosine, isHoliday] = at(utc);
    const [expectedSine, expectedCosine] = circle(hour);
    assert.ok(isNear(sine, expectedSine!) && isNear(cosine, expectedCosine!), utc);
    assert.equal(isHoliday, holiday, utc);
  }
});

test('holidays are those of the place: a country, a state, a region', async () => {
  const isHoliday = async (field: string, day: string): Promise<boolean> => {
    const out = new Float64Array(1);
    (await openCalendar({ of: [field], timeZone: null })).write(
      Date.parse(`${day}T12:00:00Z`) / 1000,
      out,
      0,
    );
    return out[0] === 1;
  };
  assert.equal(await isHoliday('holiday:US', '2018-07-04'), true);
  assert.equal(await isHoliday('holiday:US', '2018-07-05'), false);
  assert.equal(await isHoliday('holiday:FR', '2018-07-14'), true);
  assert.equal(await isHoliday('holiday:DE', '2018-11-01'), false);
  assert.equal(await isHoliday('holiday:DE-BY', '2018-11-01'), true);
  for (const [place, message] of [
    ['holiday:XX', /no holidays of "XX"/],
    ['holiday:DE-QQ', /"DE" has no state "QQ"/],
    ['holiday:DE-BY-QQ', /"DE-BY" has no region "QQ"/],
  ] as const)
    await rejectsWith(openCalendar({ of: [place], timeZone: null }), 'SPEC_INVALID', message);
});

test('a table without times, or with a column of that name, has no calendar', async (t) => {
  const numbers = `load,price\n${Array.from({ length: 60 }, (_, row) => `${row},${row % 7}\n`).join('')}`;
  await rejectsWith(prepare(t, numbers, { calendar: ['hour'] }), 'SPEC_INVALID', /a calendar needs the time/);
  await rejectsWith(
    prepare(t, hourly('2018-01-01T00:00:00', 60).replace('price', 'hour sine'), { calendar: ['hour'] }),
    'SPEC_INVALID',
    /makes a column "hour sine"/,
  );
});

const dates = (more: object = {}): SplitSpec => ({
  type: 'dates',
  train: { until: '2018-01-03' },
  validation: { until: '2018-01-04 06:00' },
  test: {},
  ...more,
});

test('a split by date begins each part with its first row that is not before', async (t) => {
  const { metadata } = await prepare(t, hourly('2018-01-01T00:30:00', 100), { split: dates() });
  assert.deepEqual(metadata.split, {
    train: { start: 0, end: 48 },
    validation: { start: 48, end: 78 },
    test: { start: 78, end: 100 },
  });
});

test('rows between the parts are left out where a gap, or a later beginning, says so', async (t) => {
  const late = dates({ gap: 5, test: { from: '2018-01-04 12:00', until: '2018-01-05' } });
  const { metadata } = await prepare(t, hourly('2018-01-01T00:00:00', 110), { split: late });
  assert.deepEqual(metadata.split, {
    train: { start: 0, end: 48 },
    validation: { start: 53, end: 78 },
    test: { start: 84, end: 96 },
  });
  const shares = { ...HALF_AND_QUARTERS, gap: 3 } as SplitSpec;
  const ofShares = await prepare(t, hourly('2018-01-01T00:00:00', 100), { split: shares });
  assert.deepEqual(ofShares.metadata.split, {
    train: { start: 0, end: 50 },
    validation: { start: 53, end: 75 },
    test: { start: 78, end: 100 },
  });
});

test('dates are of the zone of the source', async (t) => {
  const { metadata } = await prepare(t, hourly('2018-01-01T00:00:00', 100), {
    split: dates(),
    csv: { timeZone: 'America/New_York' },
  });
  assert.deepEqual(metadata.split.train, { start: 0, end: 48 });
  const zoned = hourly('2018-01-01T00:00:00', 100).replaceAll(/(\d\d:\d\d:\d\d)/g, '$1Z');
  const ofUtc = await prepare(t, zoned, { split: dates(), csv: { timeZone: 'America/New_York' } });
  // Midnight in New York is five o'clock of UTC.
  assert.deepEqual(ofUtc.metadata.split.train, { start: 0, end: 53 });
});

test('of several series each is split at the same dates, however many rows it has', async (t) => {
  const rows = (store: string, first: string, count: number): string =>
    hourly(first, count)
      .split('\n')
      .slice(1, -1)
      .map((line) => `${line},${store}\n`)
      .join('');
  const text = `date,load,price,store\n${rows('a', '2018-01-01T00:00:00', 100)}${rows('b', '2018-01-02T00:00:00', 80)}`;
  const series = { column: 'store', normalise: 'together', minRows: 1 } as const;
  const { metadata } = await prepare(t, text, { split: dates(), series });
  assert.deepEqual(
    metadata.series?.list.map(({ name, stretches }) => [name, stretches]),
    [
      ['a', { train: [0, 48], validation: [48, 30], test: [78, 22] }],
      ['b', { train: [24, 24], validation: [48, 30], test: [78, 26] }],
    ],
  );
});

test('a part without rows is refused by name, and a table without times altogether', async (t) => {
  await rejectsWith(
    prepare(t, hourly('2018-02-01T00:00:00', 100), { split: dates() }),
    'DATASET_TOO_SHORT',
    /train split has no row: of the 100 rows none has a time before 2018-01-03/,
  );
  const numbers = `load,price\n${Array.from({ length: 60 }, (_, row) => `${row},${row % 7}\n`).join('')}`;
  await rejectsWith(
    prepare(t, numbers, { split: dates() }),
    'SPEC_INVALID',
    /a split by date needs the time/,
  );
});

test('a published series that is not there is refused with where to get it', async (t) => {
  const directory = temporaryDirectory(t);
  for (const [file, place] of [
    ['ETTh1.csv', /ETT-small\/ETTh1\.csv of https:\/\//],
    ['electricity.csv', /archive\.ics\.uci\.edu/],
    ['occupancy.csv', /archive\.ics\.uci\.edu\/dataset\/357/],
  ] as const)
    await rejectsWith(
      prepareDataset(
        { sources: [csvSource(join(directory, file))], target: 'OT', split: HALF_AND_QUARTERS },
        { cacheDirectory: join(directory, 'cache') },
      ),
      'DATASET_NOT_FOUND',
      place,
    );
});
