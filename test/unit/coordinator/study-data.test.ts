// The data of a study that goes on: whole, or made whole again from their source, or refused.
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { openStudyDataset } from '../../../src/coordinator/archive/study-data.js';
import type { SweepError } from '../../../src/errors.js';
import type { DatasetSpec } from '../../../src/study/dataset-source.js';
import {
  countingCsv,
  csvSource,
  HALF_AND_QUARTERS,
  prepareText,
} from '../../support/fixtures/dataset-fixtures.js';
import { flipBit } from '../../support/flip-bit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

/** A prepared dataset, and `open`: what resuming a study on it does. */
async function prepared(t: TestContext) {
  const directory = temporaryDirectory(t);
  const bus = openLocalBus(join(directory, 'home'));
  t.after(() => bus.close());
  const { path, metadata } = await prepareText(directory, countingCsv(40, 2));
  const source = join(directory, 'data.csv');
  const spec: DatasetSpec = { sources: [csvSource(source)], target: 'c0 (u)', split: HALF_AND_QUARTERS };
  const { digest } = metadata;
  const warnings: string[] = [];
  const open = (of: DatasetSpec | null = spec, signal?: AbortSignal) =>
    openStudyDataset(
      bus,
      join(directory, 'cache'),
      { digest, source: 'data.csv', synthetic: false, target: 'c0 (u)', unit: 'u', targetStd: 1 },
      of,
      { warn: (message) => warnings.push(message) },
      signal,
    );
  return { path, source, open, warnings };
}

test('damaged values of a study are prepared anew, and a warning says so', async (t) => {
  const { path, open, warnings } = await prepared(t);
  const whole = await open();
  const values = Float32Array.from(whole.values);
  whole.close();
  assert.deepEqual(warnings, []);
  flipBit(path, 100);
  const mended = await open();
  t.after(() => mended.close());
  assert.deepEqual(Float32Array.from(mended.values), values);
  assert.match(warnings.join(), /damaged: its contents have the digest [0-9a-f]{64}: prepared anew/);
});

test('damaged values whose source is gone are refused, with what to bring back', async (t) => {
  const { path, source, open } = await prepared(t);
  flipBit(path, 100);
  await assert.rejects(open(null), { code: 'DATASET_CORRUPT' });
  rmSync(source);
  await assert.rejects(open(), (error: SweepError) => {
    assert.equal(error.code, 'DATASET_CORRUPT');
    assert.match(error.hint ?? '', /there is no file .*data\.csv: bring that back/);
    return true;
  });
});

test('lost data are not prepared again for whoever has pressed Ctrl-C', async (t) => {
  const { path, open } = await prepared(t);
  rmSync(path);
  const stop = new AbortController();
  stop.abort('SIGINT');
  await assert.rejects(open(undefined, stop.signal), { code: 'INTERRUPTED' });
  assert.deepEqual(
    readdirSync(dirname(path)).filter((name) => name.startsWith('.')),
    [],
  );
  const dataset = await open();
  dataset.close();
});
