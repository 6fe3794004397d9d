// What a finished study tells: finalists on the test set, insight, and two trials compared, by the command line.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

interface Document {
  readonly leaderboard: readonly {
    readonly trial: string;
    readonly tied: boolean;
    readonly setPValue: number | null;
  }[];
  readonly test: readonly {
    readonly trial: string;
    readonly testMae: number;
    readonly validation: number;
    readonly optimism: number;
  }[];
  readonly overtuning: number | null;
  readonly confidenceSet: { readonly over: string } | null;
}
interface Comparison {
  readonly differing: readonly { readonly param: string; readonly a: unknown; readonly b: unknown }[];
  readonly same: Readonly<Record<string, unknown>>;
  readonly curves: readonly {
    readonly epoch: number;
    readonly a: number | null;
    readonly b: number | null;
  }[];
  readonly difference: {
    readonly over: string;
    readonly pairs: number;
    readonly difference: number;
    readonly interval: readonly [number, number] | null;
    readonly pValue: number | null;
  };
}
interface Insight {
  readonly points: number;
  readonly params: readonly { readonly param: string; readonly importance: number | null }[];
  readonly stopping: Readonly<Record<string, number>> | null;
  readonly bestSoFar: readonly {
    readonly trials: number;
    readonly processorMs: number;
    readonly objective: number;
  }[];
}

test('a study of two points that are alike and one that is not', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, {
    space: { cell: ['gru'], units: [4], rate: [0.003, 0.00300001, 0.00001] },
    fields: {
      repeats: 5,
      finalists: 3,
      training: { learningRate: '$rate', batchSize: 32, stepsPerEpoch: 60, epochs: 2, validationStride: 4 },
    },
  });
  const run = await place.call('start', file, '--workers', '1');
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^≈ marks 1 trial tied with the winner in the 95 % model confidence set$/m);
  assert.match(run.stdout, /^ +optimism [+−].*: the validation samples said /m);
  assert.match(run.stdout, /^ +MAE .* by tied trial [0-9a-f]{8}, .*, optimism [+−]/m);
  assert.match(run.stdout, /^ +overtuning /m);

  await t.test('tests the winner and the one that ties with it, and no other', async () => {
    const document = await place.json<Document>('leaderboard', '@last');
    const [winner, second, third] = document.leaderboard;
    assert.deepEqual(
      document.leaderboard.map(({ tied }) => tied),
      [false, true, false],
    );
    assert.equal(winner?.setPValue, 1);
    assert.ok(Number(second?.setPValue) > 0.05 && Number(third?.setPValue) <= 0.05);
    assert.equal(document.confidenceSet?.over, 'seeds');
    assert.deepEqual(
      document.test.map(({ trial }) => trial),
      [winner?.trial, second?.trial],
    );
    for (const { testMae, validation, optimism } of document.test)
      assert.equal(optimism, testMae - validation);
    const [chosen, other] = document.test;
    assert.equal(document.overtuning, chosen!.testMae - Math.min(chosen!.testMae, other!.testMae));
  });

  await t.test('compares two trials over their seeds, what differs first', async () => {
    const { differing, same, curves, difference } = await place.json<Comparison>(
      'compare',
      '@last',
      '1',
      '3',
    );
    assert.deepEqual(
      differing.map(({ param, b }) => [param, b]),
      [['rate', 0.00001]],
    );
    assert.deepEqual(same, { cell: 'gru', units: 4 });
    assert.deepEqual(
      curves.map(({ epoch }) => epoch),
      [1, 2],
    );
    assert.ok(curves.every(({ a, b }) => a !== null && b !== null && a < b));
    assert.deepEqual([difference.over, difference.pairs], ['seeds', 5]);
    assert.ok(difference.interval !== null && difference.interval[1] < 0 && Number(difference.pValue) < 0.05);
  });

  await t.test('writes the same for people, without escape sequences', async () => {
    const { code, stdout } = await place.call('compare', '@last', '1', '3');
    assert.equal(code, 0);
    assert.match(stdout, /^Parameters$/m);
    assert.match(stdout, /^A − B = −.* over the same 5 seeds, 95 % interval −.*, p /m);
    assert.match(stdout, /^A is better;/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    assert.doesNotMatch(stdout, /\u001b/);
  });

  await t.test('refuses a trial compared with itself, and one that there is not', async () => {
    const same = await place.call('compare', '@last', '1', '1');
    assert.equal(same.code, 2);
    assert.match(same.stderr, /are the same trial/);
    const none = await place.call('compare', '@last', '1', 'nothing');
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no trial "nothing"/);
  });

  await t.test('says of so few points what it cannot tell, and what was trained', async () => {
    const { points, params, stopping, bestSoFar } = await place.json<Insight>('insight', '@last');
    assert.equal(points, 3);
    assert.deepEqual(
      params.map(({ param, importance }) => [param, importance]),
      [
        ['cell', null],
        ['units', null],
        ['rate', null],
      ],
    );
    assert.deepEqual([stopping?.epochsTrained, stopping?.epochsPlanned, stopping?.epochsSaved], [30, 30, 0]);
    assert.equal(bestSoFar[0]?.trials, 1);
  });
});

test('a study of a function', async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'function.json');
  const space = {
    x1: { type: 'float', low: -5, high: 10 },
    x2: { type: 'float', low: 0, high: 15 },
  };
  writeFileSync(
    file,
    JSON.stringify({
      name: 'function',
      objective: { type: 'function', name: 'branin' },
      space,
      sampler: { type: 'random' },
      limits: { maxTrials: 60 },
    }),
  );
  const run = await place.call('start', file, '--workers', '1');
  assert.equal(run.code, 0, run.stderr);

  await t.test('has importances that sum to 1, and a best so far that only gets better', async () => {
    const { points, params, stopping, bestSoFar } = await place.json<Insight>('insight', '@last');
    assert.equal(points, 60);
    assert.equal(stopping, null);
    const sum = params.reduce((total, { importance }) => total + Number(importance), 0);
    assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
    bestSoFar.slice(1).forEach((step, at) => {
      assert.ok(step.objective < bestSoFar[at]!.objective && step.trials > bestSoFar[at]!.trials);
      assert.ok(step.processorMs >= bestSoFar[at]!.processorMs);
    });
    const text = await place.call('insight', '@last');
    assert.equal(text.code, 0);
    assert.match(text.stdout, /^What mattered \(60 complete points, value\)$/m);
    assert.match(text.stdout, /^its trials have no epochs$/m);
  });

  await t.test('has no samples to pair two trials by, and says so', async () => {
    const { stdout, code } = await place.call('compare', '@last', '1', '2');
    assert.equal(code, 0);
    assert.match(stdout, /no 95 % interval: the objective is no mean over validation samples/);
  });
});
