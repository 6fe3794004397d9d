// A study on labelled reviews as a process: from a table of text to accuracy on the test reviews, and what tells of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeReviewSweep } from '../support/fixtures/review-sweep.js';
import { createWorkplace } from '../support/processes/cli.js';

interface Document {
  readonly state: string;
  readonly baseline: { readonly validationAccuracy: number; readonly testAccuracy: number };
  readonly leaderboard: readonly {
    readonly trial: string;
    readonly objective: number;
    readonly objectiveInterval: readonly [number, number];
    readonly validationAccuracy: number;
    readonly params: { readonly reversed: boolean };
  }[];
  readonly test: readonly { readonly testAccuracy: number; readonly interval: readonly [number, number] }[];
}

test('a study on reviews ends with the accuracy of its winner, and every command speaks of accuracy', async (t) => {
  const place = createWorkplace(t);
  const file = writeReviewSweep(place.directory);

  const validated = await place.call('validate', file);
  assert.equal(validated.code, 0, validated.stderr);
  assert.match(validated.stdout, /embedding_1 .*\[12, 8\] .*320/);

  const started = await place.call('start', file, '--json');
  assert.equal(started.code, 0, started.stderr);
  const result = JSON.parse(started.stdout) as Document;
  assert.equal(result.state, 'complete');
  const [winner] = result.leaderboard;
  assert.ok(winner && winner.objective > 0.9, started.stdout);
  assert.equal(winner.validationAccuracy, winner.objective);
  const [tested] = result.test;
  assert.ok(tested && tested.testAccuracy > 0.9 && tested.interval[0] <= tested.testAccuracy);
  assert.ok(result.baseline.validationAccuracy < 0.7 && result.baseline.testAccuracy < 0.7);
  assert.match(started.stderr, /reversed=(true|false) {2}\d+\.\d\d %/);

  const table = await place.call('leaderboard', '@last');
  assert.match(table.stdout, /val acc %[\s\S]*majority class[\s\S]*test set: accuracy \d\d\.\d\d %/);
  const filtered = await place.json<Document>('leaderboard', '@last', '--filter', 'validationAccuracy>0.5');
  assert.equal(filtered.leaderboard.length, 2);
  const shown = await place.call('show', '@last', winner.trial);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /validationAccuracy|accuracy/i);

  const baseline = await place.call('baseline', file);
  assert.match(
    baseline.stdout,
    /majority class of the training reviews[\s\S]*test +accuracy \d\d\.\d\d % {2}over 120 reviews/,
  );
  const listed = await place.json<{ datasets: { digest: string }[] }>('data', 'info');
  const info = await place.call('data', 'info', listed.datasets[0]!.digest);
  assert.match(
    info.stdout,
    /train\.tsv: 520 reviews[\s\S]*train 320 \(\d\d\.\d % positive\)[\s\S]*longest 16/,
  );

  const again = await place.json<{ trials: { cached: number } }>('start', file);
  assert.equal(again.trials.cached, 2);
});
