// What is known to be wrong before a study is made.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { createStudy } from '../../../src/coordinator/create-study.js';
import { meanWork } from '../../../src/coordinator/plan/calibrate.js';
import { checkPoints } from '../../../src/coordinator/plan/sample-points.js';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { BadPointError } from '../../../src/coordinator/plan/study-plan.js';
import { spreadPoints } from '../../../src/search/space/spread.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { listPlan, refusePoints, TEST_ENGINE, trialAt } from '../../support/fakes/list-plan.js';
import { smallDataset } from '../../support/fixtures/small-dataset.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const { metadata } = smallDataset();

/** On 600 rows, split by fractions: too few for a window of 200 in the validation split. */
function specOf(lookback: readonly number[], scheduler: object = { type: 'none' }) {
  return parseSweepSpec(
    JSON.stringify({
      name: 'windows',
      dataset: {
        source: 'd.csv',
        target: 'level',
        split: { train: 0.6, validation: 0.2, test: 0.2 },
      },
      window: { lookback: '$lookback', step: 1, delay: 2 },
      model: { type: 'recurrent', cell: 'gru', units: 4 },
      scheduler,
      space: { lookback },
    }),
    'windows.json',
  );
}

async function create(t: TestContext, lookback: readonly number[], scheduler?: object) {
  const warnings: string[] = [];
  const home = temporaryDirectory(t);
  const bus = openLocalBus(home);
  t.after(() => bus.close());
  const study = createStudy({
    bus,
    spec: specOf(lookback, scheduler),
    dataset: metadata,
    engine: TEST_ENGINE,
    version: '0.0.0',
    cacheDirectory: home,
    createdAt: new Date(0),
    drawSuffix: () => 1,
    warn: (text) => warnings.push(text),
  });
  return { study, warnings, studies: async () => (await bus.listStudies()).length };
}

test('a point that the data are too short for makes no study, wherever in the grid it stands', async (t) => {
  const { study, studies } = await create(t, [5, 10, 200, 20]);
  await assert.rejects(study, {
    code: 'SPEC_INVALID',
    path: 'space.lookback[2]',
    message:
      /^space\.lookback\[2\] .*reach back 200 rows and delay ahead 2,.*validation split has only 100 rows/,
  });
  assert.equal(await studies(), 0);
  const good = await create(t, [5, 10, 20]);
  await good.study;
  assert.equal(await good.studies(), 1);
});

test('a scheduler that stops nobody is told once the points are known to be right', async (t) => {
  const asha = { type: 'asha', grace: 1_000 };
  const good = await create(t, [5, 10], asha);
  await good.study;
  assert.match(good.warnings.join(), /^the scheduler asha stops no trial/);
  const bad = await create(t, [200], asha);
  await assert.rejects(bad.study, { code: 'SPEC_INVALID' });
  assert.deepEqual(bad.warnings, []);
});

test('the points of a plan that stand for all are looked for once', () => {
  const plan = planStudy(specOf([5, 10]), metadata, TEST_ENGINE);
  assert.equal(plan.samplePoints(), plan.samplePoints());
});

test('a bad point is told with its parameters, seed and an id of its own', () => {
  const plan = planStudy(specOf([5, 200, 300]), metadata, TEST_ENGINE);
  const pointAt = (index: number) => {
    try {
      trialAt(plan, index);
    } catch (thrown) {
      if (thrown instanceof BadPointError) return thrown.point;
    }
    return null;
  };
  assert.equal(pointAt(0), null);
  assert.deepEqual(pointAt(1)?.params, { lookback: 200 });
  assert.equal(pointAt(1)?.seed, specOf([5]).seed);
  assert.match(pointAt(1)?.trial ?? '', /^[0-9a-f]{16}$/);
  assert.notEqual(pointAt(1)?.trial, pointAt(2)?.trial);
});

test('up to 256 points are all looked at, once each, in the order of the grid', () => {
  for (const values of [1, 2, 256]) {
    const points = [...spreadPoints({ x: Array.from({ length: values }, (_, x) => x) }, null)];
    assert.deepEqual(
      points.map(({ x }) => x),
      Array.from({ length: values }, (_, x) => x),
    );
  }
  assert.equal([...spreadPoints({ x: [1, 2, 3, 4, 5] }, 2)].length, 2);
  assert.deepEqual([...spreadPoints({}, null)], [{}]);
});

test('of a larger grid both ends and points between are looked at, all values of its loops among them', () => {
  for (const high of [1_023, 4 ** 8 - 1, 10 ** 9 - 1]) {
    const points = [...spreadPoints({ x: { type: 'int', low: 0, high, log: false } }, null)];
    const indices = points.map(({ x }) => Number(x));
    assert.equal(new Set(indices).size, 256);
    assert.deepEqual([indices[0], indices[1]], [0, high]);
    assert.ok(indices.every((index) => Number.isInteger(index) && index >= 0 && index <= high));
    const sorted = indices.toSorted((one, other) => one - other);
    assert.ok(sorted.every((index, at) => at === 0 || index - (sorted[at - 1] ?? 0) < (high + 1) / 80));
    // A stride that divides the innermost loop would see one of its values only.
    for (const values of [4, 8, 16])
      assert.equal(new Set(indices.map((index) => index % values)).size, values);
  }
});

test('of a space without an end points lie all over it, whatever the number of its dimensions', () => {
  const range = { type: 'float', low: 0, high: 1, log: false } as const;
  for (const names of [['a'], ['a', 'b'], ['a', 'b', 'c', 'd', 'e']]) {
    const points = [...spreadPoints(Object.fromEntries(names.map((name) => [name, range])), null)];
    assert.equal(points.length, 256);
    for (const name of names) {
      const tenths = points.map((point) => Math.floor(Number(point[name]) * 10));
      for (let tenth = 0; tenth < 10; tenth++) {
        const share = tenths.filter((own) => own === tenth).length / points.length;
        assert.ok(
          share > 0.07 && share < 0.13,
          `${names.length} dimensions, ${name}: ${share} of the points`,
        );
      }
    }
  }
});

test('bad points beyond those that were looked at take no part in an ETA', () => {
  const points = Array.from({ length: 4 }, (_, x) => ({ x }));
  const plan = refusePoints(listPlan(points), ({ x }) => x === 2);
  assert.throws(() => checkPoints(plan), BadPointError);
  assert.equal(meanWork(plan), (meanWork(listPlan(points)) * 3) / 4);
});
