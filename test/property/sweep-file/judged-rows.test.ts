// All points of a study have the same targets, whatever their windows: any mix of lookback, step, delay and stride.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import type { TrainConfig } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { openSplit, validationBaseline } from '../../../src/task/open-split.js';
import { openTestSplit, testBaseline } from '../../../src/task/test-split.js';
import { TEST_ENGINE, trialAt } from '../../support/fakes/list-plan.js';
import { smallDataset } from '../../support/fixtures/small-dataset.js';

const ROWS = 300;
const SPLIT = {
  train: { start: 0, end: 100 },
  validation: { start: 103, end: 190 },
  test: { start: 195, end: ROWS },
};

/** One column whose value is its row: what is read tells where it came from. */
const dataset: MappedDataset = {
  ...smallDataset(),
  metadata: {
    ...smallDataset().metadata,
    rows: ROWS,
    split: SPLIT,
    columns: [{ name: 'row', unit: null, mean: 0, std: 1 }],
  },
  values: Float32Array.from({ length: ROWS }, (_, row) => row),
};

const UNIT = 12;
/** Divisors of 12: every step divides every lookback. */
const step = fc.constantFrom(1, 2, 3, 4, 6, 12);
const lookback = fc.integer({ min: 1, max: 3 }).map((units) => units * UNIT);
const delay = fc.integer({ min: 0, max: 40 });
const stride = fc.integer({ min: 1, max: 7 });
const choices = (value: fc.Arbitrary<number>) => fc.uniqueArray(value, { minLength: 1, maxLength: 3 });

interface Fields {
  readonly lookback: number;
  readonly step: number;
  readonly delay: number;
  readonly stride: number;
}

const fields: fc.Arbitrary<Fields> = fc.record({ lookback, step, delay, stride });
const searched = fc.record({
  lookback: choices(lookback),
  step: choices(step),
  delay: fc.oneof(
    choices(delay),
    fc
      .record({
        low: fc.integer({ min: 0, max: 9 }),
        high: fc.integer({ min: 10, max: 40 }),
        step: fc.integer({ min: 3, max: 9 }),
      })
      .map((range) => ({ type: 'int', ...range })),
  ),
  stride: choices(stride),
});

const shared = {
  name: 'any',
  dataset: {
    source: 'd.csv',
    target: 'row',
    split: { train: [0, 100], validation: [103, 190], test: [195, null] },
  },
  model: { type: 'linear' },
};

const inSpace = searched.map((space) => ({
  ...shared,
  window: { lookback: '$lookback', step: '$step', delay: '$delay' },
  training: { validationStride: '$stride' },
  space,
}));
const inVariants = fc.array(fields, { minLength: 1, maxLength: 4 }).map((all) => ({
  ...shared,
  window: { lookback: UNIT, step: 1, delay: 0 },
  variants: Object.fromEntries(
    all.map(({ stride: validationStride, ...window }, at) => [
      `v${at}`,
      { window, training: { validationStride } },
    ]),
  ),
}));

function configsOf(document: object): TrainConfig[] {
  const spec = reviveSweepSpec(
    JSON.parse(JSON.stringify(parseSweepSpec(JSON.stringify(document), 'any.json'))),
  );
  const plan = planStudy(spec, dataset.metadata, TEST_ENGINE);
  return Array.from({ length: plan.total ?? 0 }, (_, index) => {
    const config = trialAt(plan, index)?.config;
    assert.ok(config?.kind === 'train');
    return config;
  });
}

function read(samples: SampleSet): { inputs: Float32Array; targets: Float32Array } {
  const indices = Uint32Array.from({ length: samples.count }, (_, index) => index);
  const inputs = new Float32Array(samples.count * samples.timesteps);
  const targets = new Float32Array(samples.count);
  samples.gather(indices, 0, samples.count, inputs, 0, 1, samples.timesteps);
  samples.gatherTargets(indices, 0, samples.count, targets, 0);
  return { inputs, targets };
}

test('every point of a study has the same target rows, each reached from its own past inside the split', () => {
  fc.assert(
    fc.property(fc.oneof(inSpace, inVariants), (document) => {
      const configs = configsOf(document);
      const reach = Math.max(
        ...configs.map(({ task }) =>
          task.kind === 'forecast' ? task.window.lookback + task.window.delay : 0,
        ),
      );
      for (const split of ['validation', 'test'] as const) {
        const { start, end } = SPLIT[split];
        const [first, ...others] = configs.map(({ task, training: { validationStride } }) => {
          assert.ok(task.kind === 'forecast');
          const isTest = split === 'test';
          const { inputs, targets } = read(
            isTest ? openTestSplit(dataset, task) : openSplit(dataset, task, split, validationStride),
          );
          const { lookback: back, step: every, delay: ahead } = task.window;
          const timesteps = back / every;
          for (const [sample, target] of targets.entries()) {
            assert.equal(inputs[sample * timesteps], target - ahead - back);
            assert.equal(inputs[(sample + 1) * timesteps - 1], target - ahead - every);
          }
          for (const row of [...inputs, ...targets]) assert.ok(row >= start && row < end, `row ${row}`);
          const naive = isTest
            ? testBaseline(dataset, task)
            : validationBaseline(dataset, task, validationStride);
          assert.deepEqual([...naive.perSample], Array(targets.length).fill(every + ahead));
          return [...targets];
        });
        assert.ok(first !== undefined && first.length > 0);
        assert.equal(first[0], start + reach);
        for (const other of others) assert.deepEqual(other, first);
      }
    }),
    { numRuns: 150 },
  );
});

test('the training windows are those of each trial alone', () => {
  fc.assert(
    fc.property(fc.oneof(inSpace, inVariants), (document) => {
      for (const { task } of configsOf(document)) {
        assert.ok(task.kind === 'forecast');
        const { lookback: back, delay: ahead } = task.window;
        assert.equal(openSplit(dataset, task, 'train').count, 100 - back - ahead);
      }
    }),
    { numRuns: 50 },
  );
});
