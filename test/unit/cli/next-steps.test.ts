// What commands say of the next step: after a study's end, of one that is unfinished, after it was cancelled.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { type CliContext, createContext } from '../../../src/cli/context.js';
import { controlStudy } from '../../../src/cli/control/run.js';
import { printEnd } from '../../../src/cli/start/run.js';
import { findEarlier, noteEarlier } from '../../../src/cli/start/unfinished-study.js';
import { silentLogger } from '../../../src/log.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, logged, studyRecord } from '../../support/fixtures/study-events.js';
import { exampleView } from '../../support/fixtures/study-views.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STUDY = 'grid-7f3a';
const SPEC = parseSweepSpec(
  JSON.stringify({ name: 'grid', objective: { type: 'function', name: 'noop' }, space: { x: [1, 2] } }),
  'grid.json',
);

/** A context over a home of its own, and what it was told to print on standard error. */
function listen(t: TestContext): { readonly context: CliContext; said(): string } {
  const home = temporaryDirectory(t);
  let text = '';
  const quiet = { write: () => true } as unknown as NodeJS.WriteStream;
  const stderr = {
    write(chunk: string) {
      text += chunk;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  return { context: { ...createContext(), home: () => home, stdout: quiet, stderr }, said: () => text };
}

test('a study that ended is followed by what it is good for, unless the result alone is wanted', (t) => {
  const { context, said } = listen(t);
  assert.equal(printEnd(context, exampleView(), { json: true }), 0);
  assert.equal(printEnd(context, exampleView(), { quiet: true }), 0);
  assert.equal(said(), '');
  printEnd(context, exampleView(), { home: 'there' });
  for (const verb of ['leaderboard', 'export', 'report'])
    assert.match(said(), new RegExp(`^  sweep ${verb} ${STUDY} --home there .* {2}\\S`, 'm'));
});

test('the next steps of a function study name no model', (t) => {
  const { context, said } = listen(t);
  const events = logged([
    created({ dataset: null }),
    { type: 'study.state', state: 'complete', durationMs: 1 },
  ]);
  printEnd(context, foldEvents(events), {});
  assert.match(said(), /^next:\n {2}sweep leaderboard \S+ --csv .*\n$/);
});

test('a sweep that is started again is told of the study that it could go on with', async (t) => {
  const { context, said } = listen(t);
  const bus = openLocalBus(context.home(undefined));
  t.after(() => bus.close());
  const look = () => findEarlier(bus, SPEC, false, silentLogger);
  assert.equal(await look(), null);
  noteEarlier(context, null, {});
  assert.equal(said(), '');
  noteEarlier(context, null, { continue: true });
  assert.match(said(), /no study of this sweep is unfinished/);

  await bus.createStudy({ ...studyRecord(STUDY), spec: SPEC });
  await bus.append(STUDY, created());
  const lease = await bus.acquireLease(STUDY, 'c1');
  await lease.append({ type: 'study.state', state: 'running', durationMs: 0 });
  noteEarlier(context, await look(), {});
  assert.match(said(), /note: grid-7f3a of this sweep is running already; .*sweep status grid-7f3a\n$/);
  await lease.release();
  noteEarlier(context, await look(), {});
  assert.match(said(), /grid-7f3a of this sweep is unfinished; .*sweep resume grid-7f3a, or --continue\n$/);

  await bus.append(STUDY, { type: 'study.state', state: 'complete', durationMs: 0 });
  assert.equal(await look(), null);
});

test('cancel says what opens the study again', async (t) => {
  const { context, said } = listen(t);
  const bus = openLocalBus(context.home(undefined));
  await bus.createStudy(studyRecord(STUDY));
  await bus.append(STUDY, created());
  await bus.close();
  assert.equal(await controlStudy(context, STUDY, 'cancel', {}), 0);
  assert.match(said(), /is cancelled\nopen it again with: sweep resume grid-7f3a\n$/);
});
