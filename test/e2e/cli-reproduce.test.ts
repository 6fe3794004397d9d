// `sweep reproduce` and `sweep report` on a small CSV: from the sweep file of the package to the three files.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeSyntheticCsv } from '../../src/dataset/sources/synthetic/synthetic-csv.js';
import type { StudyReport } from '../../src/report/study-report.js';
import { createWorkplace, waitForLog } from '../support/processes/cli.js';

const VARIANTS = [
  'naive',
  'dense',
  'gru',
  'gru-dropout',
  'stacked',
  'reversed',
  'bidirectional',
  'lstm',
  'conv1d',
  'conv-gru',
  'conv-gru-head',
];
const TINY = [
  '--set',
  'dataset.split={"train":0.5,"validation":0.25,"test":0.25}',
  '--set',
  'window={"lookback":144,"step":2,"delay":12}',
  '--set',
  'training.stepsPerEpoch=2',
  '--set',
  'training.epochs=2',
  '--set',
  'training.validationStride=10',
];
const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

test('the chapter’s experiments end in a table beside the published figures, curves and plots', async (t) => {
  const place = createWorkplace(t);
  writeSyntheticCsv(join(place.directory, 'weather.csv'), { rows: 3200, seed: 3 });
  const command = ['reproduce', 'chapter6-jena', '--data', 'weather.csv', ...TINY];
  const run = await place.call(...command);
  assert.equal(run.code, 0, run.stderr);
  const folder = join(place.directory, 'reproduce-chapter6-jena');
  const report = JSON.parse(read(folder, 'report.json')) as StudyReport;

  await t.test('the documents tell of all experiments, in order, with every epoch', () => {
    assert.deepEqual(
      report.experiments.map(({ name }) => name),
      VARIANTS,
    );
    for (const { curve, epochs, name } of report.experiments)
      assert.deepEqual(
        curve?.map(({ epoch }) => epoch),
        Array.from({ length: epochs }, (_, at) => at + 1),
        name,
      );
    assert.match(report.departures.join('\n'), /the data are weather\.csv[\s\S]*--set training\.epochs=2/);
    assert.ok(report.test !== null);
  });

  await t.test(
    'standard output is the Markdown, the page loads nothing and draws each trained experiment',
    () => {
      assert.equal(run.stdout, read(folder, 'report.md'));
      assert.match(run.stdout, /^\| gru \| 0\.265 \| 2\.35 \|/m);
      const page = read(folder, 'report.html');
      assert.equal(page.match(/<svg /g)?.length, VARIANTS.length - 1 + 2);
      assert.doesNotMatch(page, /<script|<link|<img|src=|url\(|NaN|Infinity|undefined/);
      assert.match(page, /the first 20 days/);
    },
  );

  await t.test(
    'repeated, it trains nothing and draws the same curves from the log of the first study',
    async () => {
      const again = await place.json<StudyReport>(...command, '-o', 'again');
      assert.notEqual(again.study, report.study);
      assert.deepEqual(again.experiments, report.experiments);
      const status = await place.json<{ trials: { cached: number } }>('status', '@last');
      assert.equal(status.trials.cached, VARIANTS.length);
    },
  );

  await t.test('any study can be reported, best first, without figures of a chapter', async () => {
    const own = await place.json<StudyReport>('report', report.study, '-o', 'own');
    assert.equal(own.isOfChapter, false);
    assert.deepEqual(
      own.experiments.map(({ objective }) => objective),
      report.experiments.map(({ objective }) => objective).sort((left, right) => left - right),
    );
    assert.ok(existsSync(join(place.directory, 'own', 'report.html')));
  });
});

test('an interrupted reproduction says how to go on, and goes on when it is repeated', async (t) => {
  const place = createWorkplace(t);
  writeSyntheticCsv(join(place.directory, 'weather.csv'), { rows: 3200, seed: 3 });
  const command = ['reproduce', 'chapter6-jena', '--data', 'weather.csv', '--workers', '1', ...TINY];
  const running = place.start(...command, '--set', 'training.stepsPerEpoch=40');
  await waitForLog(running, () => running.stderr(), /\[2\/11\]/);
  running.process.kill('SIGINT');
  const stopped = await running.finished;
  assert.equal(stopped.code, 3, stopped.stderr);
  assert.match(stopped.stderr, /go on with: sweep resume .*\nor repeat this command/);
  const resumed = await place.json<StudyReport>(...command, '--set', 'training.stepsPerEpoch=40');
  assert.equal(resumed.experiments.length, VARIANTS.length);
  const { studies } = await place.json<{ studies: unknown[] }>('list');
  assert.equal(studies.length, 1);
});

test('what is wrong is said before anything is trained', async (t) => {
  const place = createWorkplace(t);
  writeSyntheticCsv(join(place.directory, 'weather.csv'), { rows: 3200, seed: 3 });
  const unknown = await place.call('reproduce', 'chapter7');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /chapter6-jena, chapter6-jena-hourly, chapter6-imdb/);
  const short = await place.call('reproduce', 'chapter6-jena', '--data', 'weather.csv');
  assert.equal(short.code, 2);
  assert.match(short.stderr, /sweep reproduce chapter6-jena-hourly --data weather\.csv/);
  const missing = await place.call('reproduce', 'chapter6-jena-hourly');
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /sweep reproduce chapter6-jena-hourly --data FILE/);
  writeFileSync(join(place.directory, 'taken'), '');
  const taken = await place.call(
    'reproduce',
    'chapter6-jena',
    '--data',
    'weather.csv',
    ...TINY,
    '-o',
    'taken',
  );
  assert.equal(taken.code, 2);
  assert.match(taken.stderr, /cannot make the folder/);
  mkdirSync(join(place.directory, 'others'));
  writeFileSync(join(place.directory, 'others', 'report.json'), '{"study": "chapter6-jena-0001"}');
  const others = await place.call(
    'reproduce',
    'chapter6-jena',
    '--data',
    'weather.csv',
    ...TINY,
    '-o',
    'others',
  );
  assert.equal(others.code, 2);
  assert.match(others.stderr, /holds the report of study chapter6-jena-0001.*\n.*--force/);
  const { studies } = await place.json<{ studies: unknown[] }>('list');
  assert.deepEqual(studies, [], 'no study is made of a refused command');
});
