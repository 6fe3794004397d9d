// The recorded table and what the schedulers make of it, in few shuffles: `npm run bench -- schedulers` takes many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createScheduler } from '../../../src/search/registry.js';
import { readCurveTable } from '../../bench/search/curve-table.js';
import { replay } from '../../bench/search/replay.js';
import { measureScheduler, seedNoiseOf } from '../../bench/search/schedulers.js';

const table = readCurveTable();
const SHUFFLES = 12;
const own = { type: 'projected-halving', grace: 1, share: 0.5, trust: 0.5 } as const;

test('the table has the configurations, whole curves, and the seeds of thirty-two', () => {
  assert.ok(table.configurations.length >= 256);
  assert.deepEqual(
    new Set(table.configurations.map(({ params }) => params.variant)),
    new Set(['gru', 'lstm', 'conv']),
  );
  assert.ok(
    table.configurations.every(({ curves }) => curves.every(({ length }) => length === table.epochs)),
  );
  const repeated = table.configurations.filter(({ curves }) => curves.length > 1);
  assert.deepEqual([repeated.length, Math.min(...repeated.map(({ curves }) => curves.length))], [32, 4]);
});

test('a replay without a scheduler spends all epochs and finds the best', () => {
  const { configurations, epochs } = table;
  const context = { epochs, repeats: 1, total: configurations.length, seed: 1 };
  const { spent, chosen, finished } = replay(table, createScheduler({ type: 'none' }, context), 4, 1);
  assert.ok(Math.abs(spent / (configurations.length * epochs) - 1) < 0.01, `${spent}`);
  assert.equal(finished, configurations.length);
  const finals = configurations.map(({ curves }) => Math.min(...(curves[0] ?? [])));
  assert.equal(chosen, finals.indexOf(Math.min(...finals)));
});

test('projected-halving saves three quarters of the epochs at a loss within the noise, and beats one-shot', () => {
  const noise = seedNoiseOf(table);
  assert.ok(noise > 0.005 && noise < 0.05, `${noise}`);
  const { spent, regret } = measureScheduler(table, own, SHUFFLES);
  assert.ok(spent < 0.25, `${spent}`);
  assert.ok(regret.mean < noise / 2, `${regret.mean}`);
  for (const section of [
    { type: 'one-shot', epochs: 1, share: 0.1 },
    { type: 'one-shot', epochs: 3, share: 0.1 },
    { type: 'one-shot', epochs: 3, share: 0.05 },
  ] as const) {
    const other = measureScheduler(table, section, SHUFFLES);
    assert.ok(spent < other.spent && regret.mean <= other.regret.mean, JSON.stringify(other));
  }
});
