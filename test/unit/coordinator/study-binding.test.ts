// A study goes on with what it was created with, or says what differs.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { systemClock } from '../../../src/coordinator/clock.js';
import { createStudy } from '../../../src/coordinator/create-study.js';
import { openStudy } from '../../../src/coordinator/open-study.js';
import { checkSource } from '../../../src/coordinator/study-binding.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { hashFile } from '../../../src/dataset/prepared/hash-file.js';
import type { Engine } from '../../../src/engine/engine.js';
import { silentLogger } from '../../../src/log.js';
import type { DatasetInfo, StudyEvent } from '../../../src/study/events.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { created } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SPEC = parseSweepSpec(
  JSON.stringify({
    name: 'noop',
    objective: { type: 'function', name: 'noop' },
    space: { x: [1, 2], y: [3, 4] },
  }),
  'noop.json',
);

interface Opening {
  /** Of the record as text. */
  readonly edit?: (record: string) => string;
  readonly event?: (created: Extract<StudyEvent, { type: 'study.created' }>) => StudyEvent;
  readonly numericsVersion?: string;
}

/** Creates a study, changes something and opens it: what was warned of. */
async function reopen(t: TestContext, { edit, event, numericsVersion }: Opening): Promise<string[]> {
  const home = temporaryDirectory(t);
  const engine = { ...TEST_ENGINE, numericsVersion: numericsVersion ?? TEST_ENGINE.numericsVersion };
  const bus = openLocalBus(home);
  t.after(() => bus.close());
  const common = { bus, version: '0.0.0', cacheDirectory: home };
  const made = { spec: SPEC, dataset: null, createdAt: new Date(0), drawSuffix: () => 1 };
  const study = await createStudy({ ...common, ...made, engine: TEST_ENGINE });
  const directory = join(home, 'studies', study);
  const path = join(directory, 'study.json');
  if (edit !== undefined) writeFileSync(path, edit(readFileSync(path, 'utf8')));
  if (event !== undefined) {
    const [first] = await bus.studyEvents(study);
    assert.equal(first?.event.type, 'study.created');
    if (first?.event.type !== 'study.created') return [];
    await bus.close();
    rmSync(join(directory, 'events.jsonl'));
    const other = openLocalBus(home);
    await other.append(study, event(first.event));
    await other.close();
  }
  const warnings: string[] = [];
  const reading = openLocalBus(home);
  t.after(() => reading.close());
  const opened = await openStudy({
    ...common,
    bus: reading,
    engine: engine as unknown as Engine,
    study,
    holder: 'c1',
    slots: 1,
    clock: systemClock,
    logger: { ...silentLogger, warn: (message) => warnings.push(message) },
  });
  await opened.close();
  return warnings;
}

const swap = (one: string, other: string) => (text: string) => {
  assert.ok(text.includes(one), text);
  return text.replace(one, other);
};

test('a study that nobody touched is opened without a word', async (t) => {
  assert.deepEqual(await reopen(t, {}), []);
  // The same values in another order of keys, laid out by an editor, are no change.
  const layOut = (text: string) => JSON.stringify(JSON.parse(text), null, 2);
  assert.deepEqual(await reopen(t, { edit: layOut }), []);
});

const edits: readonly (readonly [string, (text: string) => string, RegExp])[] = [
  ['space reordered', swap('[1,2]', '[2,1]'), /spec\.space.*was \[1,2\] and is \[2,1\]/],
  ['space shortened', swap('[3,4]', '[3]'), /was \[3,4\] and is \[3\]/],
  ['seed changed', swap('"seed":', '"seed":1'), /spec\.seed was \d+ and is 1\d+/],
  ['field taken out', swap('"repeats":1,', ''), /spec\.repeats was 1 and is not there/],
  ['name changed', swap('"name":"noop"', '"name":"other"'), /name was "noop" and is "other"/],
];
for (const [name, edit, words] of edits) {
  test(`an edited record is refused with what differs: ${name}`, async (t) => {
    await assert.rejects(reopen(t, { edit }), (thrown: Error & { code?: string; path?: string }) => {
      assert.equal(thrown.code, 'SPEC_INVALID');
      assert.match(thrown.message, words);
      assert.match(thrown.path ?? '', /study\.json$/);
      return true;
    });
  });
}

test('a version that plans other trials is refused', async (t) => {
  await assert.rejects(reopen(t, { numericsVersion: 'other' }), { code: 'VERSION_MISMATCH' });
});

test('a study without a binding goes on with a note, and its spec is still held against the log', async (t) => {
  const unbind = ({ binding: _, ...event }: Extract<StudyEvent, { type: 'study.created' }>): StudyEvent =>
    event;
  const warnings = await reopen(t, { event: unbind, numericsVersion: 'other' });
  assert.match(warnings.join(), /did not bind it to its plan/);
  await assert.rejects(reopen(t, { event: unbind, edit: swap('[1,2]', '[2,1]') }), { code: 'SPEC_INVALID' });
});

test('a source file that was edited is refused by name; one that is gone or as it was is not', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'series.csv');
  writeFileSync(path, 'a,b\n1,2\n');
  const info = {
    ...created().dataset,
    source: 'series.csv',
    sourceDigest: await hashFile(path),
  } as DatasetInfo;
  const { dataset } = parseSweepSpec(
    JSON.stringify({
      name: 'series',
      dataset: { source: { csv: path }, target: 'a' },
      window: { lookback: 2, step: 1, delay: 1 },
      model: { type: 'recurrent', cell: 'gru', units: 2 },
      space: { learningRate: [0.1] },
      training: { epochs: 1, learningRate: '$learningRate' },
    }),
    'sweep.json',
  );
  await checkSource(info, dataset, directory);
  writeFileSync(path, 'a,b\n1,3\n');
  await assert.rejects(checkSource(info, dataset, directory), (thrown: Error & { path?: string }) => {
    assert.equal(thrown.path, path);
    assert.match(thrown.message, /series\.csv has changed since the study was started/);
    return true;
  });
  rmSync(path);
  await checkSource(info, dataset, directory);
});

test('of SQL the files that it reads are those that a study is bound to, wherever they lie in the folder', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'data', 'load.csv');
  mkdirSync(join(directory, 'data'));
  const rows = (last: number) =>
    ['load', ...Array.from({ length: 39 }, (_, row) => `${row % 7}`), last, ''].join('\n');
  writeFileSync(path, rows(1));
  writeFileSync(join(directory, 'other.csv'), 'x\n1\n');
  const { dataset } = parseSweepSpec(
    JSON.stringify({
      name: 'selected',
      dataset: { source: { sql: "select load from 'data/load.csv'" }, target: 'load' },
      window: { lookback: 2, delay: 0 },
      model: { type: 'linear' },
    }),
    join(directory, 'selected.json'),
  );
  const prepare = () => prepareDataset(dataset!, { cacheDirectory: join(directory, 'cache') });
  const { metadata } = await prepare();
  const { name: source, digest: sourceDigest } = metadata.source;
  const info = { source, sourceDigest } as DatasetInfo;
  await checkSource(info, dataset, directory);
  writeFileSync(join(directory, 'other.csv'), 'x\n2\n');
  await checkSource(info, dataset, directory);
  assert.equal((await prepare()).fromCache, true);
  writeFileSync(path, rows(10));
  await assert.rejects(checkSource(info, dataset, directory), /load\.csv has changed since/);
  const again = await prepare();
  assert.equal(again.fromCache, false);
  assert.notEqual(again.metadata.digest, metadata.digest);
  // Gone is no change: the prepared data may still be here.
  rmSync(path);
  await checkSource(info, dataset, directory);
});
