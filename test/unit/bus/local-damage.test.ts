// Files of a study that are damaged, replaced by something else, or gone while it runs: said as what they are.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { rejectsWith } from '../../support/errors.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { runLocalStudy } from '../../support/fixtures/local-study.js';
import { queued } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

async function openWithStudy(t: TestContext) {
  const home = temporaryDirectory(t);
  const bus = openLocalBus(home);
  t.after(() => bus.close());
  await bus.createStudy({ study: 'a-0001', name: 'a', createdAt: '2026-01-01T00:00:00.000Z', spec: {} });
  return { home, bus, directory: join(home, 'studies', 'a-0001') };
}

test('a study whose record is garbage is listed with its damage and read with words', async (t) => {
  const { bus, directory } = await openWithStudy(t);
  writeFileSync(join(directory, 'study.json'), 'garbage');
  const [record] = await bus.listStudies();
  assert.equal(record?.study, 'a-0001');
  assert.match(record?.damage ?? '', /study\.json is damaged/);
  await rejectsWith(bus.readStudy('a-0001'), 'EVENT_LOG_CORRUPT', /study\.json is damaged/);
});

test("a folder in the log's place is told with its path, for reading and for writing", async (t) => {
  const { bus, directory } = await openWithStudy(t);
  mkdirSync(join(directory, 'events.jsonl'));
  await rejectsWith(bus.studyEvents('a-0001'), 'BUS_CONFIGURATION', /events\.jsonl/);
  await rejectsWith(bus.append('a-0001', queued(0)), 'BUS_CONFIGURATION', /events\.jsonl/);
});

test('a blob is stored though the folder of its trial was just deleted, but not in a removed study', async (t) => {
  const { bus, directory } = await openWithStudy(t);
  const owner = { study: 'a-0001', trial: 'abc' };
  await Promise.all(
    Array.from({ length: 40 }, async (_, byte) => {
      await bus.putBlob(Uint8Array.of(byte), owner);
      await bus.deleteBlobsOf(owner);
    }),
  );
  rmSync(directory, { recursive: true });
  await rejectsWith(bus.putBlob(Uint8Array.of(99), owner), 'BUS_CONFIGURATION');
});

function removeFiles(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) rmSync(join(entry.path, entry.name));
}

for (const [how, take] of [
  ['removed', (home: string) => rmSync(home, { recursive: true })],
  ['renamed', (home: string) => renameSync(home, `${home}-elsewhere`)],
  // As a removal is half-way.
  ['emptied of its files', removeFiles],
] as const) {
  test(`a home that is ${how} while it runs ends the study by that name`, { timeout: 20_000 }, async (t) => {
    const home = join(temporaryDirectory(t), 'home');
    const run = runLocalStudy({
      home,
      plan: listPlan([{ fault: 'wait', x: 0 }]),
      onEvent: ({ event }) => {
        if (event.type === 'trial.started') take(home);
      },
    });
    await rejectsWith(run, 'STUDY_NOT_FOUND', /removed/);
  });
}
