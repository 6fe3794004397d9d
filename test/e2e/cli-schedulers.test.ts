// The sweep files that stop trials, in small: what was stopped, and why, is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createWorkplace } from '../support/processes/cli.js';

const SWEEPS = fileURLToPath(new URL('../../../sweeps/', import.meta.url));
/** A few steps of each trial and a handful of validation and test windows. */
const SMALL = [
  ...['--data', 'jena-synthetic', '--workers', '2'],
  ...['--set', 'training.stepsPerEpoch=2', '--set', 'training.batchSize=8'],
  ...['--set', 'training.validationStride=2000', '--set', 'dataset.split.test=[300001,302000]'],
];

interface Document {
  readonly state: string;
  readonly trials: Readonly<Record<string, number>>;
  readonly leaderboard: readonly {
    readonly trial: string;
    readonly state: string;
    readonly epochs: number;
  }[];
}

for (const [file, flags, rung] of [
  ['gru-grid.json', ['--profile', 'asha', '--max-trials', '12'], /rung \d of 3 \(epoch [124]\)/],
  ['conv-hyperband.json', ['--max-trials', '12'], /rung \d \(epoch [13]\) of bracket \d/],
  [
    'gru-grid.json',
    ['--set', 'scheduler={"type":"projected-halving"}', '--max-trials', '12'],
    /rung \d of 3 \(epoch [124]\).* forecast to fall to/,
  ],
] as const)
  test(`sweeps/${file} ${flags.join(' ')} stops the weak and explains each stop`, async (t) => {
    const place = createWorkplace(t);
    const document = await place.json<Document>('start', `${SWEEPS}${file}`, ...SMALL, ...flags);
    assert.equal(document.state, 'complete');
    assert.equal((document.trials.complete ?? 0) + (document.trials.pruned ?? 0), 12);
    assert.ok((document.trials.complete ?? 0) >= 1);
    const stopped = document.leaderboard.filter(({ state }) => state === 'PRUNED');
    assert.ok(stopped.length >= 3, `${stopped.length} were stopped`);
    const { stdout } = await place.call('explain', '@last', stopped[0]?.trial ?? '');
    assert.match(stdout, /stopped early/);
    assert.match(stdout, rung);
    assert.match(stdout, /rank \d+ of \d+.* above the cut-off/);
  });
