import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parzen } from '../../../src/search/learning/parzen.js';
import { axesOf } from '../../../src/search/space/axes.js';
import { kernelsOf } from '../../support/fixtures/kernels-of.js';

test('the density of a point without a parameter is that of its other parameters alone', () => {
  const axes = axesOf({
    x: { type: 'float', low: 0, high: 1, log: false },
    only: { type: 'float', low: 0, high: 1, log: false },
  });
  const weights = Float64Array.of(1, 1, 1);
  // One observation has the second parameter, in a narrow kernel; the other has not.
  const both = new Parzen({
    ...kernelsOf(axes, [
      [
        [0.2, 0.1],
        [0.5, 0.01],
      ],
      [[0.7, 0.1], [Number.NaN]],
    ]),
    weights,
    priorWeight: 1,
  });
  const alone = new Parzen({
    ...kernelsOf(axes.slice(0, 1), [[[0.2, 0.1]], [[0.7, 0.1]]]),
    weights,
    priorWeight: 1,
  });
  for (const share of [0.1, 0.2, 0.5, 0.7]) {
    const expected = alone.density(Float64Array.of(share));
    const density = both.density(Float64Array.of(share, Number.NaN));
    assert.ok(Math.abs(density - expected) < 1e-6 * expected, `${density} ${expected}`);
  }
});
