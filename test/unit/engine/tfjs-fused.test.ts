// Fused recurrent operations: used where they compute the layer exactly, and only after they agreed with the plain layer on
// this machine. The operations are emulated here; the real ones run in test/contract/engine-tfjs-native.test.ts.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { checkFusedOps, type FusedOp, fusedSequence } from '../../../src/engine/tfjs/fused-check.js';
import type { Tensor, Tensorflow } from '../../../src/engine/tfjs/layer.js';
import { loadBackend } from '../../../src/engine/tfjs/load-backend.js';
import type { RecurrentOps } from '../../../src/engine/tfjs/recurrent-ops.js';
import type { RecurrentTensors } from '../../../src/engine/tfjs/recurrent-sequence.js';
import { emulateRecurrentOps } from '../../support/fakes/emulated-recurrent-ops.js';
import { gru, lstm } from '../../support/fixtures/layer-specs.js';

let tf: Tensorflow;
let right: RecurrentOps;
before(async () => {
  ({ tf } = await loadBackend({ packages: ['@tensorflow/tfjs'], plainBackends: ['cpu'] }));
  right = emulateRecurrentOps(tf);
});

function check(ops: RecurrentOps, hasGpu = true): { usable: FusedOp[]; warnings: string[] } {
  const warnings: string[] = [];
  const { usable } = checkFusedOps(tf, { hasGpu, ops, onWarning: (message) => warnings.push(message) });
  return { usable: [...usable].sort(), warnings };
}

describe('the check at start', () => {
  it('passes operations that compute the plain layer, states and gradients', () => {
    assert.deepEqual(check(right), {
      usable: ['blockGru', 'blockLstm', 'cudnnGru', 'cudnnLstm'],
      warnings: [],
    });
  });

  it('asks nothing of cuDNN without a GPU', () => {
    const cudnn = () => assert.fail('cuDNN was called');
    assert.deepEqual(check({ ...right, cudnn }, false).usable, ['blockGru', 'blockLstm']);
  });

  it('leaves no tensors behind', () => {
    const before = tf.memory().numTensors;
    check(right);
    assert.equal(tf.memory().numTensors, before);
  });

  const twice = (tensor: Tensor): Tensor => tf.mul(tensor, 1.001);
  const faults: Record<string, [FusedOp[], () => Partial<RecurrentOps>]> = {
    'states of an LSTM': [
      ['blockLstm'],
      () => ({ lstm: (...a) => ({ ...right.lstm(...a), h: twice(right.lstm(...a).h) }) }),
    ],
    'the weights’ gradient of an LSTM': [
      ['blockLstm'],
      () => ({
        lstmGradient: (...a) => {
          const [dx, dw, db] = right.lstmGradient(...a);
          return [dx, twice(dw), db];
        },
      }),
    ],
    'the state’s gradient of a GRU step': [
      ['blockGru'],
      () => ({
        gruCellGradient: (...a) => {
          const [dx, dh, dc, dg] = right.gruCellGradient(...a);
          return [dx, twice(dh), dc, dg];
        },
      }),
    ],
    'gates of a GRU in another order': [
      ['blockGru'],
      () => ({
        gruCell: (...a) => {
          const states = right.gruCell(...a);
          return { ...states, r: states.u, u: states.r };
        },
      }),
    ],
    'a gradient of cuDNN that is no number': [
      ['cudnnGru', 'cudnnLstm'],
      () => ({
        cudnnGradient: (...a) => {
          const [dx, dp] = right.cudnnGradient(...a);
          return [tf.mul(dx, Number.NaN), dp];
        },
      }),
    ],
    'an operation that is not there': [
      ['cudnnGru', 'cudnnLstm'],
      () => ({
        cudnn: () => {
          throw new Error('Op type not registered CudnnRNN');
        },
      }),
    ],
  };
  for (const [title, [wrong, fault]] of Object.entries(faults))
    it(`finds ${title}, says so, and keeps the others`, () => {
      const { usable, warnings } = check({ ...right, ...fault() });
      const all = ['blockGru', 'blockLstm', 'cudnnGru', 'cudnnLstm'] as const;
      assert.deepEqual(
        usable,
        all.filter((name) => !wrong.includes(name)),
      );
      assert.equal(warnings.length, wrong.length);
      for (const name of wrong)
        assert.ok(
          warnings.some((text) => text.startsWith(name)),
          warnings.join(),
        );
    });
});

describe('a layer takes a fused operation', () => {
  const sigmoid = { recurrentActivation: 'sigmoid' } as const;
  const isFused = (spec: Parameters<typeof fusedSequence>[2], names: readonly FusedOp[]): boolean =>
    fusedSequence(tf, { ops: right, usable: new Set(names) }, spec) !== null;

  it('of its own kind, with tanh and sigmoid', () => {
    assert.equal(isFused(lstm(4, sigmoid), ['blockLstm']), true);
    assert.equal(isFused(lstm(4, sigmoid), ['blockGru']), false);
    assert.equal(isFused(gru(4, sigmoid), ['blockGru']), true);
    assert.equal(isFused(gru(4, sigmoid), ['cudnnGru']), false);
    assert.equal(isFused(gru(4, { ...sigmoid, resetAfter: true }), ['cudnnGru']), true);
    assert.equal(isFused(gru(4, { ...sigmoid, resetAfter: true }), ['blockGru']), false);
    assert.equal(isFused(lstm(4), ['blockLstm']), false);
    assert.equal(isFused(gru(4, { ...sigmoid, activation: 'relu' }), ['blockGru']), false);
  });

  it('only while there are no dropout masks', () => {
    const called: string[] = [];
    const ops: RecurrentOps = {
      ...right,
      lstm: (...a) => {
        called.push('lstm');
        return right.lstm(...a);
      },
    };
    const run = fusedSequence(tf, { ops, usable: new Set(['blockLstm']) }, lstm(2, sigmoid));
    tf.tidy(() => {
      const x = tf.ones([1, 3, 2]);
      const weights: RecurrentTensors = {
        kernel: tf.ones([2, 8]),
        recurrentKernel: tf.ones([2, 8]),
        bias: tf.ones([8]),
        recurrentBias: null,
      };
      const ones = tf.unstack(tf.ones([4, 1, 2]));
      const masked = run?.(x, weights, { input: null, hidden: ones });
      assert.deepEqual(called, []);
      const free = run?.(x, weights, { input: null, hidden: null });
      assert.deepEqual(called, ['lstm']);
      const difference = tf.max(tf.abs(tf.sub(masked?.at(-1) as Tensor, free?.at(-1) as Tensor)));
      assert.ok((difference.dataSync()[0] as number) < 1e-6);
    });
  });
});
