// What must hold when a study has ended, whatever happened on the way: one terminal record per trial, as many results as
// points, a leaderboard that the log gives again, an empty queue, and no blob that nothing refers to: no checkpoint of an
// ended trial, however its workers died, as the coordinator sweeps before it records the end.
import assert from 'node:assert/strict';
import { connect } from 'nats';
import type { BlobOwner, Bus } from '../../src/bus/bus.js';
import { BLOBS_BUCKET, BLOBS_SUBJECTS, blobHeadSubject, parseBlobOwner } from '../../src/bus/subjects.js';
import type { LoggedEvent } from '../../src/study/events.js';
import { countTrials, type StudyView } from '../../src/study/study-view.js';
import { finalStateOwner } from '../../src/study/trial/final-state.js';
import { foldEvents } from './fixtures/fold-events.js';

export interface Expected {
  /** Points of the grid. */
  readonly points: number;
  /** Of the server, to look for blobs; left out where other studies of the test are still under way. */
  readonly url?: string;
  /** Models at most that killed workers may leave without a trial that refers to them (DECISIONS 156); none without it. */
  readonly lostModels?: number;
}

/** Checks all of it; returns the study as folded from its log. */
export async function assertStudyInvariant(bus: Bus, study: string, expected: Expected): Promise<StudyView> {
  const events = await readEvents(bus, study);
  const view = foldEvents(events);
  const terminal = events.filter(({ event }) => isTerminal(event));
  const indices = new Set(terminal.flatMap(({ event }) => ('index' in event ? [event.index] : [])));
  assert.equal(indices.size, expected.points, 'every point ended');
  assert.equal(Math.max(...indices), expected.points - 1, 'and no other');
  assert.equal(terminal.length - view.ignored, expected.points, 'one terminal record counts per trial');
  assert.equal(view.complete + view.pruned + view.failed, expected.points);
  assert.equal(view.open.size, 0, 'no trial is open');
  const counts = countTrials(view);
  assert.deepEqual([counts.total, counts.pending, counts.running], [expected.points, 0, 0]);

  assertRecomputes(events, view);
  assert.equal((await bus.listPending(study)).size, 0, 'the queue is empty');
  if (expected.url !== undefined) await assertNoOrphans(bus, expected.url, expected.lostModels ?? 0);
  return view;
}

export async function readEvents(bus: Bus, study: string): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const logged of bus.events(study)) events.push(logged);
  return events;
}

function isTerminal(event: LoggedEvent['event']): boolean {
  return event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final);
}

/** From the same log, from each record twice, and row by row from the first result of each trial. */
function assertRecomputes(events: readonly LoggedEvent[], view: StudyView): void {
  const twice = foldEvents(events.flatMap((logged) => [logged, logged]));
  assert.deepEqual(twice.rows, view.rows);
  assert.deepEqual(countTrials(twice), countTrials(view));
  const first = new Map<string, number>();
  // Of one that was stopped in hindsight less counts than its end says.
  const stopped = new Set<string>();
  for (const { event } of events) {
    if (event.type === 'trial.stop') stopped.add(event.trial);
    if (event.type === 'trial.finished' && !first.has(event.trial))
      first.set(event.trial, event.result.objective);
  }
  for (const { seeds } of view.rows) {
    for (const { trial, result } of seeds)
      if (!stopped.has(trial)) assert.equal(result.objective, first.get(trial), `trial ${trial}`);
  }
}

async function assertNoOrphans(bus: Bus, url: string, lostModels: number): Promise<void> {
  const referenced = new Set<string>();
  for (const { study } of await bus.listStudies()) {
    for (const { event } of await readEvents(bus, study)) {
      if (event.type === 'trial.finished' && event.result.modelDigest !== null) {
        referenced.add(event.result.modelDigest);
      }
      // What a longer training goes on from, and what one that waits ends as.
      if (event.type === 'trial.finished' && event.state !== undefined && !event.cached)
        referenced.add(nameOfState(finalStateOwner(study, event.trial, event.state), event.state));
      if (event.type === 'trial.queued' && event.origin !== undefined)
        referenced.add(nameOfState(event.origin.owner, event.origin.blob));
      if (event.type === 'trial.paused' && event.reached.modelDigest !== null)
        referenced.add(event.reached.modelDigest);
      if (event.type !== 'study.created' || event.dataset === null) continue;
      referenced.add(event.dataset.digest);
      if (event.dataset.metadataBlob !== undefined) referenced.add(event.dataset.metadataBlob);
    }
  }
  const orphans = (await listBlobs(url)).filter((blob) => !referenced.has(blob));
  // What has no owner is called by its digest alone.
  const isModel = (blob: string): boolean => /^[0-9a-f]{64}$/.test(blob);
  const isBorne = orphans.filter(isModel).length <= lostModels;
  assert.deepEqual(
    orphans.filter((blob) => !(isBorne && isModel(blob))),
    [],
    'no blob is left that nothing refers to',
  );
}

function nameOfState(owner: BlobOwner, blob: string): string {
  return nameOfBlob(blobHeadSubject(blob, owner));
}

/** The digest; for a blob that a trial owns the subject without its last token, which no log refers to. */
function nameOfBlob(subject: string): string {
  return parseBlobOwner(subject) === null ? (subject.split('.')[2] ?? '') : subject.replace(/\.[^.]*$/, '');
}

async function listBlobs(url: string): Promise<string[]> {
  const connection = await connect({ servers: url });
  try {
    const jsm = await connection.jetstreamManager();
    const { state } = await jsm.streams.info(BLOBS_BUCKET, { subjects_filter: BLOBS_SUBJECTS });
    return [...new Set(Object.keys(state.subjects ?? {}).map(nameOfBlob))];
  } finally {
    await connection.close();
  }
}
