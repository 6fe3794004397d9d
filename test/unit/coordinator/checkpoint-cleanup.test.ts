import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { CheckpointCleanup } from '../../../src/coordinator/ending/checkpoint-cleanup.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import { finalStateOwner } from '../../../src/study/trial/final-state.js';
import { finished, queued, studyRecord, trialAt } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STUDY = 'grid-7f3a';
const owner = (index: number) => ({ study: STUDY, trial: trialAt(index) });

async function openBench(t: { after(action: () => unknown): void }) {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  await bus.createStudy(studyRecord(STUDY));
  const fold = new StudyFold();
  let seq = 0;
  const cleanup = new CheckpointCleanup({
    bus,
    study: STUDY,
    logger: silentLogger,
    fold,
  });
  const see = (event: StudyEvent): void => {
    if (!('index' in event)) return;
    const before = fold.view.open.get(event.index);
    seq++;
    cleanup.keep(event);
    fold.apply({ seq, at: '2026-01-01T00:00:00.000Z', event });
    cleanup.observe(event, before, fold.view.open.get(event.index));
  };
  const checkpoint = async (index: number, epoch: number, attempt = 1): Promise<StudyEvent> => {
    const blob = await bus.putBlob(Buffer.from(`${index} ${epoch} ${attempt}`), owner(index));
    return { type: 'trial.checkpoint', trial: trialAt(index), index, attempt, epoch, blob };
  };
  const has = async (event: StudyEvent): Promise<boolean> => {
    assert.ok(event.type === 'trial.checkpoint');
    return bus.getBlob(event.blob, owner(event.index)).then(
      () => true,
      () => false,
    );
  };
  return { bus, cleanup, see, checkpoint, has };
}

test('keeps the two newest checkpoints of an open trial', async (t) => {
  const { cleanup, see, checkpoint, has } = await openBench(t);
  see(queued(0));
  const events = [await checkpoint(0, 1), await checkpoint(0, 2), await checkpoint(0, 3)];
  for (const event of events) see(event);
  await cleanup.close();
  assert.deepEqual(await Promise.all(events.map(has)), [false, true, true]);
});

test('deletes all that a trial owns when it ends, also what no event told of', async (t) => {
  const { bus, cleanup, see, checkpoint } = await openBench(t);
  see(queued(0));
  see(await checkpoint(0, 1));
  await checkpoint(0, 2);
  see(finished(0, 0.2));
  await cleanup.close();
  assert.deepEqual([...(await bus.listBlobOwners(STUDY))], []);
});

test('deletes a checkpoint that a lost worker tells of after the end of its trial', async (t) => {
  const { bus, cleanup, see, checkpoint } = await openBench(t);
  see(queued(0));
  see(finished(0, 0.2));
  see(await checkpoint(0, 1));
  await cleanup.close();
  assert.deepEqual([...(await bus.listBlobOwners(STUDY))], []);
});

test('a sweep leaves open trials alone and deletes what others own', async (t) => {
  const { bus, cleanup, see, checkpoint, has } = await openBench(t);
  see(queued(0));
  see(queued(1));
  see(finished(1, 0.2));
  const unheard = [await checkpoint(0, 1), await checkpoint(1, 1), await checkpoint(2, 1)];
  await cleanup.sweep();
  assert.deepEqual(await Promise.all(unheard.map(has)), [true, false, false]);
  assert.deepEqual([...(await bus.listBlobOwners(STUDY))], [trialAt(0)]);
});

test('of final states those stay that the log tells of, and those of open trials', async (t) => {
  const { bus, cleanup, see } = await openBench(t);
  const state = async (index: number, text: string) => {
    const bytes = Buffer.from(text);
    const blob = createHash('sha256').update(bytes).digest('hex');
    const by = finalStateOwner(STUDY, trialAt(index), blob);
    await bus.putBlob(bytes, by);
    return { blob, by };
  };
  for (const index of [0, 1, 2]) see(queued(index));
  const [told, untold, open, brought] = await Promise.all([
    state(0, 'told'),
    state(0, 'an attempt before, which died'),
    state(1, 'its event is on the way'),
    state(2, 'what another study ended in'),
  ]);
  see(queued(2, { origin: { owner: brought.by, blob: brought.blob, epoch: 2, durationMs: 5 } }));
  see(finished(0, 0.2, { state: told.blob }));
  see(finished(2, 0.3));
  await cleanup.sweep();
  const owners = await bus.listBlobOwners(STUDY);
  assert.deepEqual(
    [told, untold, open, brought].map(({ by }) => owners.has(by.trial)),
    [true, false, true, true],
  );
});
