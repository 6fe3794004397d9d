// The sweep files that search ranges, in small; and what a person sees of parameters that are not always there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

const SWEEPS = fileURLToPath(new URL('../../../sweeps/', import.meta.url));
/** A few steps of each trial and a handful of validation and test windows. */
const SMALL = [
  ...['--data', 'jena-synthetic', '--workers', '2'],
  ...['--set', 'training.stepsPerEpoch=2', '--set', 'training.batchSize=8', '--set', 'training.epochs=1'],
  ...['--set', 'training.validationStride=2000', '--set', 'dataset.split.test=[300001,302000]'],
];

interface Document {
  readonly state: string;
  readonly trials: Readonly<Record<string, number>>;
  readonly leaderboard: readonly {
    readonly trial: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
}

interface FrontDocument extends Document {
  readonly also: string;
  readonly leaderboard: readonly (Document['leaderboard'][number] & {
    readonly rank: number;
    readonly objective: number;
    readonly parameters: number;
    readonly pareto: boolean;
  })[];
}

test('sweeps/gru-auto.json searches ranges within its constraint', async (t) => {
  const place = createWorkplace(t);
  const document = await place.json<Document>(
    'start',
    `${SWEEPS}gru-auto.json`,
    ...SMALL,
    ...['--max-trials', '16'],
  );
  assert.equal(document.state, 'complete');
  assert.equal(document.trials.complete, 16);
  for (const { params } of document.leaderboard) {
    assert.ok(Number(params.dropout) + Number(params.recurrentDropout) < 0.8);
    assert.equal(params.cell, 'gru');
  }
  assert.equal(new Set(document.leaderboard.map(({ params }) => JSON.stringify(params))).size, 16);
});

test('sweeps/lstm-random.json: a lone layer has no upper units, in the table, CSV, JSON and show', async (t) => {
  const place = createWorkplace(t);
  const document = await place.json<Document>(
    'start',
    `${SWEEPS}lstm-random.json`,
    ...SMALL,
    ...['--max-trials', '6'],
  );
  assert.equal(document.trials.complete, 6);
  const lone = document.leaderboard.filter(({ params }) => params.layers === 1);
  const stacks = document.leaderboard.filter(({ params }) => params.layers === 2);
  assert.ok(lone.length > 0 && stacks.length > 0);
  for (const { params } of lone) assert.equal(params.upperUnits, null);
  for (const { params } of stacks) assert.ok(Number(params.units) + Number(params.upperUnits) <= 96);

  const trial = lone[0]?.trial ?? '';
  const table = (await place.call('leaderboard', '@last')).stdout;
  assert.match(table, /layers +units +upperUnits/);
  assert.match(table, new RegExp(`${trial.slice(0, 8)} +1 +\\d+ +–`));
  const csv = (await place.call('leaderboard', '@last', '--csv')).stdout;
  assert.match(csv, /params\.layers,params\.units,params\.upperUnits,/);
  assert.match(csv, new RegExp(`${trial},COMPLETE,1,\\d+,,`));
  assert.match((await place.call('show', '@last', trial)).stdout, /upperUnits = – \(inactive\)/);
  const shown = await place.json<{ readonly params: Readonly<Record<string, unknown>> }>(
    'show',
    '@last',
    trial,
  );
  assert.equal(shown.params.upperUnits, null);
  const compared = await place.json<{
    readonly a: { readonly params: Readonly<Record<string, unknown>> };
    readonly differing: readonly { readonly param: string; readonly a: unknown }[];
  }>('compare', '@last', trial, stacks[0]?.trial ?? '');
  assert.equal(compared.a.params.upperUnits, null);
  assert.equal(compared.differing.find(({ param }) => param === 'upperUnits')?.a, null);
});

test('sweeps/gru-pareto.json: the front of error and weights, in the table, JSON, CSV and alone', async (t) => {
  const place = createWorkplace(t);
  const document = await place.json<FrontDocument>(
    'start',
    `${SWEEPS}gru-pareto.json`,
    ...SMALL,
    '--max-trials',
    '16',
  );
  assert.equal(document.trials.complete, 16);
  assert.equal(document.also, 'parameters');
  const rows = document.leaderboard;
  for (const row of rows) {
    const isBeaten = rows.some(
      (other) =>
        other.objective <= row.objective &&
        other.parameters <= row.parameters &&
        (other.objective < row.objective || other.parameters < row.parameters),
    );
    assert.equal(row.pareto, !isBeaten, `rank ${row.rank}`);
  }
  const front = rows.filter(({ pareto }) => pareto).map(({ trial }) => trial);
  assert.ok(front.length >= 1 && front.length < 16);

  const alone = await place.json<Document>('leaderboard', '@last', '--pareto');
  assert.deepEqual(
    alone.leaderboard.map(({ trial }) => trial),
    front,
  );
  const csv = (await place.call('leaderboard', '@last', '--pareto', '--csv')).stdout.trimEnd().split('\r\n');
  assert.equal(csv.length, 1 + front.length);
  const table = (await place.call('leaderboard', '@last', '--pareto')).stdout;
  assert.match(table, /front +best\/epochs +weights/);
  assert.match(table, /● marks the front of .+ and weights/);
  assert.equal(table.match(/●/g)?.length, front.length + 1);
});

test('epochs of a parameter that is inactive are those that stand for it', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, {
    space: {
      cell: ['gru', 'lstm'],
      units: 4,
      rounds: { type: 'choice', values: [2], when: { cell: 'gru' }, otherwise: 1 },
    },
    fields: {
      training: {
        learningRate: 0.003,
        batchSize: 8,
        stepsPerEpoch: 2,
        epochs: '$rounds',
        validationStride: 40,
      },
    },
  });
  await place.json('start', file, '--workers', '1');
  const { stopping } = await place.json<{ readonly stopping: { readonly epochsPlanned: number } }>(
    'insight',
    '@last',
  );
  assert.equal(stopping.epochsPlanned, 3);
});

test('validate says what is fixed, what is not always there and what constraints leave out', async (t) => {
  const place = createWorkplace(t);
  const file = join(place.directory, 'rules.json');
  writeFileSync(
    file,
    JSON.stringify({
      name: 'rules',
      objective: { type: 'function', name: 'noop' },
      space: {
        cell: ['gru', 'lstm'],
        share: { type: 'choice', values: [0.1, 0.2], when: { cell: 'gru' }, otherwise: 0 },
        units: [8, 16],
        width: 4,
      },
      constraints: ['units * share < 3'],
    }),
  );
  const { stdout } = await place.call('validate', file);
  assert.match(stdout, /is right: 5 trials/);
  assert.match(stdout, /fixed: width=4\n/);
  assert.match(stdout, /share only where cell is "gru", else 0 stands for it\n/);
  assert.match(stdout, /constraints leave out 1 point of the grid\n/);
  const { shareLeft, ...space } = (
    await place.json<{ readonly space: { readonly shareLeft: number } }>('validate', file)
  ).space;
  assert.deepEqual(space, {
    fixed: { width: 4 },
    conditional: { share: 'where cell is "gru", else 0 stands for it' },
    pointsLeftOut: 1,
  });
  assert.equal((await place.call('start', file)).code, 0);
  const extended = await place.call('extend', '@last', '--trials', '2');
  assert.equal(extended.code, 2);
  assert.match(extended.stderr, /has all 5 trials that its space gives/);

  // Points at random: one in eight is a gru with share 0.2 and 16 units.
  assert.ok(shareLeft > 0.82 && shareLeft < 0.93, `${shareLeft}`);
});
