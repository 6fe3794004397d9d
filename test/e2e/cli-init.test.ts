// `sweep init`: from a table that nobody described to a model, and never over a file that is there.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from '../support/deploy/deploy-files.js';
import { createWorkplace } from '../support/processes/cli.js';

interface InitDocument {
  readonly file: string;
  readonly notes: string;
  readonly kind: string;
  readonly sweep: { readonly dataset: Readonly<Record<string, unknown>>; readonly window?: object };
  readonly commands: readonly string[];
}

test('the example of the README: a sweep file that validates and trains, with its reasons beside it', async (t) => {
  const place = createWorkplace(t);
  copyFileSync(join(REPOSITORY, 'sweeps/data/load.csv'), join(place.directory, 'load.csv'));
  const made = await place.call('init', 'load.csv');
  assert.equal(made.code, 0, made.stderr);
  // What the README shows.
  const shown = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
  for (const line of made.stdout.split('\n').slice(0, 8)) assert.ok(shown.includes(line), line);
  const notes = readFileSync(join(place.directory, 'load.md'), 'utf8');
  assert.match(notes, /168 rows \(1 week\)/);
  const sweep = JSON.parse(readFileSync(join(place.directory, 'load.json'), 'utf8'));
  assert.deepEqual(sweep.window, { lookback: 168, step: 1, delay: 23 });
  const checked = await place.call('validate', 'load.json');
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /load\.json is right: 20 trials/);
  assert.match(checked.stdout, /target: load \(MW\) 24 hours after the last row read/);
  const quick = ['--max-trials', '1', '--set', 'training.epochs=1', '--set', 'training.stepsPerEpoch=2'];
  const started = await place.call('start', 'load.json', '-w', '1', ...quick);
  assert.equal(started.code, 0, started.stderr);
  assert.match(started.stdout, /test set: MAE/);

  const again = await place.call('init', 'load.csv');
  assert.equal(again.code, 2);
  assert.match(again.stderr, /load\.json is there already/);
  assert.equal((await place.call('init', 'load.csv', '--force')).code, 0);
});

test('a file elsewhere, another target, and a place for the sweep file', async (t) => {
  const place = createWorkplace(t);
  writeFileSync(
    join(place.directory, "my 'load'.csv"),
    `time;a;b\n${Array.from({ length: 200 }, (_, row) => `${new Date(1.7e12 + row * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')};${row % 24},5;${row % 7}\n`).join('')}`,
  );
  const { file, sweep, commands, kind } = await place.json<InitDocument>(
    'init',
    "my 'load'.csv",
    '--target',
    'a',
    '-o',
    'deep/er/first.json',
  );
  assert.equal(kind, 'series');
  assert.deepEqual(sweep.dataset.target, { column: 'a', as: '$as' });
  assert.deepEqual(sweep.dataset.source, { csv: "../../my 'load'.csv", time: 'time' });
  assert.ok(existsSync(file) && existsSync(join(place.directory, 'deep/er/first.md')));
  assert.equal(commands[0], 'sweep validate deep/er/first.json');
  assert.equal(commands[2], "sweep predict @last --data 'my '\\''load'\\''.csv' -o forecast.csv");
  assert.equal((await place.call('validate', 'deep/er/first.json')).code, 0);
});

test('a table of stores and one of texts become what they are', async (t) => {
  const place = createWorkplace(t);
  const stores = ['date,store,sales'];
  for (let day = 0; day < 80; day++)
    for (const store of ['a', 'b', 'c'])
      stores.push(
        `${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)},${store},${100 + 20 * Math.sin((2 * Math.PI * day) / 7) + (day % 3)}`,
      );
  writeFileSync(join(place.directory, 'stores.csv'), `${stores.join('\n')}\n`);
  const series = await place.json<InitDocument>('init', 'stores.csv');
  assert.equal(series.sweep.dataset.series, 'store');
  const checked = await place.call('validate', 'stores.json');
  assert.match(checked.stdout, /series: 3 by "store"/);

  const words = ['great', 'awful', 'fine', 'boring', 'moving', 'long'];
  const texts = Array.from(
    { length: 60 },
    (_, row) => `${row % 2 === 0 ? 'pos' : 'neg'},"a ${words[row % 6]} film, number ${row}"`,
  );
  writeFileSync(join(place.directory, 'films.csv'), `label,text\n${texts.join('\n')}\n`);
  const films = await place.json<InitDocument>('init', 'films.csv');
  assert.equal(films.kind, 'reviews');
  const started = await place.call(
    'start',
    'films.json',
    '-w',
    '1',
    '--max-trials',
    '1',
    '--set',
    'training.epochs=1',
  );
  assert.equal(started.code, 0, started.stderr);
  assert.match(started.stdout, /test set: accuracy/);
});

test('what it cannot read or learn from is refused, and nothing is written', async (t) => {
  const place = createWorkplace(t);
  writeFileSync(join(place.directory, 'short.csv'), 'a,b\n1,2\n3,4\n');
  for (const [args, message] of [
    [['nowhere.csv'], /there is no file nowhere\.csv/],
    [['short.csv'], /2 rows: too few to learn from/],
    [['short.csv', '--target', 'c'], /has no column "c"/],
  ] as const) {
    const refused = await place.call('init', ...args);
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, message);
  }
  assert.ok(
    !existsSync(join(place.directory, 'short.json')) && !existsSync(join(place.directory, 'short.md')),
  );
});
