// Several series in one dataset: no window ever crosses from one to another, all are found, and what is read and judged is
// what each series by itself would give.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import type { ForecastTask, RowRange, SplitName } from '../../../src/study/trial/trial.js';
import { forecastTask } from '../../../src/task/forecast/forecast-task.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import { openTestSplit } from '../../../src/task/test-split.js';
import { overTime, windowsOfSeries } from '../../../src/task/windows/errors-over-time.js';

const SPLITS: readonly SplitName[] = ['train', 'validation', 'test'];

/** Value `1000 · series + row of the series` in the first column; the second one has its sign turned. */
function panelOf(lengths: readonly (readonly [number, number, number])[], slots: readonly number[]) {
  const values: number[] = [];
  const stretches = { train: [], validation: [], test: [] } as Record<SplitName, [number, number][]>;
  const split = {} as Record<SplitName, RowRange>;
  for (const [place, name] of SPLITS.entries()) {
    const start = values.length / 2;
    for (const [series, counts] of lengths.entries()) {
      const before = counts.slice(0, place).reduce((sum, rows) => sum + rows, 0);
      for (let row = 0; row < counts[place]!; row++) {
        const value = 1000 * series + before + row;
        values.push(value, -value);
      }
      stretches[name].push([slots[series]! + before, counts[place]!]);
    }
    split[name] = { start, end: values.length / 2 };
  }
  const columns = ['a', 'b'].map((name) => ({ name, unit: null, mean: 0, std: 1 }));
  const dataset: MappedDataset = {
    metadata: {
      version: 1,
      digest: '',
      rows: values.length / 2,
      columns,
      split,
      source: { name: 'panel', synthetic: true, digest: '' },
      time: null,
      missing: { policy: 'error', values: 0 },
    },
    mapping: 'shared-array-buffer',
    values: Float32Array.from(values),
    close() {},
  };
  return { dataset, split, stretches };
}

const cases = fc
  .record({
    step: fc.integer({ min: 1, max: 3 }),
    timesteps: fc.integer({ min: 1, max: 4 }),
    delay: fc.integer({ min: 0, max: 4 }),
    more: fc.integer({ min: 0, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    extra: fc.array(fc.tuple(...SPLITS.map(() => fc.integer({ min: 1, max: 15 }))), {
      minLength: 1,
      maxLength: 6,
    }),
    slots: fc.array(fc.nat(40), { minLength: 6, maxLength: 6 }),
  })
  .map(({ step, timesteps, delay, more, stride, extra, slots }) => {
    const window = { lookback: step * timesteps, step, delay };
    const reach = window.lookback + delay + more;
    const lengths = extra.map((rows) => rows.map((count) => count + reach) as [number, number, number]);
    const { dataset, split, stretches } = panelOf(lengths, slots);
    const commonReach = more === 0 ? {} : { commonReach: reach };
    const task: ForecastTask = {
      kind: 'forecast',
      targetColumn: 0,
      split,
      window,
      stretches,
      ...commonReach,
    };
    return { dataset, task, stride, lengths, reach };
  });

/** Every `stride`-th window of a series by itself, as its rows and target. */
function windowsOf(
  series: number,
  counts: readonly number[],
  place: number,
  { window: { lookback, step, delay } }: ForecastTask,
  reach: number,
  stride: number,
) {
  const before = counts.slice(0, place).reduce((sum, rows) => sum + rows, 0);
  const all: { rows: number[]; target: number }[] = [];
  for (let first = reach - lookback - delay; first + lookback + delay < counts[place]!; first += stride) {
    const at = 1000 * series + before + first;
    const rows = Array.from({ length: lookback / step }, (_, time) => at + time * step);
    all.push({ rows, target: at + lookback + delay });
  }
  return all;
}

test('windows and targets are those of each series by itself, one series after the other', () => {
  fc.assert(
    fc.property(cases, ({ dataset, task, stride, lengths, reach }) => {
      for (const [place, name] of SPLITS.entries()) {
        const by = name === 'test' ? 1 : stride;
        const samples = name === 'test' ? openTestSplit(dataset, task) : openSplit(dataset, task, name, by);
        const own = name === 'train' ? task.window.lookback + task.window.delay : reach;
        const expected = lengths.flatMap((counts, series) => windowsOf(series, counts, place, task, own, by));
        assert.equal(samples.count, expected.length);
        if (by === 1) assert.equal(forecastTask.count(task, name), expected.length);
        assert.deepEqual(
          windowsOfSeries(task, name, by),
          lengths.map((counts, series) => windowsOf(series, counts, place, task, own, by).length),
        );
        const indices = Uint32Array.from({ length: samples.count }, (_, at) => samples.count - 1 - at);
        const row = samples.timesteps * 2;
        const out = new Float32Array(samples.count * row);
        const targets = new Float32Array(samples.count);
        samples.gather(indices, 0, samples.count, out, 0, 2, row);
        samples.gatherTargets(indices, 0, samples.count, targets, 0);
        const windows = samples.windows!();
        const places = windows.placesOf?.(indices, 0, samples.count) ?? indices;
        for (const [at, { rows, target }] of expected.toReversed().entries()) {
          const read = [...out.subarray(at * row, (at + 1) * row)];
          assert.deepEqual(
            read,
            rows.flatMap((value) => [value, -value]),
          );
          assert.equal(targets[at], target);
          // As the kernels read them.
          assert.equal(windows.values[windows.firstValue + places[at]! * windows.anchorStride], rows[0]);
        }
      }
    }),
  );
});

test('a model that is told the series reads its place at every time step of each of its windows, and no other', () => {
  fc.assert(
    fc.property(cases, ({ dataset, task, stride }) => {
      for (const name of SPLITS) {
        const open = (spec: ForecastTask) =>
          name === 'test' ? openTestSplit(dataset, spec) : openSplit(dataset, spec, name, stride);
        const plain = open(task);
        const told = open({ ...task, seriesInput: 4 });
        assert.deepEqual([told.count, told.timesteps, told.features], [plain.count, plain.timesteps, 3]);
        // What a kernel would copy has no place in it.
        assert.equal(told.windows, undefined);
        const indices = Uint32Array.from({ length: told.count }, (_, at) => told.count - 1 - at);
        const [values, wide] = [plain, told].map((samples) => {
          const size = samples.timesteps * samples.features;
          const out = new Float32Array(samples.count * size);
          samples.gather(indices, 0, samples.count, out, 0, samples.features, size);
          return out;
        }) as [Float32Array, Float32Array];
        for (let step = 0; step < told.count * told.timesteps; step++) {
          const read = [...values.subarray(2 * step, 2 * step + 2)];
          // The first column says of which series a row is.
          assert.deepEqual(
            [...wide.subarray(3 * step, 3 * step + 3)],
            [...read, Math.floor(read[0]! / 1000)],
          );
        }
      }
    }),
  );
});

test('naive persistence of several series is that of each, and never of a neighbour', () => {
  fc.assert(
    fc.property(cases, ({ dataset, task, stride }) => {
      const { value, perSample } = validationBaseline(dataset, task, stride);
      // The target grows by one a row: across a border the error would be about a thousand.
      assert.ok(perSample.every((error) => error === task.window.step + task.window.delay));
      assert.equal(value, task.window.step + task.window.delay);
    }),
  );
});

test('what happens in one series, or later in the same one, changes nothing of a window', () => {
  fc.assert(
    fc.property(cases, fc.nat(), ({ dataset, task }, seed) => {
      const changed = seed % dataset.metadata.rows;
      const values = Float32Array.from(dataset.values);
      values[2 * changed] = Number.NaN;
      const after = { ...dataset, values };
      for (const name of ['train', 'validation'] as const) {
        const samples = openSplit(after, task, name);
        const { firstValue, anchorStride, placesOf } = samples.windows!();
        const out = new Float32Array(samples.timesteps * 2);
        for (let index = 0; index < samples.count; index++) {
          const indices = Uint32Array.of(index);
          const first = (firstValue + (placesOf?.(indices, 0, 1)[0] ?? index) * anchorStride) / 2;
          samples.gather(indices, 0, 1, out, 0, 2, 2);
          const isWithin = changed >= first && changed <= first + task.window.lookback - task.window.step;
          if (out.some(Number.isNaN)) assert.ok(isWithin, `window ${index} of ${name} read row ${changed}`);
        }
      }
    }),
  );
});

test('errors over time have the mean of all windows, and one value for each time', () => {
  fc.assert(
    fc.property(cases, ({ task, stride, lengths }) => {
      const windows = windowsOfSeries(task, 'validation', stride);
      const count = windows.reduce((sum, one) => sum + one, 0);
      const errors = Float64Array.from({ length: count }, (_, at) => ((at * 7919) % 101) / 10);
      const inTime = Array.from(overTime(task, 'validation', stride, errors));
      const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
      assert.ok(Math.abs(mean(inTime) - mean([...errors])) < 1e-9);
      assert.ok(inTime.length <= count && inTime.length >= Math.max(...windows));
      if (lengths.length === 1)
        for (const [at, value] of inTime.entries()) assert.ok(Math.abs(value - errors[at]!) < 1e-12);
    }),
  );
});

test('copies of one series are told as that one: they make nothing surer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), (copies, stride) => {
      const lengths = Array.from({ length: copies }, (): [number, number, number] => [9, 40, 9]);
      const { split, stretches } = panelOf(lengths, Array(copies).fill(3));
      const task: ForecastTask = {
        kind: 'forecast',
        targetColumn: 0,
        split,
        window: { lookback: 4, step: 1, delay: 2 },
        stretches,
      };
      const [windows = 0] = windowsOfSeries(task, 'validation', stride);
      const errors = Float64Array.from({ length: windows }, (_, at) => ((at * 7919) % 101) / 10);
      const all = Float64Array.from({ length: windows * copies }, (_, at) => errors[at % windows]!);
      const inTime = Array.from(overTime(task, 'validation', stride, all));
      assert.equal(inTime.length, windows);
      for (const [at, value] of inTime.entries()) assert.ok(Math.abs(value - errors[at]!) < 1e-9);
    }),
  );
});
