// What a window and its targets are told from: restored it is the level again, common sense stays what it was, and nothing that
// was not known at its time is read, whatever a task learns.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import { FRAME_EPSILON } from '../../../src/dataset/series/window-frame.js';
import type { SweepError } from '../../../src/errors.js';
import { delaysOf, type ForecastTask } from '../../../src/study/trial/trial.js';
import { referencePlaces } from '../../../src/study/trial/window-reference.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import { testStream } from '../../support/fakes/array-samples.js';

interface Case {
  readonly dataset: MappedDataset;
  readonly task: ForecastTask;
}

function noise(rows: number, features: number, seed: number): MappedDataset {
  const random = testStream(seed);
  const none = { start: 0, end: 0 };
  return {
    metadata: {
      version: 1,
      digest: '',
      rows,
      columns: Array.from({ length: features }, (_, at) => ({ name: `c${at}`, unit: null, mean: 0, std: 1 })),
      split: { train: none, validation: none, test: none },
      source: { name: 'noise', synthetic: true, digest: '' },
      time: null,
      missing: { policy: 'error', values: 0 },
    },
    mapping: 'shared-array-buffer',
    values: Float32Array.from({ length: rows * features }, () => 5 + random.nextNormal()),
    close() {},
  };
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    features: fc.integer({ min: 1, max: 4 }),
    timesteps: fc.integer({ min: 2, max: 9 }),
    step: fc.integer({ min: 1, max: 3 }),
    delay: fc.integer({ min: 0, max: 7 }),
    /** Steps before the last one. */
    nearer: fc.subarray([0, 1, 2, 3, 4, 5, 6]),
    as: fc.constantFrom(undefined, 'difference', 'seasonal-difference'),
    normalise: fc.constantFrom(undefined, 'last', 'mean', 'standard'),
    period: fc.integer({ min: 1, max: 12 }),
    isAhead: fc.boolean(),
    seed: fc.nat(1000),
  })
  .map(({ features, timesteps, step, delay, nearer, as, normalise, period, isAhead, seed }) => {
    const delays = [...nearer.filter((one) => one < delay), delay];
    const part = timesteps * step + delay + 6;
    const row = (place: number) => ({ start: place * part, end: (place + 1) * part });
    return {
      dataset: noise(3 * part, features, seed),
      task: {
        kind: 'forecast',
        targetColumn: 0,
        split: { train: row(0), validation: row(1), test: row(2) },
        window: {
          lookback: timesteps * step,
          step,
          delay,
          ...(delays.length === 1 ? {} : { delays }),
          ...(normalise === undefined ? {} : { normalise }),
        },
        ...(as === undefined ? {} : { as }),
        ...(as === 'seasonal-difference' ? { period } : {}),
        ...(isAhead && features > 1 ? { ahead: [features - 1] } : {}),
      } as const,
    };
  })
  .filter(({ task }) => {
    try {
      referencePlaces(task);
      return true;
    } catch (error) {
      assert.equal((error as SweepError).code, 'MODEL_SHAPE');
      return false;
    }
  });

const plainOf = ({ window: { normalise: _, ...window }, split }: ForecastTask): ForecastTask => ({
  kind: 'forecast',
  targetColumn: 0,
  split,
  window,
});

/** Values that a model answers each target with, as of quantiles. */
const EACH = 3;

/** Of one sample: what a model is fed, what it learns, and what it means by a 1. */
function read(samples: SampleSet, index: number) {
  const indices = Uint32Array.of(index);
  const window = new Float32Array(samples.timesteps * samples.features);
  const target = new Float32Array(samples.targetUnits ?? 1);
  const one = new Float32Array(target.length * EACH).fill(1);
  samples.gather(indices, 0, 1, window, 0, samples.features, window.length);
  samples.gatherTargets(indices, 0, 1, target, 0);
  const level = target.slice();
  samples.restore?.(indices, 0, 1, level, 0);
  samples.restore?.(indices, 0, 1, one, 0, EACH);
  return { window, target, level, one };
}

test('a target that is restored is the level, and naive persistence is what it was', () => {
  fc.assert(
    fc.property(cases, ({ dataset, task }) => {
      const samples = openSplit(dataset, task, 'validation');
      const plain = openSplit(dataset, plainOf(task), 'validation');
      assert.equal(samples.count, plain.count);
      for (let index = 0; index < samples.count; index++) {
        const { level, target, one } = read(samples, index);
        const truth = read(plain, index).target;
        assert.equal(level.length, delaysOf(task.window).length);
        for (const [at, value] of level.entries()) {
          assert.ok(Math.abs(value - truth[at]!) < 1e-4);
          // What a model means by a 1 lies as far from the level as its 1 does from what it was to learn.
          if (task.window.normalise !== 'standard')
            assert.ok(Math.abs(value - one[at * EACH]! - (target[at]! - 1)) < 1e-4);
          assert.deepEqual(
            one.subarray(at * EACH, (at + 1) * EACH),
            new Float32Array(EACH).fill(one[at * EACH]!),
          );
        }
      }
      assert.deepEqual(validationBaseline(dataset, task), validationBaseline(dataset, plainOf(task)));
    }),
  );
});

test('windows and targets are told from what they say they are', () => {
  fc.assert(
    fc.property(cases, fc.nat(5), ({ dataset, task }, sample) => {
      const { window: spec } = task;
      const { lookback, step, delay, normalise } = spec;
      const { ahead = [], as, period = 0 } = task;
      const features = dataset.metadata.columns.length;
      const first = task.split.validation.start + sample;
      const valueAt = (row: number, column: number) => dataset.values[row * features + column]!;
      const rows = Array.from({ length: lookback / step }, (_, time) => first + time * step);
      const { window, target } = read(openSplit(dataset, task, 'validation'), sample);
      const meanOf = (column: number) =>
        rows.reduce((sum, row) => sum + valueAt(row, column), 0) / rows.length;
      const scaleOf = (column: number) =>
        normalise !== 'standard'
          ? 1
          : Math.sqrt(
              rows.reduce((sum, row) => sum + (valueAt(row, column) - meanOf(column)) ** 2, 0) / rows.length +
                FRAME_EPSILON,
            );
      const last = rows.at(-1)!;
      for (const [time, row] of rows.entries())
        for (let column = 0; column < features; column++) {
          const isAhead = ahead.includes(column);
          const value = valueAt(isAhead ? row + step + delay : row, column);
          const center =
            normalise === undefined || isAhead
              ? 0
              : normalise === 'last'
                ? valueAt(last, column)
                : meanOf(column);
          const expected = (value - center) / (isAhead ? 1 : scaleOf(column));
          assert.ok(Math.abs(window[time * features + column]! - expected) < 1e-3 * (1 + Math.abs(expected)));
        }
      for (const [at, own] of delaysOf(spec).entries()) {
        const targetRow = first + lookback + own;
        let seasonRow = targetRow - (as === 'seasonal-difference' ? period : 0);
        while (as === 'seasonal-difference' && seasonRow > last) seasonRow -= period;
        const reference =
          as === 'difference'
            ? valueAt(last, 0)
            : as === 'seasonal-difference'
              ? valueAt(seasonRow, 0)
              : normalise === undefined
                ? 0
                : normalise === 'last'
                  ? valueAt(last, 0)
                  : meanOf(0);
        const expected = (valueAt(targetRow, 0) - reference) / scaleOf(0);
        const found = target[at]!;
        assert.ok(Math.abs(found - expected) < 1e-3 * (1 + Math.abs(expected)), `${found} ${expected}`);
      }
    }),
  );
});

test('what is not known at the time of a window changes nothing of it', () => {
  fc.assert(
    fc.property(cases, fc.nat(5), fc.nat(1000), ({ dataset, task }, sample, seed) => {
      const { lookback, step, delay } = task.window;
      const features = dataset.metadata.columns.length;
      const lastRow = task.split.validation.start + sample + lookback - step;
      const random = testStream(seed + 1);
      const values = dataset.values.map((value, at) => {
        const isAhead = task.ahead?.includes(at % features) === true;
        const known = isAhead ? lastRow + step + delay : lastRow;
        return Math.floor(at / features) > known ? value + 3 + random.nextNormal() : value;
      });
      const before = read(openSplit(dataset, task, 'validation'), sample);
      const after = read(openSplit({ ...dataset, values }, task, 'validation'), sample);
      assert.deepEqual(after.window, before.window);
      assert.deepEqual(after.one, before.one, 'what an answer means');
      for (const [at, level] of after.level.entries())
        assert.notEqual(level, before.level[at], 'the target itself did change');
    }),
  );
});

test('windows that are left as they are stay open to kernels that copy them', () => {
  const dataset = noise(120, 2, 1);
  const row = (place: number) => ({ start: place * 40, end: (place + 1) * 40 });
  const task: ForecastTask = {
    kind: 'forecast',
    targetColumn: 0,
    split: { train: row(0), validation: row(1), test: row(2) },
    window: { lookback: 8, step: 2, delay: 1 },
  };
  const isOpen = (one: ForecastTask) => openSplit(dataset, one, 'train').windows !== undefined;
  assert.equal(isOpen({ ...task, as: 'difference' }), true);
  assert.equal(isOpen({ ...task, window: { ...task.window, normalise: 'last' } }), false);
  assert.equal(isOpen({ ...task, ahead: [1] }), false);
});

test('windows told from their last row are open to kernels that tell them so, and only those', () => {
  fc.assert(
    fc.property(cases, ({ dataset, task }) => {
      const samples = openSplit(dataset, task, 'train');
      const isFromLast = task.window.normalise === 'last' && task.ahead === undefined;
      assert.equal(samples.windowsFromLast !== undefined, isFromLast);
      if (samples.windowsFromLast === undefined) return;
      const { values, firstValue, stepValues, timesteps, features, placesOf } = samples.windowsFromLast();
      const first = Uint32Array.of(0);
      const from = firstValue + (placesOf?.(first, 0, 1)[0] ?? 0) * samples.windowsFromLast().anchorStride;
      const window = new Float32Array(timesteps * features);
      samples.gather(first, 0, 1, window, 0, features, window.length);
      for (const [at, value] of window.entries()) {
        const own = from + Math.floor(at / features) * stepValues + (at % features);
        const last = from + (timesteps - 1) * stepValues + (at % features);
        assert.equal(value, Math.fround(values[own]! - values[last]!));
      }
    }),
  );
});
