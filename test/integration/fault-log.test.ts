// A bit that flips in the event log on the server's disk: reported with its place, never a wrong leaderboard. Row 20 of
// the table of faults. (The log of one machine: test/unit/bus-local-event-log.)
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LIMIT_MS, startFaultCluster } from '../support/fault-cluster.js';
import { skipWithoutNats } from '../support/nats-server.js';
import { assertStudyInvariant } from '../support/study-invariant.js';

const skip = skipWithoutNats();

test('a flipped bit in the stored log is reported, and no leaderboard is shown', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const { bus, place, server, start, startWorker } = await startFaultCluster(t);
  await startWorker();
  const { study, coordinator } = await start({ fault: ['none'], x: [12345, 23456] });
  assert.equal((await coordinator.finished).code, 0);
  await assertStudyInvariant(bus, study, { points: 2, url: server.url });
  await server.kill('SIGTERM');
  flip(join(server.directory, 'store'), '"objective":12345', '"objective":92345');
  await server.resume();
  const nats = ['--nats', server.url];
  for (const verb of ['leaderboard', 'status', 'resume']) {
    const { code, stdout } = await place.run(verb, study, '--json', ...nats);
    assert.equal(code, 1, verb);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    assert.equal(error.code, 'EVENT_LOG_CORRUPT');
    assert.match(error.message, /all 2 trials ended, and holds the ends of 1|damaged at SWEEP_EVENTS:\d+/);
  }
  // As the hint says: the result is in the cache.
  const again = await start({ fault: ['none'], x: [12345, 23456] });
  assert.equal((await again.coordinator.finished).code, 0);
  const view = await assertStudyInvariant(bus, again.study, { points: 2 });
  assert.equal(view.cached, 2);
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
