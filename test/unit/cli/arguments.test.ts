// What a command line may hold: options that take one value, studies and trials by their several names.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { createContext } from '../../../src/cli/context.js';
import { quickSweep } from '../../../src/cli/options/packaged-sweeps.js';
import { findStudy } from '../../../src/cli/options/study-argument.js';
import { findTrial } from '../../../src/cli/options/trial-argument.js';
import { createProgram } from '../../../src/cli/program.js';
import type { SweepError } from '../../../src/errors.js';
import { created, failed, finished, studyRecord, trialAt } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const STUDY = 'grid-7f3a';

function parse(...words: readonly string[]): Promise<unknown> {
  const program = createProgram(createContext(), { json: true, finish() {} });
  return program.parseAsync(['node', 'sweep', ...words]);
}

test('an option that takes one value refuses a second one, which would drop the first in silence', async () => {
  for (const words of [
    ['leaderboard', 'x', '--top', '1', '--top', '2'],
    ['leaderboard', 'x', '--sort', 'rank', '--sort=-rank'],
    ['export', 'x', '--best-model', 'a', '--trial', '1', '--trial', '2'],
    ['data', 'import', 'x.csv', '--target', 'a', '--train', '0.5', '--train', '0.6'],
  ])
    await assert.rejects(
      parse(...words),
      { code: 'USAGE', message: /^--\w+ takes one value/ },
      words.join(' '),
    );
});

test('options that collect values, and the same value twice, are taken', async () => {
  const home = ['--home', 'nowhere'];
  const words = ['leaderboard', 'x', ...home, ...home, '--filter', 'a=1', '--filter', 'b=2'];
  await assert.rejects(parse(...words), { code: 'STUDY_NOT_FOUND' });
});

async function openStudy(t: TestContext): Promise<Bus> {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  await bus.createStudy(studyRecord(STUDY));
  const events = [
    created(),
    finished(0, 0.3),
    finished(1, 0.2),
    failed(2, { final: true }),
    finished(3, 0.4),
  ];
  for (const event of events) await bus.append(STUDY, event);
  return bus;
}

test('a trial is named by its rank, its id or the beginning of its id', async (t) => {
  const bus = await openStudy(t);
  const named = (argument: string): Promise<string> => findTrial(bus, STUDY, argument);
  assert.deepEqual(await Promise.all(['1', '2', '3'].map(named)), [trialAt(1), trialAt(0), trialAt(3)]);
  assert.equal(await named(trialAt(2)), trialAt(2));
  assert.equal(await named(trialAt(2).slice(0, 16)), trialAt(2));
  await assert.rejects(named('0'), { code: 'TRIAL_NOT_FOUND', message: /beginning of 4 trials/ });
  await assert.rejects(named('4'), {
    code: 'TRIAL_NOT_FOUND',
    hint: `sweep leaderboard ${STUDY} lists them: give an id, the beginning of one, or a rank`,
  });
});

test('the log of a study that was recorded just now is waited for, and of one that was cut short no longer', async (t) => {
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  const recordedAgo = (ms: number) => new Date(Date.now() - ms).toISOString();
  await bus.createStudy(studyRecord(STUDY, { createdAt: recordedAgo(0) }));
  let hasBegun = false;
  const beginning = setTimeout(() => {
    hasBegun = true;
    void bus.append(STUDY, created());
  }, 200);
  t.after(() => clearTimeout(beginning));
  assert.equal((await findStudy(bus, STUDY)).study, STUDY);
  assert.ok(hasBegun);
  await bus.createStudy(studyRecord('short-0001', { createdAt: recordedAgo(4_500) }));
  await bus.createStudy(studyRecord('short-0002', { createdAt: recordedAgo(60_000) }));
  const before = performance.now();
  for (const study of ['short-0001', 'short-0002']) assert.equal((await findStudy(bus, study)).study, study);
  assert.ok(performance.now() - before < 4_000);
});

test('where there is no study it is said where was looked, and what can be started', async (t) => {
  const home = temporaryDirectory(t);
  const bus = openLocalBus(home);
  t.after(() => bus.close());
  for (const argument of ['@last', 'grid'])
    await assert.rejects(findStudy(bus, argument), ({ hint }: SweepError) => hint?.includes(home) === true);
  for (const directory of [process.cwd(), home]) {
    const file = quickSweep(directory);
    assert.ok(existsSync(resolve(directory, file)), file);
    assert.doesNotMatch(file, /^\.\./);
  }
});
