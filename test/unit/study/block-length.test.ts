// Block lengths, golden: Python package arch 8.0.0 with numpy 2.4.6, arch.bootstrap.optimal_block_length. The series are
// made here by the same generator (numpy.random.RandomState), so that no data is kept:
//   e = RandomState(seed).standard_normal(n + burn); y[0] = e[0]; y[i] = phi * y[i - 1] + e[i]; y = y[burn:]
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { autoregressiveBlockLength, optimalBlockLength } from '../../../src/statistics/block-length.js';
import { autoregressive, normalNumbers, overlapping } from '../../support/fixtures/dependent-errors.js';
import { legacyNormal } from '../../support/fixtures/legacy-random.js';

function numpySeries(seed: number, count: number, phi: number, burn: number): Float64Array {
  const normal = legacyNormal(seed);
  let level = 0;
  return Float64Array.from({ length: count + burn }, () => {
    level = phi * level + normal();
    return level;
  }).subarray(burn);
}

function assertLengths(values: Float64Array, stationary: number, circular: number): void {
  const lengths = optimalBlockLength(values);
  assert.ok(Math.abs(lengths.stationary - stationary) < 1e-9 * stationary, `${lengths.stationary}`);
  assert.ok(Math.abs(lengths.circular - circular) < 1e-9 * circular, `${lengths.circular}`);
}

describe('optimalBlockLength', () => {
  it('is that of the reference for a long, weakly dependent series', () => {
    assertLengths(numpySeries(0, 10_000, 0.3, 100), 13.63566513031823, 15.608940081363112);
  });

  it('is that of the reference for strong dependence, long and short', () => {
    const series = numpySeries(1, 2_000, 0.9, 0);
    assertLengths(series, 56.32566077399164, 64.47678610921577);
    assertLengths(series.subarray(0, 200), 17.439167914236414, 19.962863889705506);
  });

  it('is that of the reference where there is no dependence, absolute values among them', () => {
    assertLengths(numpySeries(2, 500, 0, 0), 1.3715216424607009, 1.570000358094903);
    assertLengths(numpySeries(0, 200, 0.3, 100).map(Math.abs), 0.7488650432819992, 0.8572364807952219);
  });

  it('does not change with the unit, however large or small', () => {
    const series = numpySeries(3, 400, 0.5, 0);
    const { circular } = optimalBlockLength(series);
    for (const unit of [1e-200, 1e-6, 1e150]) {
      const scaled = optimalBlockLength(series.map((value) => unit * value)).circular;
      assert.ok(Math.abs(scaled - circular) < 1e-6 * circular, `${unit}: ${scaled}`);
    }
  });

  it('is a number for a series that is flat but for one value', () => {
    for (const at of [0, 7, 39]) {
      const series = new Float64Array(40);
      series[at] = 3;
      const { circular, stationary } = optimalBlockLength(series);
      assert.ok(circular >= 0 && circular <= 20 && stationary >= 0, `${circular} ${stationary}`);
    }
  });
});

describe('autoregressiveBlockLength', () => {
  it('is that of the formula for the correlation of the series', () => {
    const length = autoregressiveBlockLength(autoregressive(50_000, 0.5, normalNumbers(1)));
    const expected = Math.cbrt(1.5 * (1 / 0.75) ** 2 * 50_000);
    assert.ok(Math.abs(length - expected) < 0.05 * expected, `${length}, ${expected}`);
  });

  it('grows without end with the dependence, where the other is cut', () => {
    const series = autoregressive(400, 0.999, normalNumbers(1));
    assert.ok(autoregressiveBlockLength(series) > 3 * optimalBlockLength(series).circular);
  });

  it('does not count what a known overlap explains', () => {
    const series = overlapping(20_000, 24, normalNumbers(1));
    assert.ok(autoregressiveBlockLength(series, 24) < autoregressiveBlockLength(series) / 2);
  });
});
