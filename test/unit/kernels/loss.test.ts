// The kernel of losses by distance against the formulas: every bit of the sum and of the slopes, at every corner.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sampleLossOf } from '../../../src/engine/sample-loss.js';
import { Arena } from '../../../src/kernels/arena.js';
import { compileKernels, instantiateKernels } from '../../../src/kernels/load-kernels.js';
import { LOSS_CODE } from '../../../src/kernels/loss-code.js';
import { randomValues } from '../../support/fakes/array-samples.js';

const module = await compileKernels();
const EDGES = [0, -0, 1, -1, 1 + 2 ** -23, 0.5, 1e-45, -3e38, 3e38, Number.POSITIVE_INFINITY, Number.NaN];
const ROWS = 13;
const STRIDE = 40;

for (const loss of ['mae', 'mse', 'huber'] as const)
  for (const isOne of [false, true])
    it(`${loss} against ${isOne ? 'one target a row' : 'a target each'} has the bits of its formula`, () => {
      const units = 33;
      const targets = isOne ? 1 : units;
      const scale = 1 / (ROWS * units);
      const arena = new Arena(instantiateKernels(module));
      const [predictions, gradients, truth] = [STRIDE, STRIDE, targets].map((each) =>
        arena.allocate(4 * ROWS * each),
      ) as [number, number, number];
      const sum = arena.allocate(8);
      arena.commit();
      const { floats, kernels } = arena;
      floats.set(randomValues(ROWS * STRIDE, 3), predictions / 4);
      floats.set(randomValues(ROWS * targets, 4), truth / 4);
      // Row 0: errors at the corners; the last row: sums that are not finite.
      for (const [at, value] of EDGES.slice(0, 9).entries()) floats[predictions / 4 + at] = value;
      floats.fill(0, truth / 4, truth / 4 + targets);
      floats.set(EDGES, predictions / 4 + (ROWS - 1) * STRIDE);

      for (const rows of [ROWS - 1, ROWS]) {
        floats.fill(7, gradients / 4, gradients / 4 + ROWS * STRIDE);
        const expected = floats.slice(gradients / 4, gradients / 4 + ROWS * STRIDE);
        const formula = sampleLossOf({ loss }, units, { targetUnits: targets });
        let expectedSum = 0;
        for (let row = 0; row < rows; row++) {
          const place = [floats, predictions / 4 + row * STRIDE, floats, truth / 4 + row * targets] as const;
          expectedSum += formula.sum(...place);
          formula.slopes(...place, scale, expected, row * STRIDE);
        }
        kernels.distanceLoss(
          LOSS_CODE[loss]!,
          rows,
          units,
          predictions,
          4 * STRIDE,
          truth,
          isOne ? 1 : 0,
          scale,
          gradients,
          sum,
        );
        const actual = floats.slice(gradients / 4, gradients / 4 + ROWS * STRIDE);
        assert.ok(Object.is(new Float64Array(arena.buffer, sum, 1)[0], expectedSum), `${rows} rows`);
        assert.ok(actual.every((value, at) => Object.is(value, expected[at])));
      }
    });
