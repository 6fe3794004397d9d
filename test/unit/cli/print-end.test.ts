// What `start` and `resume` end with on standard output: on a terminal the best rows, elsewhere all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import picocolors from 'picocolors';
import type { CliContext } from '../../../src/cli/context.js';
import { printEnd } from '../../../src/cli/start/run.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged } from '../../support/fixtures/study-events.js';

const TRIALS = 30;
const view = foldEvents(
  logged([
    created({ total: TRIALS }),
    ...Array.from({ length: TRIALS }, (_, index) => finished(index, 0.2 + index / 1_000)),
  ]),
);

function print(isTTY: boolean, json = false) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    isTTY,
    columns: 200,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const colors = picocolors.createColors(false);
  const context = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    colors: { stdout: colors, stderr: colors },
    nats: {},
  } as unknown as CliContext;
  printEnd(context, view, { json });
  return written;
}

const countRows = (table: string) => [...table.matchAll(/ complete$/gm)].length;

test('a terminal gets the best rows and the command that shows all', () => {
  const { stdout, stderr } = print(true);
  assert.equal(countRows(stdout), 20);
  assert.match(stdout, /20 of 30 rows shown/);
  assert.match(stderr, /^all rows: sweep leaderboard \S+$/m);
});

test('a file or pipe gets all rows, as does the document', () => {
  const { stdout, stderr } = print(false);
  assert.equal(countRows(stdout), TRIALS);
  assert.doesNotMatch(stderr, /all rows/);
  const document = JSON.parse(print(true, true).stdout) as { leaderboard: unknown[] };
  assert.equal(document.leaderboard.length, TRIALS);
});
