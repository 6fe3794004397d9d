// Benchmark of the data path: preparing the whole series from CSV and from the generator, beside a `wc -l`-like reading
// of the same bytes; gathering a training batch, beside a plain copy of as many bytes. Correctness first.
import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PreparedDataset, prepareDataset } from '../../src/dataset/prepare.js';
import { openDataset } from '../../src/dataset/prepared/mapped-file.js';
import { JENA_ROWS } from '../../src/dataset/sources/jena-series.js';
import { writeSyntheticCsv } from '../../src/dataset/sources/synthetic/synthetic-csv.js';
import { SYNTHETIC_SEED } from '../../src/dataset/sources/synthetic/synthetic-jena.js';
import type { DatasetSource } from '../../src/study/dataset-source.js';
import { openSplit } from '../../src/task/open-split.js';
import type { BenchResult } from './bench-result.js';

const PREPARE_ROUNDS = 5;
const GATHER_ROUNDS = 200;
const BATCH = 128;

export async function benchIngest(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
  try {
    const csv = join(directory, 'synthetic.csv');
    writeSyntheticCsv(csv, { rows: JENA_ROWS, seed: SYNTHETIC_SEED });
    const csvSource: DatasetSource = {
      type: 'csv',
      path: csv,
      time: null,
      missing: [-9999],
      onMissing: 'error',
      columns: null,
    };
    const generated: DatasetSource = { type: 'named', name: 'jena-synthetic' };
    const fromCsv = await prepareOnce(csvSource, join(directory, 'check'));
    await checkAgree(
      fromCsv,
      await prepareOnce(generated, join(directory, 'check')),
      join(directory, 'check'),
    );
    return [
      await benchPrepare('prepare 420,551 × 14 from CSV', csvSource, csv, directory),
      await benchPrepare('generate and prepare 420,551 × 14', generated, csv, directory),
      benchGather(fromCsv, join(directory, 'check')),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function prepareOnce(source: DatasetSource, cacheDirectory: string): Promise<PreparedDataset> {
  return prepareDataset(
    {
      sources: [source],
      target: 'T (degC)',
      split: {
        type: 'rows',
        train: { start: 0, end: 200_000 },
        validation: { start: 200_001, end: 300_000 },
        test: { start: 300_001, end: null },
      },
    },
    { cacheDirectory },
  );
}

/** The CSV was written from the generator: both ways must end in the same values. */
async function checkAgree(a: PreparedDataset, b: PreparedDataset, cacheDirectory: string): Promise<void> {
  assert.equal(a.metadata.rows, JENA_ROWS);
  const [first, second] = [a, b].map(({ metadata }) => openDataset(cacheDirectory, metadata.digest));
  const bytesOf = (values: Float32Array): Buffer =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  assert.ok(bytesOf(first!.values).equals(bytesOf(second!.values)));
  first!.close();
  second!.close();
}

async function benchPrepare(
  name: string,
  source: DatasetSource,
  csv: string,
  directory: string,
): Promise<BenchResult> {
  const lines = readFileSync(csv, 'latin1').split('\n').length - 1;
  const times: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < PREPARE_ROUNDS; round++) {
    const cache = join(directory, `cache-${round}`);
    times.push(await time(() => prepareOnce(source, cache)));
    rmSync(cache, { recursive: true, force: true });
    baseline.push(await time(async () => assert.equal(await countLines(csv), lines)));
  }
  return result(name, times, 'counting the lines of the same CSV', baseline);
}

/** What `wc -l` does: reads every byte, counts line feeds. */
async function countLines(path: string): Promise<number> {
  let count = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    const bytes = chunk as Buffer;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  }
  return count;
}

function benchGather(prepared: PreparedDataset, cacheDirectory: string): BenchResult {
  const dataset = openDataset(cacheDirectory, prepared.metadata.digest);
  try {
    const { split } = prepared.metadata;
    const window = { lookback: 1440, step: 6, delay: 144 };
    const samples = openSplit(dataset, { kind: 'forecast', targetColumn: 1, split, window }, 'train');
    const { timesteps, features, count } = samples;
    const size = timesteps * features;
    const out = new Float32Array(BATCH * size);
    const copied = new Float32Array(BATCH * size);
    // Scattered like a shuffled batch, the same ones in every run.
    const indices = Uint32Array.from({ length: BATCH * GATHER_ROUNDS }, (_, at) => (at * 104_729) % count);
    const times: number[] = [];
    const baseline: number[] = [];
    for (let round = 0; round < GATHER_ROUNDS; round++) {
      const start = performance.now();
      samples.gather(indices, round * BATCH, BATCH, out, 0, features, size);
      const middle = performance.now();
      copied.set(out);
      baseline.push(performance.now() - middle);
      times.push(middle - start);
    }
    const last = indices[GATHER_ROUNDS * BATCH - 1]!;
    for (let step = 0; step < timesteps; step++) {
      const row = (last + step * window.step) * features;
      const at = (BATCH - 1) * size + step * features;
      assert.deepEqual(out.subarray(at, at + features), dataset.values.slice(row, row + features));
    }
    return result(`gather ${BATCH} windows of 240 × 14`, times, 'one copy of as many bytes', baseline);
  } finally {
    dataset.close();
  }
}

async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function result(name: string, times: number[], baseline: string, baselineTimes: number[]): BenchResult {
  const msPerStep = median(times);
  const baselineMsPerStep = median(baselineTimes);
  return {
    name,
    msPerStep,
    baseline,
    baselineMsPerStep,
    ratio: baselineMsPerStep / msPerStep,
    // Neither can be faster than touching the same bytes once: the baseline is the limit.
    fractionOfLimit: baselineMsPerStep / msPerStep,
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
