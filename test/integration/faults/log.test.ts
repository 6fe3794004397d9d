// A bit that flips in the event log on the server's disk: reported, never a wrong leaderboard, and mended by a resume. Row 20 of
// the table of faults. (The log of one machine: test/unit/bus-local-event-log.)
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace, writeSmallSweep } from '../../support/processes/cli.js';
import type { StudyDocument } from '../../support/processes/cluster.js';
import { LIMIT_MS, startFaultCluster } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { assertStudyInvariant } from '../../support/study-invariant.js';

const skip = skipWithoutNats();

test('a flipped bit in the stored log is reported, and no leaderboard is shown', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const { bus, place, server } = await startFaultCluster(t);
  createWorkplace(t).start('worker', '--nats', server.url, '-c', '1');
  const file = writeSmallSweep(place.directory, { space: { cell: ['gru'], units: [3, 4] } });
  const nats = ['--nats', server.url];
  const begin = async (): Promise<string> => {
    const coordinator = place.start('start', file, '--json', ...nats);
    const { code, stdout, stderr } = await coordinator.finished;
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as StudyDocument).study;
  };
  const study = await begin();
  const { rows } = await assertStudyInvariant(bus, study, { points: 2, url: server.url });
  const objective = String(rows[0]?.seeds[0]?.result.objective);
  await server.kill('SIGTERM');
  flip(join(server.directory, 'store'), `"objective":${objective}`, `"objective":9${objective.slice(1)}`);
  await server.resume();
  const board = await place.call('leaderboard', study, '--json', ...nats);
  assert.equal(board.code, 1);
  const { error } = JSON.parse(board.stdout) as { error: { code: string; message: string; hint: string } };
  assert.equal(error.code, 'EVENT_LOG_CORRUPT');
  assert.match(error.message, /all 2 trials ended, and holds the ends of 1/);
  const status = await place.call('status', study, '--json', ...nats);
  assert.equal((JSON.parse(status.stdout) as { state: string }).state, 'interrupted');
  // As the hint says.
  const resumed = await place.run('resume', study, '--json', ...nats);
  assert.equal(resumed.code, 0, resumed.stderr);
  const { leaderboard } = JSON.parse(resumed.stdout) as StudyDocument;
  assert.equal(leaderboard[0]?.trial, rows[0]?.trial);
  const mended = await assertStudyInvariant(bus, study, { points: 2 });
  assert.deepEqual(
    mended.rows.map(({ trial, objective: value }) => [trial, value]),
    rows.map(({ trial, objective: value }) => [trial, value]),
  );
});

function flip(directory: string, text: string, other: string): void {
  let flipped = 0;
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.blk') || !name.includes('SWEEP_EVENTS')) continue;
    const path = join(directory, name);
    const bytes = readFileSync(path, 'latin1');
    if (!bytes.includes(text)) continue;
    writeFileSync(path, bytes.replace(text, other), 'latin1');
    flipped++;
  }
  assert.equal(flipped, 1, `${text} is in one place`);
}
