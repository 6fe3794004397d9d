// `window.horizon` and quantiles in a sweep file: what they stand for, the models that they need, what is refused.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SweepError } from '../../../src/errors.js';
import type { ForecastTask, TrainConfig } from '../../../src/study/trial/trial.js';
import { stepsOf } from '../../../src/sweep-file/horizon.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';

const DATASET = {
  digest: 'd'.repeat(64),
  columns: [{ name: 'load' }, { name: 'wind' }],
  split: {
    train: { start: 0, end: 600 },
    validation: { start: 600, end: 800 },
    test: { start: 800, end: 1000 },
  },
};

interface More {
  readonly training?: object;
  readonly model?: object;
  readonly dataset?: object;
}

function resolve(window: object, more: More = {}): TrainConfig {
  const document = {
    name: 'ahead',
    dataset: { source: { csv: 'load.csv' }, target: 'load', ...more.dataset },
    window,
    model: more.model ?? { type: 'linear' },
    training: { epochs: 1, ...more.training },
    space: {},
  };
  return resolveTrial(parseSweepSpec(JSON.stringify(document), 'ahead.json'), {}, 1, DATASET) as TrainConfig;
}

function faultOf(window: object, more: More = {}): SweepError {
  try {
    resolve(window, more);
  } catch (thrown) {
    assert.ok(thrown instanceof SweepError);
    return thrown;
  }
  throw new Error('nothing was refused');
}

it('two numbers are a range, three and more a list, an object a list of any length', () => {
  assert.deepEqual(stepsOf([1, 4]), [1, 2, 3, 4]);
  assert.deepEqual(stepsOf([1, 6, 24]), [1, 6, 24]);
  assert.deepEqual(stepsOf({ steps: [1, 24] }), [1, 24]);
  assert.deepEqual(stepsOf(24), [24]);
});

it('step 1 is the row that would be read next, in steps of the window', () => {
  const windowOf = (window: object) => (resolve(window).task as ForecastTask).window;
  assert.deepEqual(windowOf({ lookback: 24, horizon: [1, 3] }), {
    lookback: 24,
    step: 1,
    delay: 2,
    delays: [0, 1, 2],
  });
  assert.deepEqual(windowOf({ lookback: 24, step: 6, horizon: [1, 2, 5] }), {
    lookback: 24,
    step: 6,
    delay: 24,
    delays: [0, 6, 24],
  });
});

it('one step is the trial of a delay: the same config, so the same id', () => {
  assert.deepEqual(resolve({ lookback: 24, horizon: 5 }), resolve({ lookback: 24, delay: 4 }));
  assert.deepEqual(resolve({ lookback: 24, horizon: { steps: [1] } }), resolve({ lookback: 24, delay: 0 }));
});

it('architectures end in a value for each step and quantile', () => {
  const unitsOf = (config: TrainConfig) => config.layers.at(-1);
  assert.deepEqual(unitsOf(resolve({ lookback: 24, horizon: [1, 24] })), {
    type: 'dense',
    units: 24,
    activation: 'linear',
    kernelL2: 0,
  });
  const banded = resolve(
    { lookback: 24, horizon: [1, 4] },
    { training: { loss: { pinball: [0.1, 0.5, 0.9], conformal: true } } },
  );
  assert.equal((unitsOf(banded) as { units: number }).units, 12);
  assert.equal(banded.training.loss, 'pinball');
  const task = banded.task as ForecastTask;
  assert.deepEqual([task.quantiles, task.conformal], [[0.1, 0.5, 0.9], true]);
  const single = resolve({ lookback: 24, delay: 3 }, { training: { loss: { pinball: [0.5] } } });
  assert.deepEqual((single.task as ForecastTask).quantiles, [0.5]);
  assert.equal('conformal' in single.task, false);
});

it('a list of layers that ends in another number of values is told how to end', () => {
  const model = { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 1 }] };
  const { code, path, hint, message } = faultOf({ lookback: 24, horizon: [1, 6] }, { model });
  assert.deepEqual([code, path], ['MODEL_SHAPE', 'model.layers[1]']);
  assert.match(message, /6 numbers/);
  assert.equal(hint, 'end with {"type": "dense", "units": 6}');
  assert.match(
    faultOf({ lookback: 24, horizon: [1, 6] }, { model: { type: 'baseline' } }).hint ?? '',
    /beside every trial/,
  );
});

it('what makes no horizon is refused with its place', () => {
  for (const [window, path, message] of [
    [{ lookback: 24 }, 'window.delay', /is required/],
    [{ lookback: 24, delay: 3, horizon: [1, 3] }, 'window.horizon', /does not go with delay/],
    [{ lookback: 24, horizon: [3, 1] }, 'window.horizon', /ascend/],
    [{ lookback: 24, horizon: [1, 1_001] }, 'window.horizon', /at most 1000 steps/],
    [{ lookback: 24, horizon: [0, 4] }, 'window.horizon[0]', /at least 1/],
    [{ lookback: 24, horizon: [1, 400] }, 'window.lookback', /delay ahead 399/],
  ] as const) {
    const fault = faultOf(window);
    assert.equal(fault.path, path, fault.message);
    assert.match(fault.message, message);
  }
  for (const [loss, path] of [
    [{ pinball: [0.9, 0.1] }, 'training.loss.pinball'],
    [{ pinball: [0, 0.5] }, 'training.loss.pinball[0]'],
    [{ pinball: [0.1, 0.5], conformal: true }, 'training.loss.conformal'],
    ['pinball', 'training.loss'],
    ['sparseCategoricalCrossentropy', 'training.loss'],
  ] as const)
    assert.equal(faultOf({ lookback: 24, delay: 0 }, { training: { loss } }).path, path);
});

it('a searched step beside a horizon is refused: trials would forecast different things', () => {
  const document = {
    name: 'ahead',
    dataset: { source: { csv: 'load.csv' }, target: 'load' },
    window: { lookback: 24, step: '$step', horizon: [1, 3] },
    model: { type: 'linear' },
    space: { step: [1, 2] },
  };
  assert.throws(() => parseSweepSpec(JSON.stringify(document), 'ahead.json'), {
    path: 'window.step',
    message: /cannot be searched beside a horizon/,
  });
});

it('steps and quantiles go with all that a forecast is made from, together', () => {
  const target = { column: 'load', as: 'seasonal-difference', period: 6 };
  const dataset = { source: { csv: 'load.csv', time: 'date' }, target, known: ['wind'] };
  const training = { loss: { pinball: [0.1, 0.9], conformal: true } };
  const config = resolve({ lookback: 24, horizon: [1, 3], normalise: 'standard' }, { dataset, training });
  const { split: _, ...task } = config.task as ForecastTask;
  assert.deepEqual(task, {
    kind: 'forecast',
    targetColumn: 0,
    window: { lookback: 24, step: 1, delay: 2, delays: [0, 1, 2], normalise: 'standard' },
    as: 'seasonal-difference',
    period: 6,
    ahead: [1],
    quantiles: [0.1, 0.9],
    conformal: true,
  });
  assert.equal((config.layers.at(-1) as { units: number }).units, 6);
});

it('a window that does not hold the season before each of its steps is refused with what holds all', () => {
  const target = { column: 'load', as: 'seasonal-difference', period: 24 };
  // Of step 1 the season before stands 24 rows back, of step 24 in the last row.
  const fault = faultOf({ lookback: 20, horizon: [1, 24] }, { dataset: { target } });
  assert.equal(fault.path, 'window.lookback');
  assert.equal(fault.hint, 'a lookback of 24 or more');
  assert.equal(resolve({ lookback: 24, horizon: [1, 30] }, { dataset: { target } }).task.kind, 'forecast');
  const near = faultOf({ lookback: 20, horizon: [20, 40] }, { dataset: { target } });
  assert.equal(near.hint, 'a lookback of 24 or more');
  const coarse = faultOf({ lookback: 50, step: 5, horizon: [1, 3] }, { dataset: { target } });
  assert.deepEqual([coarse.code, coarse.path], ['SPEC_INVALID', 'window.step']);
});

it('what is wrong with the only trial of a file is told without its values, of which there are none', () => {
  const { message, path } = faultOf({ lookback: 700, delay: 1 });
  assert.match(message, /^window\.lookback reaches back 700 rows/);
  assert.equal(path, 'window.lookback');
});
