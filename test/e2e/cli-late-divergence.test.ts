// A trial whose loss overflows after several epochs, while its last checkpoint is still being written: it fails alone.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace } from '../support/processes/cli.js';

const ROWS = 3300;
/** A random walk that leaves the range of its training rows behind. */
function walk(): string {
  let state = 7;
  let value = 0;
  const rows = Array.from({ length: ROWS }, (_, row) => {
    state = (state * 48271) % 2147483647;
    value += state / 2147483647 - 0.48;
    const time = new Date(Date.UTC(2024, 0, 1) + row * 600_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${time},${value.toFixed(4)}`;
  });
  return `time,a\n${rows.join('\n')}\n`;
}

for (const workers of ['1', '2']) {
  test(`a trial that diverges late costs a study of ${workers} threads that trial alone`, {
    timeout: 60_000,
  }, async (t) => {
    const place = createWorkplace(t);
    writeFileSync(join(place.directory, 'walk.csv'), walk());
    const file = join(place.directory, 'late.json');
    writeFileSync(
      file,
      JSON.stringify({
        name: 'late',
        dataset: {
          source: { csv: 'walk.csv' },
          target: 'a',
          split: { train: [0, 1100], validation: [1100, 2200], test: [2200, null] },
        },
        window: { lookback: 10, delay: 0 },
        model: { type: 'linear' },
        space: { lr: [0.001, 0.14, 0.002] },
        training: { epochs: 12, batchSize: 64, learningRate: '$lr', optimizer: 'sgd', loss: 'mse' },
      }),
    );
    const { code, stdout, stderr } = await place.run('start', file, '-w', workers, '--json');
    assert.equal(code, 0, stderr);
    const { state, trials } = JSON.parse(stdout) as { state: string; trials: Record<string, number> };
    assert.equal(state, 'complete');
    assert.deepEqual([trials.total, trials.complete, trials.failed], [3, 2, 1]);
    const epoch = Number(/(?:in|after) epoch (\d+)/.exec(stderr)?.[1] ?? 0);
    assert.ok(epoch > 2, `it diverges late: ${stderr}`);
  });
}
