// A grid of 10⁹ points: its exact size at once, bounded memory, and a coordinator that is killed in the middle goes on
// where it was. Row 23 of the table of faults.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import type { StudyDocument } from '../../support/processes/cluster.js';
import { LIMIT_MS, startFaultCluster, studyOf } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { readEvents } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
const POINTS = 1e9;
const EARLY = 150;
const LATER = 600;
/** More than a coordinator leaves on the queue when it dies: these were suggested by its successor. */
const BY_SUCCESSOR = 400;
/** Garbage comes and goes below this; a grid that is listed would need thousands of times as much. */
const GROWTH_LIMIT_MB = 50;
const LIMIT_MB = 300;

test('a grid of a billion points starts at once, in bounded memory, and goes on after a kill', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const { bus, place, server } = await startFaultCluster(t);
  const file = join(place.directory, 'vast.json');
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const space = Object.fromEntries(Array.from({ length: 9 }, (_, place) => [`x${place}`, digits]));
  writeFileSync(file, JSON.stringify({ name: 'vast', objective: { type: 'function', name: 'noop' }, space }));
  place.start('worker', '--nats', server.url, '-c', '1');
  const coordinator = place.start('start', file, '--nats', server.url, '--quiet');
  await waitUntil('the study is listed', async () => (await bus.listStudies()).length === 1, LIMIT_MS);
  const study = (await bus.listStudies())[0]?.study ?? '';
  let finished = 0;
  const stop = new AbortController();
  t.after(() => stop.abort());
  const counting = (async () => {
    for await (const { event } of bus.events(study, { follow: true, signal: stop.signal })) {
      if (event.type === 'trial.finished') finished++;
    }
  })();
  const reach = (count: number) =>
    waitUntil(`${count} trials have ended\n${coordinator.stderr()}`, () => finished >= count, LIMIT_MS);

  await reach(1);
  const { trials } = await place.json<StudyDocument>('status', study, '--nats', server.url);
  assert.equal(trials.total, POINTS);
  await reach(EARLY);
  const earlyMb = residentMb(coordinator.process.pid ?? 0);
  await reach(LATER);
  const laterMb = residentMb(coordinator.process.pid ?? 0);
  assert.ok(laterMb < LIMIT_MB, `${laterMb} MB`);
  assert.ok(laterMb - earlyMb < GROWTH_LIMIT_MB, `${earlyMb} MB, then ${laterMb} MB`);
  coordinator.process.kill('SIGKILL');
  const atKill = finished;
  await coordinator.finished;

  const successor = place.start('resume', study, '--nats', server.url);
  assert.equal(await studyOf(successor), study);
  await reach(atKill + BY_SUCCESSOR);
  successor.process.kill('SIGINT');
  const { code, stderr } = await successor.finished;
  assert.equal(code, 3, stderr);
  stop.abort();
  await counting;
  const view = foldEvents(await readEvents(bus, study));
  assert.equal(view.ignored, 0, 'no trial ended twice');
  assert.equal(view.failed, 0);
  assert.ok(view.complete >= LATER + BY_SUCCESSOR);
  assert.ok(view.indexBound - view.complete <= view.open.size, 'no index was left out');
});

function residentMb(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
