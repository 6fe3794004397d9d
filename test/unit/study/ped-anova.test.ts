// Importance of parameters: against Optuna's PED-ANOVA on a fixed table, and what an inactive parameter tells.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Factor, pedAnova } from '../../../src/statistics/ped-anova.js';

const TRIALS = 60;

/** x ← 1664525 x + 1013904223 mod 2^32, from 1, as a share. */
function linearCongruential(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function table(): { factors: Factor[]; losses: number[] } {
  const next = linearCongruential();
  const columns: number[][] = [[], [], [], []];
  const losses: number[] = [];
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const row = [50, 8, 3, 50].map((cells) => Math.floor(next() * cells));
    row.forEach((cell, at) => {
      columns[at]!.push(cell);
    });
    const [x = 0, units = 0, cell = 0] = row;
    losses.push((x - 20) ** 2 / 400 + 0.3 * Math.abs(units - 5) + (cell === 1 ? 0.4 : 0) + 0.1 * next());
  }
  const factor = (at: number, cells: number, isOrdered: boolean): Factor => ({
    cells,
    isOrdered,
    cellOf: columns[at]!,
  });
  return {
    factors: [factor(0, 50, true), factor(1, 8, true), factor(2, 3, false), factor(3, 50, true)],
    losses,
  };
}

describe('PED-ANOVA', () => {
  // Optuna 5.0.0: the table above as FloatDistribution(0, 49), IntDistribution(0, 7), a choice of 3 and FloatDistribution(0, 49),
  // get_param_importances(study, evaluator=PedAnovaImportanceEvaluator(), normalize=True)
  it('has the importances of Optuna', () => {
    const { factors, losses } = table();
    const expected = [0.50432006, 0.39892268, 0.05121727, 0.04553999];
    // The error function here is good to 1.2e-7, of densities around 1e-3.
    pedAnova(factors, losses).forEach((share, at) => {
      assert.ok(Math.abs(share - expected[at]!) < 1e-6, `${share} is not ${expected[at]}`);
    });
  });

  it('does not depend on the order of the trials', () => {
    const { factors, losses } = table();
    const turned = factors.map((factor) => ({ ...factor, cellOf: [...factor.cellOf].reverse() }));
    const shares = pedAnova(turned, [...losses].reverse());
    pedAnova(factors, losses).forEach((share, at) => {
      assert.ok(Math.abs(share - shares[at]!) < 1e-12);
    });
  });

  it('gives nothing to what never varied, was never active, or cannot be told apart', () => {
    const cellOf = Array.from({ length: 20 }, (_, trial) => trial % 2);
    const losses = cellOf.map((cell) => cell);
    const constant: Factor = { cells: 1, isOrdered: false, cellOf: cellOf.map(() => 0) };
    const inactive: Factor = { cells: 2, isOrdered: false, cellOf: cellOf.map(() => null) };
    assert.deepEqual(
      pedAnova([{ cells: 2, isOrdered: false, cellOf }, constant, inactive], losses),
      [1, 0, 0],
    );
    assert.deepEqual(
      pedAnova(
        [{ cells: 2, isOrdered: false, cellOf }],
        losses.map(() => 1),
      ),
      [0],
    );
  });
});
