// Windows: index arithmetic against a literal port of the book's generator, and no window across a split, ever.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import { naivePersistence } from '../../../src/dataset/series/naive-persistence.js';
import { checkWindow } from '../../../src/dataset/windows.js';
import type { SweepError } from '../../../src/errors.js';
import type { ForecastTask, RowRange } from '../../../src/study/trial/trial.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import type { Baseline } from '../../../src/task/task.js';
import { openTestSplit, testBaseline } from '../../../src/task/test-split.js';

/** Value `row + column / 100`: what is read tells where it came from. */
function countingDataset(rows: number, features: number): MappedDataset {
  const values = Float32Array.from({ length: rows * features }, (_, at) => {
    return Math.floor(at / features) + (at % features) / 100;
  });
  const columns = Array.from({ length: features }, (_, column) => ({
    name: `c${column}`,
    unit: null,
    mean: 0,
    std: 1,
  }));
  const none: RowRange = { start: 0, end: 0 };
  return {
    metadata: {
      version: 1,
      digest: '',
      rows,
      columns,
      split: { train: none, validation: none, test: none },
      source: { name: 'counting', synthetic: true, digest: '' },
      time: null,
      missing: { policy: 'error', values: 0 },
    },
    mapping: 'shared-array-buffer',
    values,
    close() {},
  };
}

interface Case {
  readonly dataset: MappedDataset;
  readonly task: ForecastTask;
  readonly stride: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    features: fc.integer({ min: 1, max: 9 }),
    timesteps: fc.integer({ min: 1, max: 6 }),
    step: fc.integer({ min: 1, max: 4 }),
    delay: fc.integer({ min: 0, max: 7 }),
    lengths: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 60 }))),
    gaps: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 0, max: 3 }))),
    target: fc.nat(100),
    stride: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ features, timesteps, step, delay, lengths, gaps, target, stride }) => {
    let row = 0;
    const ranges = lengths.map((length, index) => {
      const start = row + (gaps[index] ?? 0);
      row = start + length;
      return { start, end: row };
    });
    const [train, validation, test] = ranges as [RowRange, RowRange, RowRange];
    return {
      dataset: countingDataset(row + 2, features),
      task: {
        kind: 'forecast',
        targetColumn: target % features,
        split: { train, validation, test },
        window: { lookback: timesteps * step, step, delay },
      },
      stride,
    };
  });

/**
 * The chapter's generator (Chollet, Deep Learning with Python, 6.3), unshuffled, line by line: `min_index` and
 * `max_index` bound the anchor rows; with max_index None it takes len(data) − delay − 1. That leaves out the last window
 * that fits, so the port takes len(data) − delay.
 */
function bookSamples(data: number[][], lookback: number, delay: number, step: number, target: number) {
  const minIndex = 0;
  const maxIndex = data.length - delay;
  const samples: number[][][] = [];
  const targets: number[] = [];
  for (let row = minIndex + lookback; row < maxIndex; row++) {
    const indices: number[] = [];
    for (let index = row - lookback; index < row; index += step) indices.push(index);
    samples.push(indices.map((index) => data[index]!));
    targets.push(data[row + delay]![target]!);
  }
  return { samples, targets };
}

function open(one: Case, split: 'train' | 'validation' | 'test'): SampleSet | null {
  try {
    return split === 'test'
      ? openTestSplit(one.dataset, one.task)
      : openSplit(one.dataset, one.task, split, one.stride);
  } catch (error) {
    assert.equal((error as SweepError).code, 'DATASET_TOO_SHORT');
    return null;
  }
}

function readAll(samples: SampleSet): { inputs: Float32Array; targets: Float32Array } {
  const indices = Uint32Array.from({ length: samples.count }, (_, index) => index);
  const size = samples.timesteps * samples.features;
  const inputs = new Float32Array(samples.count * size);
  const targets = new Float32Array(samples.count);
  samples.gather(indices, 0, samples.count, inputs, 0, samples.features, size);
  samples.gatherTargets(indices, 0, samples.count, targets, 0);
  return { inputs, targets };
}

const SPLITS = ['train', 'validation', 'test'] as const;

function baselineOf({ dataset, task, stride }: Case, split: (typeof SPLITS)[number]): Baseline {
  if (split === 'test') return testBaseline(dataset, task);
  if (split === 'validation') return validationBaseline(dataset, task, stride);
  const { mae: value, absoluteErrors: perSample } = naivePersistence(dataset, task, split, stride);
  return { value, perSample };
}

test("samples and targets are those of the book's generator on the split's rows", () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(...SPLITS), (one, split) => {
      const { lookback, delay, step } = one.task.window;
      const features = one.dataset.metadata.columns.length;
      const { start, end } = one.task.split[split];
      const data = Array.from({ length: end - start }, (_, row) => [
        ...one.dataset.values.subarray((start + row) * features, (start + row + 1) * features),
      ]);
      const book = bookSamples(data, lookback, delay, step, one.task.targetColumn);
      const stride = split === 'test' ? 1 : one.stride;
      const every = <T>(list: T[]): T[] => list.filter((_, index) => index % stride === 0);
      const samples = open(one, split);
      if (samples === null) {
        assert.equal(book.samples.length, 0);
        return;
      }
      const { inputs, targets } = readAll(samples);
      assert.deepEqual([...targets], every(book.targets));
      assert.deepEqual([...inputs], every(book.samples).flat(2));
    }),
    { numRuns: 400 },
  );
});

test('every row that a window reads, and its target row, lies in its split', () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(...SPLITS), (one, split) => {
      const samples = open(one, split);
      if (samples === null) return;
      const { start, end } = one.task.split[split];
      const { inputs, targets } = readAll(samples);
      for (const value of [...inputs, ...targets]) {
        const row = Math.floor(value + 1e-3);
        assert.ok(row >= start && row < end, `row ${row} is not in ${start} to ${end}`);
      }
    }),
    { numRuns: 400 },
  );
});

test('any order, any batch, any strides: the same samples', () => {
  fc.assert(
    fc.property(
      cases,
      fc.array(fc.nat(10_000), { minLength: 1, maxLength: 12 }),
      fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.boolean()),
      (one, picks, [skip, padding, offset, isTimeMajor]) => {
        const samples = open(one, 'train');
        if (samples === null) return;
        const { timesteps, features, count } = samples;
        const indices = Uint32Array.from([...Array(skip).fill(0), ...picks], (pick) => pick % count);
        const rows = picks.length;
        const width = features + padding;
        const timeStride = isTimeMajor ? rows * width : width;
        const rowStride = isTimeMajor ? width : timesteps * width;
        const out = new Float32Array(offset + rows * timesteps * width).fill(-1);
        samples.gather(indices, skip, rows, out, offset, timeStride, rowStride);
        const all = readAll(samples);
        const expected = new Float32Array(out.length).fill(-1);
        for (let row = 0; row < rows; row++) {
          for (let time = 0; time < timesteps; time++) {
            for (let feature = 0; feature < features; feature++) {
              expected[offset + time * timeStride + row * rowStride + feature] =
                all.inputs[(indices[skip + row]! * timesteps + time) * features + feature]!;
            }
          }
        }
        assert.deepEqual(out, expected);
        const targets = new Float32Array(rows + 1);
        samples.gatherTargets(indices, skip, rows, targets, 1);
        assert.deepEqual(
          [...targets.subarray(1)],
          picks.map((pick) => all.targets[pick % count]!),
        );
      },
    ),
    { numRuns: 400 },
  );
});

test('naive persistence is the last row seen against the target, window by window', () => {
  fc.assert(
    fc.property(cases, fc.constantFrom(...SPLITS), (one, split) => {
      const samples = open(one, split);
      if (samples === null) return;
      const { inputs, targets } = readAll(samples);
      const expected = [...targets].map((target, index) => {
        const lastRow = (index * samples.timesteps + samples.timesteps - 1) * samples.features;
        return Math.fround(Math.abs(target - inputs[lastRow + one.task.targetColumn]!));
      });
      const naive = baselineOf(one, split);
      assert.deepEqual([...naive.perSample], expected);
      const mean = expected.reduce((sum, error) => sum + error, 0) / expected.length;
      assert.ok(Math.abs(naive.value - mean) < 1e-5 * Math.max(1, mean));
    }),
  );
});

test('a window longer than its split is DATASET_TOO_SHORT with the numbers', () => {
  const task: ForecastTask = {
    kind: 'forecast',
    targetColumn: 0,
    split: { train: { start: 0, end: 10 }, validation: { start: 10, end: 20 }, test: { start: 20, end: 30 } },
    window: { lookback: 8, step: 2, delay: 2 },
  };
  assert.throws(
    () => openSplit(countingDataset(30, 2), task, 'validation'),
    (error: SweepError) =>
      error.code === 'DATASET_TOO_SHORT' &&
      /validation split has 10 rows, one window takes 11/.test(error.message),
  );
  const fits = { ...task, window: { lookback: 8, step: 2, delay: 1 } };
  assert.equal(openSplit(countingDataset(30, 2), fits, 'validation').count, 1);
});

test('a lookback that is no multiple of the step is refused with the nearest ones', () => {
  assert.throws(
    () => checkWindow({ lookback: 1441, step: 6, delay: 144 }),
    (error: SweepError) => error.code === 'MODEL_SHAPE' && /1440 or 1446/.test(error.hint ?? ''),
  );
  for (const window of [
    { lookback: 0, step: 1, delay: 1 },
    { lookback: 4, step: 0, delay: 1 },
    { lookback: 4, step: 1.5, delay: 1 },
    { lookback: 4, step: 1, delay: -1 },
    { lookback: Number.NaN, step: 1, delay: 1 },
  ]) {
    assert.throws(
      () => checkWindow(window),
      (error: SweepError) => error.code === 'MODEL_SHAPE',
    );
  }
});

test('an index outside the split, and an output that is too small, are refused', () => {
  const task: ForecastTask = {
    kind: 'forecast',
    targetColumn: 1,
    split: { train: { start: 0, end: 10 }, validation: { start: 10, end: 20 }, test: { start: 20, end: 30 } },
    window: { lookback: 4, step: 2, delay: 1 },
  };
  const samples = openSplit(countingDataset(30, 2), task, 'train');
  const outside = Uint32Array.of(samples.count);
  assert.throws(() => samples.gather(outside, 0, 1, new Float32Array(4), 0, 2, 4), /sample 5/);
  assert.throws(() => samples.gatherTargets(outside, 0, 1, new Float32Array(1), 0), /sample 5/);
  assert.throws(() => samples.gather(Uint32Array.of(0), 0, 2, new Float32Array(8), 0, 2, 4), /place 1/);
  assert.throws(() => samples.gather(Uint32Array.of(0), 0, 1, new Float32Array(3), 0, 2, 4), RangeError);
});
