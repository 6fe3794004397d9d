// The synthetic series: the same bits everywhere, physics between its columns, and weather of the right difficulty.
// The digest below was made by synthetic-jena.ts, SYNTHETIC_VERSION 1, seed 2009, all 420,551 rows, little-endian float64.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prepareDataset } from '../../src/dataset/prepare.js';
import { openDataset } from '../../src/dataset/prepared/mapped-file.js';
import { naivePersistence } from '../../src/dataset/series/naive-persistence.js';
import { parseTimestamp } from '../../src/dataset/sources/csv/times/time-stamps.js';
import { JENA_ROWS } from '../../src/dataset/sources/jena-series.js';
import { deriveMoisture } from '../../src/dataset/sources/synthetic/moist-air.js';
import { writeSyntheticCsv } from '../../src/dataset/sources/synthetic/synthetic-csv.js';
import { SYNTHETIC_SEED, syntheticJenaRows } from '../../src/dataset/sources/synthetic/synthetic-jena.js';
import type { DatasetSpec } from '../../src/study/dataset-source.js';
import { JENA_COLUMNS } from '../../src/study/jena-columns.js';
import { csvSource } from '../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../support/processes/temporary-directory.js';

const GOLDEN_ROWS = '1405c1fafc20ce3092ca8824e6bc772391e349193c86f4c56abcd7dd137f54c6';
const GOLDEN_PREPARED = 'a94489a708754028189a5bd0561a950d845b661d62739b4a6676f040854f6a60';
const GOLDEN_CSV_1000 = '84767edd06e29eab4a400898828c663626f39220cf4ac503ed57eb3837b43331';

const JENA_SPEC: DatasetSpec = {
  sources: [{ type: 'named', name: 'jena-synthetic' }],
  target: 'T (degC)',
  split: {
    type: 'rows',
    train: { start: 0, end: 200_000 },
    validation: { start: 200_001, end: 300_000 },
    test: { start: 300_001, end: null },
  },
};

test('the rows have their golden digest', () => {
  const hash = createHash('sha256');
  let rows = 0;
  for (const values of syntheticJenaRows({ rows: JENA_ROWS, seed: SYNTHETIC_SEED })) {
    hash.update(new Uint8Array(values.buffer));
    rows++;
  }
  assert.equal(rows, JENA_ROWS);
  assert.equal(hash.digest('hex'), GOLDEN_ROWS);
});

test('the prepared file has its golden digest; its naive error and deviation are those of the real series', async (context) => {
  const cacheDirectory = temporaryDirectory(context);
  const { metadata } = await prepareDataset(JENA_SPEC, { cacheDirectory });
  assert.equal(metadata.digest, GOLDEN_PREPARED);
  assert.equal(metadata.source.synthetic, true);
  const temperature = metadata.columns[1]!;
  assert.ok(temperature.std > 8 && temperature.std < 9.5, `std ${temperature.std}`);
  const dataset = openDataset(cacheDirectory, metadata.digest);
  context.after(() => dataset.close());
  const task = {
    kind: 'forecast' as const,
    targetColumn: 1,
    split: metadata.split,
    window: { lookback: 1440, step: 6, delay: 144 },
  };
  const naive = naivePersistence(dataset, task, 'validation').mae * temperature.std;
  assert.ok(naive > 2.5 && naive < 2.7, `naive ${naive}`);
});

test('a linear look at pressure, humidity and the past beats naive persistence by a fifth', () => {
  // Ridge regression of the change over 24 h on a few lags: the least that a network should find.
  const values: Float64Array[] = [];
  for (const row of syntheticJenaRows({ rows: 120_000, seed: SYNTHETIC_SEED })) values.push(row.slice(0, 7));
  const lags = [6, 72, 144, 288];
  const width = lags.length * 3 + 1;
  const features = (row: number): number[] => [
    ...lags.flatMap((lag) => {
      const then = values[row - lag]!;
      return [(then[0]! - 989) / 8, (then[1]! - 10) / 9, (then[6]! - 10) / 6];
    }),
    1,
  ];
  const normal = Array.from({ length: width }, (_, place) => {
    const row = new Float64Array(width + 1);
    row[place] = 1;
    return row;
  });
  const change = (row: number): number => values[row + 144]![1]! - values[row - 6]![1]!;
  for (let row = 288; row < 80_000; row += 11) {
    const x = features(row);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) normal[a]![b]! += x[a]! * x[b]!;
      normal[a]![width]! += x[a]! * change(row);
    }
  }
  for (let pivot = 0; pivot < width; pivot++) {
    for (let row = 0; row < width; row++) {
      if (row === pivot) continue;
      const factor = normal[row]![pivot]! / normal[pivot]![pivot]!;
      for (let at = pivot; at <= width; at++) normal[row]![at]! -= factor * normal[pivot]![at]!;
    }
  }
  const weights = normal.map((row, place) => row[width]! / row[place]!);
  let model = 0;
  let naive = 0;
  for (let row = 80_300; row < 119_800; row += 7) {
    const predicted = features(row).reduce((sum, x, place) => sum + x * weights[place]!, 0);
    model += Math.abs(predicted - change(row));
    naive += Math.abs(change(row));
  }
  assert.ok(model < 0.8 * naive, `ratio ${model / naive}`);
});

test('values obey the physics between them and the bounds of the station', () => {
  let row = 0;
  for (const values of syntheticJenaRows({ rows: JENA_ROWS, seed: SYNTHETIC_SEED })) {
    const [p, t, , dew, rh, vpMax, vpAct, vpDef, , , , wind, peak, direction] = values as unknown as number[];
    const isSound =
      p! > 900 &&
      p! < 1080 &&
      t! > -40 &&
      t! < 45 &&
      dew! <= t! + 0.01 &&
      rh! > 0 &&
      rh! <= 100 &&
      Math.abs(vpMax! - vpAct! - vpDef!) < 0.02 &&
      wind! >= 0 &&
      peak! >= wind! &&
      direction! >= 0 &&
      direction! <= 360;
    if (!isSound) assert.fail(`row ${row}: ${values.join(' ')}`);
    row++;
  }
});

test("the physics gives the real series' first row from its temperature, pressure and dew point", () => {
  const air = deriveMoisture(-8.02, 996.52, -8.9);
  const close = (found: number, expected: number, tolerance: number): void =>
    assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);
  close(air.potentialTemperature, 265.4, 0.02);
  close(air.relativeHumidity, 93.3, 0.2);
  close(air.saturationPressure, 3.33, 0.006);
  close(air.vapourPressure, 3.11, 0.006);
  close(air.pressureDeficit, 0.22, 0.01);
  close(air.specificHumidity, 1.94, 0.006);
  close(air.waterConcentration, 3.12, 0.006);
  close(air.density, 1307.75, 0.2);
});

test('its CSV is written alike and reads back to the same values', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'synthetic.csv');
  const sizeBytes = writeSyntheticCsv(path, { rows: 1000, seed: SYNTHETIC_SEED });
  const text = readFileSync(path);
  assert.equal(text.length, sizeBytes);
  assert.equal(createHash('sha256').update(text).digest('hex'), GOLDEN_CSV_1000);
  const { metadata } = await prepareDataset(
    {
      sources: [csvSource(path)],
      target: 'T (degC)',
      split: { type: 'fractions', train: 0.5, validation: 0.2, test: 0.3 },
    },
    { cacheDirectory: join(directory, 'cache') },
  );
  assert.deepEqual(
    metadata.columns.map((column) => column.name),
    [...JENA_COLUMNS],
  );
  assert.equal(metadata.time?.first, '2009-01-01 00:10:00');
  assert.equal(metadata.time?.stepSeconds, 600);
  assert.equal(parseTimestamp(metadata.time!.last), parseTimestamp('2009-01-01 00:10:00') + 999 * 600);
  assert.equal(metadata.time?.irregularSteps, 0);
  const dataset = openDataset(join(directory, 'cache'), metadata.digest);
  context.after(() => dataset.close());
  let row = 0;
  for (const values of syntheticJenaRows({ rows: 1000, seed: SYNTHETIC_SEED })) {
    for (const [column, { mean, std }] of metadata.columns.entries()) {
      assert.equal(dataset.values[row * 14 + column], Math.fround((values[column]! - mean) / std));
    }
    row++;
  }
});

test('another seed is another series', () => {
  const first = (seed: number): string => {
    let text = '';
    for (const values of syntheticJenaRows({ rows: 1, seed })) {
      text = values.join();
    }
    return text;
  };
  assert.equal(first(1), first(1));
  assert.notEqual(first(1), first(2));
});
