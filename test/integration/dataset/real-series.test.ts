// Real weather files (SWEEP_TEST_DATA names their directory): read as they are, and the chapter's naive figures.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unzipSync } from 'fflate';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { naivePersistence } from '../../../src/dataset/series/naive-persistence.js';
import type { SweepError } from '../../../src/errors.js';
import type { CsvSource, SplitSpec } from '../../../src/study/dataset-source.js';
import { JENA_COLUMNS } from '../../../src/study/jena-columns.js';
import { testBaseline } from '../../../src/task/test-split.js';
import { csvSource, HALF_AND_QUARTERS, realDataDirectory } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const DATA = realDataDirectory();

function has(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

/** Why a test of this file cannot run here; false: it can. */
function skipReason(file: string, unpacker?: string): string | false {
  if (DATA === null) return 'SWEEP_TEST_DATA is not set';
  if (!existsSync(join(DATA, file))) return `${file} is not in SWEEP_TEST_DATA`;
  return unpacker !== undefined && !has(unpacker) ? `${unpacker} is not installed` : false;
}

function unpack(directory: string, file: string): string {
  const path = join(directory, 'unpacked.csv');
  const output = openSync(path, 'w');
  const { status } = spawnSync('xz', ['-dc', join(DATA!, file)], { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  assert.equal(status, 0);
  return path;
}

async function prepare(
  context: TestContext,
  path: string,
  options: Partial<CsvSource>,
  split: SplitSpec,
  target: string,
) {
  const cacheDirectory = join(temporaryDirectory(context), 'cache');
  const prepared = await prepareDataset(
    { sources: [csvSource(path, options)], target, split },
    { cacheDirectory },
  );
  return { ...prepared, cacheDirectory };
}

const HOURLY = 'jena/jena_hourly_6var_2009_2016.csv.xz';
test('hourly Jena 2009-2016: naive persistence is 0.289, 2.56 °C; five outages', {
  skip: skipReason(HOURLY, 'xz'),
}, async (context) => {
  const path = unpack(temporaryDirectory(context), HOURLY);
  const { metadata, cacheDirectory } = await prepare(
    context,
    path,
    {},
    {
      type: 'rows',
      train: { start: 0, end: 33_333 },
      validation: { start: 33_334, end: 50_000 },
      test: { start: 50_000, end: null },
    },
    'T (degC)',
  );
  assert.equal(metadata.rows, 70_038);
  assert.equal(metadata.columns.length, 6);
  const dataset = openDataset(cacheDirectory, metadata.digest);
  context.after(() => dataset.close());
  const task = {
    kind: 'forecast' as const,
    targetColumn: metadata.columns.findIndex((column) => column.name === 'T (degC)'),
    split: metadata.split,
    window: { lookback: 240, step: 1, delay: 24 },
  };
  const { std } = metadata.columns[task.targetColumn]!;
  const { mae } = naivePersistence(dataset, task, 'validation');
  assert.equal(std.toFixed(2), '8.85');
  assert.equal(mae.toFixed(3), '0.289');
  assert.equal((mae * std).toFixed(2), '2.56');
  assert.ok(testBaseline(dataset, task).value > 0.2);
  assert.equal(metadata.time?.stepSeconds, 3600);
  assert.deepEqual(
    metadata.time?.irregular.map((step) => [step.time, step.stepSeconds / 60]),
    [
      ['2009-10-08 10:30:00', 80],
      ['2013-05-16 09:40:00', 70],
      ['2014-07-30 08:50:00', 70],
      ['2014-09-25 09:40:00', 1010],
      ['2016-10-28 12:50:00', 4510],
    ],
  );
});

const TEN_MINUTES = 'jena/jena_10min_2020.csv.xz';
test('ten-minute Jena 2020 (CRLF, ISO dates, -9999 marks)', {
  skip: skipReason(TEN_MINUTES, 'xz'),
}, async (context) => {
  const path = unpack(temporaryDirectory(context), TEN_MINUTES);
  await assert.rejects(prepare(context, path, {}, HALF_AND_QUARTERS, 'T (degC)'), (error: SweepError) => {
    return error.code === 'CSV_MISSING_VALUE' && /unpacked\.csv:\d+:/.test(error.path ?? '');
  });
  const filled = await prepare(context, path, { onMissing: 'forward-fill' }, HALF_AND_QUARTERS, 'T (degC)');
  assert.equal(filled.metadata.rows, 52_696);
  assert.equal(filled.metadata.columns.length, 21);
  assert.equal(filled.metadata.missing.values, 81);
  assert.equal(filled.metadata.time?.first, '2020-01-01 00:10:00');
  assert.deepEqual(
    filled.metadata.time?.irregular.map((step) => [step.time, step.stepSeconds]),
    [
      ['2020-05-12 06:00:00', 0],
      ['2020-05-29 11:10:00', 6000],
    ],
  );
  const dropped = await prepare(context, path, { onMissing: 'drop' }, HALF_AND_QUARTERS, 'T (degC)');
  assert.ok(dropped.metadata.rows < 52_696 && dropped.metadata.rows >= 52_696 - 81);
});

const STATION = 'jena/mpi_roof_2017b.zip';
test("the station's own file of 2017 (Latin-1, blanks after commas)", {
  skip: skipReason(STATION),
}, async (context) => {
  const path = join(temporaryDirectory(context), 'station.csv');
  const [csv] = Object.values(unzipSync(readFileSync(join(DATA!, STATION))));
  writeFileSync(path, csv!);
  const { metadata, notices } = await prepare(
    context,
    path,
    { onMissing: 'forward-fill' },
    HALF_AND_QUARTERS,
    'T (degC)',
  );
  assert.equal(metadata.rows, 26_496);
  assert.equal(metadata.missing.values, 15);
  assert.equal(metadata.time?.irregularSteps, 0);
  assert.match(notices.join(), /Latin-1/);
  assert.ok(metadata.columns.some((column) => /µ/.test(column.unit ?? '')));
});

const HEAD = 'jena/jena_climate_2009_head1000.csv';
test('the first rows of the Keras file have the fourteen columns', {
  skip: skipReason(HEAD),
}, async (context) => {
  const { metadata } = await prepare(context, join(DATA!, HEAD), {}, HALF_AND_QUARTERS, 'T (degC)');
  assert.equal(metadata.rows, 1000);
  assert.deepEqual(
    metadata.columns.map((column) => column.name),
    [...JENA_COLUMNS],
  );
});

const GZIPPED = 'ett/ETTm1.csv.gz';
test('a gzipped transformer series', { skip: skipReason(GZIPPED) }, async (context) => {
  const { metadata } = await prepare(context, join(DATA!, GZIPPED), {}, HALF_AND_QUARTERS, 'OT');
  assert.equal(metadata.rows, 69_680);
  assert.equal(metadata.time?.last, '2018-06-26 19:45:00');
  assert.equal(metadata.time?.stepSeconds, 900);
});
