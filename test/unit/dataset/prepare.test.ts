// Preparing: which source is taken, what is written, what the cache does, how two processes get along.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { describeDataset, listDatasets } from '../../../src/dataset/describe-dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { jenaCsvPath } from '../../../src/dataset/sources/jena-series.js';
import { writeSyntheticCsv } from '../../../src/dataset/sources/synthetic/synthetic-csv.js';
import type { SweepError } from '../../../src/errors.js';
import type { DatasetSpec } from '../../../src/study/dataset-source.js';
import {
  countingCsv,
  csvSource,
  HALF_AND_QUARTERS,
  prepareText,
  rowSplit,
} from '../../support/fixtures/dataset-fixtures.js';
import { flipBit } from '../../support/flip-bit.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

test('values are normalised by mean and population deviation of the training rows alone', async (context) => {
  const directory = temporaryDirectory(context);
  const csv = 'a (degC),b\n1,10\n3,30\n5,20\n100,-7\n200,-8\n';
  const { metadata } = await prepareText(directory, csv, { split: rowSplit(3, 1, 1), target: 'a (degC)' });
  const [a, b] = metadata.columns;
  assert.equal(a?.mean, 3);
  assert.equal(a?.std, Math.sqrt(8 / 3));
  assert.equal(a?.unit, 'degC');
  assert.equal(b?.mean, 20);
  assert.equal(b?.unit, null);
  const dataset = openDataset(join(directory, 'cache'), metadata.digest);
  context.after(() => dataset.close());
  const expected = [1, 10, 3, 30, 5, 20, 100, -7, 200, -8].map((value, at) => {
    const column = metadata.columns[at % 2]!;
    return Math.fround((value - column.mean) / column.std);
  });
  assert.deepEqual([...dataset.values], expected);
});

test('the file is named by its own SHA-256 and is read-only', async (context) => {
  const { metadata, path } = await prepareText(temporaryDirectory(context), countingCsv(20, 3));
  assert.equal(createHash('sha256').update(readFileSync(path)).digest('hex'), metadata.digest);
  assert.equal(statSync(path).mode & 0o222, 0);
  assert.equal((statSync(path).size - 64) / 4, 60);
});

test('the source digest is the SHA-256 of the CSV', async (context) => {
  const csv = countingCsv(20, 3);
  const { metadata } = await prepareText(temporaryDirectory(context), csv);
  assert.deepEqual(metadata.source, {
    name: 'data.csv',
    synthetic: false,
    digest: createHash('sha256').update(csv).digest('hex'),
  });
});

test('a second preparation comes from the cache with the same notices', async (context) => {
  const directory = temporaryDirectory(context);
  const csv =
    'date,a,text\n2020-01-01 00:00,1,x\n2020-01-01 00:10,2,x\n2020-01-01 00:30,3,x\n2020-01-01 00:40,9,x\n';
  const options = { target: 'a' };
  const first = await prepareText(directory, csv, options);
  // The fixture writes the file anew: give it its old time back.
  const path = join(directory, 'data.csv');
  const spec: DatasetSpec = { sources: [csvSource(path)], target: 'a', split: HALF_AND_QUARTERS };
  const again = await prepareDataset(spec, { cacheDirectory: join(directory, 'cache') });
  assert.equal(first.fromCache, false);
  assert.equal(again.fromCache, true);
  assert.deepEqual(again.metadata, first.metadata);
  assert.deepEqual(again.notices, first.notices);
  assert.match(first.notices.join('\n'), /text/);
  assert.match(first.notices.join('\n'), /1 steps? between rows .* line 4 \(2020-01-01 00:30:00, 1200 s\)/);
});

test('a changed file is prepared anew', async (context) => {
  const directory = temporaryDirectory(context);
  const first = await prepareText(directory, countingCsv(20, 2));
  const changed = await prepareText(directory, countingCsv(21, 2));
  assert.equal(changed.fromCache, false);
  assert.notEqual(changed.metadata.digest, first.metadata.digest);
});

test('a touched file with the same content leads to the same dataset', async (context) => {
  const directory = temporaryDirectory(context);
  const first = await prepareText(directory, countingCsv(20, 2));
  utimesSync(join(directory, 'data.csv'), 1, 1);
  const spec: DatasetSpec = {
    sources: [csvSource(join(directory, 'data.csv'))],
    target: 'c0 (u)',
    split: HALF_AND_QUARTERS,
  };
  const again = await prepareDataset(spec, { cacheDirectory: join(directory, 'cache') });
  assert.equal(again.metadata.digest, first.metadata.digest);
});

test('line ends and file name do not change the digest; another split and other names do', async (context) => {
  const csv = countingCsv(24, 2);
  const digest = async (text: string, split = HALF_AND_QUARTERS, target = 'c0 (u)'): Promise<string> =>
    (await prepareText(temporaryDirectory(context), text, { split, target })).metadata.digest;
  const plain = await digest(csv);
  assert.equal(await digest(csv.replaceAll('\n', '\r\n')), plain);
  assert.notEqual(await digest(csv, rowSplit(12, 4, 8)), plain);
  assert.notEqual(await digest(csv.replace('c1 (u)', 'other')), plain);
});

test('a truncated or deleted prepared file is prepared anew', async (context) => {
  const directory = temporaryDirectory(context);
  const { path, metadata } = await prepareText(directory, countingCsv(20, 2));
  const spec: DatasetSpec = {
    sources: [csvSource(join(directory, 'data.csv'))],
    target: 'c0 (u)',
    split: HALF_AND_QUARTERS,
  };
  const cacheDirectory = join(directory, 'cache');
  chmodSync(path, 0o644);
  truncateSync(path, 100);
  const repaired = await prepareDataset(spec, { cacheDirectory });
  assert.equal(repaired.fromCache, false);
  assert.equal(repaired.metadata.digest, metadata.digest);
  rmSync(path);
  assert.equal((await prepareDataset(spec, { cacheDirectory })).metadata.digest, metadata.digest);
  assert.equal((await prepareDataset(spec, { cacheDirectory })).fromCache, true);
});

test('a prepared file of damaged contents is prepared anew, with a notice', async (context) => {
  const directory = temporaryDirectory(context);
  const { path, metadata } = await prepareText(directory, countingCsv(20, 2));
  const spec: DatasetSpec = {
    sources: [csvSource(join(directory, 'data.csv'))],
    target: 'c0 (u)',
    split: HALF_AND_QUARTERS,
  };
  const cacheDirectory = join(directory, 'cache');
  const described = path.replace(/f32$/, 'json');
  const whole = [path, described].map((file) => readFileSync(file));
  for (const [file, damage, reason] of [
    [path, () => flipBit(path, 100), /its contents have the digest/],
    [described, () => truncateSync(described, 50), /its metadata cannot be read/],
  ] as const) {
    chmodSync(file, 0o644);
    damage();
    const mended = await prepareDataset(spec, { cacheDirectory });
    assert.equal(mended.fromCache, false);
    assert.equal(mended.metadata.digest, metadata.digest);
    assert.match(mended.notices.join(), reason);
    assert.match(mended.notices.join(), /damaged.*: prepared anew from its source/);
    assert.deepEqual(
      [path, described].map((one) => readFileSync(one)),
      whole,
    );
    const again = await prepareDataset(spec, { cacheDirectory });
    assert.deepEqual([again.fromCache, /prepared anew/.test(again.notices.join())], [true, false]);
  }
});

test('nothing temporary is left behind, neither by success nor by failure', async (context) => {
  const directory = temporaryDirectory(context);
  await prepareText(directory, countingCsv(20, 2));
  await assert.rejects(prepareText(directory, `${countingCsv(20, 2)}oops,1\n`));
  await assert.rejects(prepareText(directory, countingCsv(21, 2), { target: 'nothing' }));
  await assert.rejects(prepareText(directory, countingCsv(22, 2), { split: rowSplit(20, 20, 20) }));
  const left = readdirSync(join(directory, 'cache'), { recursive: true, encoding: 'utf8' });
  assert.deepEqual(
    left.filter((name) => name.includes('tmp')),
    [],
  );
});

test('a constant column becomes zeros with deviation 1 and a notice', async (context) => {
  const directory = temporaryDirectory(context);
  const rows = Array.from({ length: 12 }, (_, row) => `${row},0.1`).join('\n');
  const { metadata, notices } = await prepareText(directory, `a,b\n${rows}\n`, { target: 'a' });
  assert.equal(metadata.columns[1]?.std, 1);
  assert.match(notices.join('\n'), /constant over the training rows.*: b$/m);
  const dataset = openDataset(join(directory, 'cache'), metadata.digest);
  context.after(() => dataset.close());
  assert.ok(Math.abs(dataset.values[1]!) < 1e-9);
});

for (const [what, inTraining, later] of [
  ['constant', ['5', '5', '5'], '1e300'],
  ['all but constant', ['1e9', '1000000000.0000001', '999999999.9999999'], '2000000000'],
  ['a constant sum of decimals', ['0.3', '0.30000000000000004', '0.3'], '7'],
] as const)
  test(`a column that is ${what} in training is held there, whatever it does later`, async (context) => {
    const directory = temporaryDirectory(context);
    const rows = Array.from(
      { length: 24 },
      (_, row) => `${row % 5},${row < 12 ? inTraining[row % 3] : later}`,
    );
    const { metadata, notices } = await prepareText(directory, `a,k\n${rows.join('\n')}\n`, { target: 'a' });
    assert.deepEqual([metadata.columns[0]?.held, metadata.columns[1]?.held], [undefined, true]);
    assert.match(notices.join('\n'), /constant over the training rows.* held at that value: k$/m);
    const dataset = openDataset(join(directory, 'cache'), metadata.digest);
    context.after(() => dataset.close());
    for (let row = 0; row < 24; row++) assert.equal(dataset.values[2 * row + 1], 0);
  });

test('a small variation of a large value is no constant', async (context) => {
  const rows = Array.from({ length: 24 }, (_, row) => `${1.7e9 + Math.sin(row)},${1e12 + (row % 4)}`);
  const { metadata } = await prepareText(temporaryDirectory(context), `a,b\n${rows.join('\n')}\n`, {
    target: 'a',
  });
  assert.deepEqual(
    metadata.columns.map(({ held }) => held),
    [undefined, undefined],
  );
});

test('a target that is constant in training is refused in words, from the cache too', async (context) => {
  const directory = temporaryDirectory(context);
  const rows = Array.from({ length: 24 }, (_, row) => `${row < 12 ? 3 : row},${row}`);
  const text = `a,b\n${rows.join('\n')}\n`;
  for (const before of ['', 'b']) {
    if (before !== '') await prepareText(directory, text, { target: before });
    await assert.rejects(
      prepareText(directory, text, { target: 'a' }),
      (error: SweepError) =>
        error.code === 'SPEC_INVALID' &&
        error.path === 'dataset.target' &&
        /target "a" is 3 in all training rows/.test(error.message),
    );
  }
});

for (const exponent of [200, 307, -200, -300])
  test(`the deviation of values about 1e${exponent} is what it is, though their squares are no numbers`, async (context) => {
    const plain = Array.from({ length: 24 }, (_, row) => 2 + Math.sin(row));
    const rows = plain.map((value, row) => `${row},${value}e${exponent}`);
    const { metadata } = await prepareText(temporaryDirectory(context), `a,k\n${rows.join('\n')}\n`, {
      target: 'a',
    });
    const { mean = 0, std = 0, held } = metadata.columns[1] ?? {};
    const training = plain.slice(0, 12);
    const expectedMean = training.reduce((sum, value) => sum + value, 0) / 12;
    const expectedStd = Math.sqrt(training.reduce((sum, value) => sum + (value - expectedMean) ** 2, 0) / 12);
    const unit = Number(`1e${exponent}`);
    assert.equal(held, undefined);
    assert.ok(Math.abs(mean / unit - expectedMean) < 1e-12 && Math.abs(std / unit - expectedStd) < 1e-12);
  });

test('a value that overflows float32 once normalised is refused', async (context) => {
  const rows = ['1', '2', '3', '4', '5', '1e300', '1', '1'].map((value) => `${value}\n`).join('');
  await assert.rejects(
    prepareText(temporaryDirectory(context), `a\n${rows}`, { target: 'a' }),
    (error: SweepError) => error.code === 'CSV_VALUE' && /data\.csv:7:a: 1e\+300/.test(error.message),
  );
});

test('a target that is no column is refused, from the cache too', async (context) => {
  const directory = temporaryDirectory(context);
  await prepareText(directory, countingCsv(20, 2));
  const spec: DatasetSpec = {
    sources: [csvSource(join(directory, 'data.csv'))],
    target: 'c9',
    split: HALF_AND_QUARTERS,
  };
  await assert.rejects(
    prepareDataset(spec, { cacheDirectory: join(directory, 'cache') }),
    (error: SweepError) =>
      error.code === 'SPEC_INVALID' && error.path === 'dataset.target' && /"c0 \(u\)"/.test(error.hint ?? ''),
  );
});

test('the first source that is here is used, with a notice about those before it', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'here.csv');
  writeFileSync(path, countingCsv(20, 2));
  const { notices, metadata } = await prepareDataset(
    {
      sources: [{ type: 'named', name: 'jena' }, csvSource(join(directory, 'gone.csv')), csvSource(path)],
      target: 'c0 (u)',
      split: HALF_AND_QUARTERS,
    },
    { cacheDirectory: join(directory, 'cache') },
  );
  assert.equal(metadata.source.name, 'here.csv');
  assert.match(String(notices[0]), /real Jena series is not here: run "sweep data fetch jena"/);
  assert.match(String(notices[1]), /no file .*gone\.csv/);
});

test('no source at all is DATASET_NOT_FOUND with every reason', async (context) => {
  const directory = temporaryDirectory(context);
  await assert.rejects(
    prepareDataset(
      {
        sources: [{ type: 'named', name: 'jena' }, csvSource(join(directory, 'gone.csv'))],
        target: 'a',
        split: HALF_AND_QUARTERS,
      },
      { cacheDirectory: join(directory, 'cache') },
    ),
    (error: SweepError) =>
      error.code === 'DATASET_NOT_FOUND' && /data fetch jena.*gone\.csv/.test(error.message),
  );
});

test('a damaged first source is an error, never passed over', async (context) => {
  const directory = temporaryDirectory(context);
  const bad = join(directory, 'bad.csv');
  const good = join(directory, 'good.csv');
  writeFileSync(bad, 'a,b\n1,2\n3,x\n');
  writeFileSync(good, countingCsv(20, 2));
  await assert.rejects(
    prepareDataset(
      { sources: [csvSource(bad), csvSource(good)], target: 'a', split: HALF_AND_QUARTERS },
      { cacheDirectory: join(directory, 'cache') },
    ),
    (error: SweepError) => error.path?.startsWith(bad) === true,
  );
});

test('the fetched series in the cache is taken for "jena", its marks filled', async (context) => {
  const cacheDirectory = join(temporaryDirectory(context), 'cache');
  const path = jenaCsvPath(cacheDirectory);
  mkdirSync(dirname(path), { recursive: true });
  writeSyntheticCsv(path, { rows: 400, seed: 1 });
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[100] = lines[100]!.replace(/[^,]+,[^,]+,[^,]+$/, '-9999.0,-9999.0,10');
  writeFileSync(path, lines.join('\n'));
  const { metadata, notices } = await prepareDataset(
    { sources: [{ type: 'named', name: 'jena' }], target: 'T (degC)', split: HALF_AND_QUARTERS },
    { cacheDirectory },
  );
  assert.equal(metadata.source.name, 'jena (unverified)', 'its digest is not that of the known copy');
  assert.equal(metadata.source.synthetic, false);
  assert.equal(metadata.missing.values, 2);
  assert.match(notices.join(), /2 missing values were filled/);
  assert.match(notices.join(), /is not the known file.*"sweep data fetch jena" replaces it/);
});

test('progress counts up to the size of the file, then to the number of rows', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'data.csv');
  writeFileSync(path, countingCsv(50_000, 2));
  const last = new Map<string, { done: number; total: number | null }>();
  await prepareDataset(
    { sources: [csvSource(path)], target: 'c0 (u)', split: HALF_AND_QUARTERS },
    {
      cacheDirectory: join(directory, 'cache'),
      onProgress: ({ phase, done, total }) => {
        assert.ok(done >= (last.get(phase)?.done ?? 0));
        last.set(phase, { done, total });
      },
    },
  );
  const size = statSync(path).size;
  assert.deepEqual(last.get('read'), { done: size, total: size });
  assert.deepEqual(last.get('write'), { done: 50_000, total: 50_000 });
});

test('two processes that prepare the same file at once get the same dataset', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'data.csv');
  writeFileSync(path, countingCsv(30_000, 4));
  const script = `
    const { prepareDataset } = await import(${JSON.stringify(new URL('../../../src/dataset/prepare.js', import.meta.url).href)});
    const prepared = await prepareDataset(${JSON.stringify({ sources: [csvSource(path)], target: 'c0 (u)', split: HALF_AND_QUARTERS })},
      { cacheDirectory: ${JSON.stringify(join(directory, 'cache'))} });
    process.stdout.write(prepared.metadata.digest);`;
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const digests = (await Promise.all([run(), run(), run()])).map(({ stdout }) => stdout);
  assert.equal(new Set(digests).size, 1);
  const dataset = openDataset(join(directory, 'cache'), digests[0]!);
  assert.equal(dataset.values.length, 120_000);
  dataset.close();
});

/** Rows whose values are the same whatever their times say. */
function datedCsv(stampOf: (row: number) => string): string {
  const rows = Array.from({ length: 24 }, (_, row) => `${stampOf(row)},${row % 7}`);
  return `date,a\n${rows.join('\n')}\n`;
}
const hourly = datedCsv((row) => `2023-01-01 ${String(row).padStart(2, '0')}:00`);
const daily = datedCsv((row) => `2000-01-${String(row + 1).padStart(2, '0')}`);

test('equal values of files with other times are one dataset, each with the times of its own file', async (context) => {
  const directory = temporaryDirectory(context);
  const cacheDirectory = join(directory, 'cache');
  const prepareFile = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    utimesSync(path, 1, 1);
    return prepareDataset(
      { sources: [csvSource(path)], target: 'a', split: HALF_AND_QUARTERS },
      { cacheDirectory },
    );
  };
  const first = await prepareFile('load.csv', hourly);
  const second = await prepareFile('date.csv', daily);
  assert.equal(second.metadata.digest, first.metadata.digest);
  for (const { metadata } of [second, await prepareFile('date.csv', daily)]) {
    assert.equal(metadata.source.name, 'date.csv');
    assert.equal(metadata.time?.first, '2000-01-01 00:00:00');
    assert.equal(metadata.time?.stepSeconds, 86_400);
  }
  assert.equal((await prepareFile('load.csv', hourly)).metadata.time?.stepSeconds, 3600);

  // Asked by digest, the source prepared last is meant; what was imported describes itself.
  const described = await describeDataset(cacheDirectory, first.metadata.digest);
  assert.equal(described.metadata.time?.stepSeconds, 86_400);
  assert.deepEqual(described.alsoFrom, ['load.csv']);
  const imported = await describeDataset(cacheDirectory, first.metadata.digest, null, first.metadata);
  assert.equal(imported.metadata.time?.stepSeconds, 3600);
  assert.deepEqual(imported.alsoFrom, ['date.csv']);
  assert.deepEqual(
    listDatasets(cacheDirectory).map(({ metadata, alsoFrom }) => [metadata?.source.name, alsoFrom]),
    [['date.csv', ['load.csv']]],
  );
});

test('times that were corrected in the file itself are read', async (context) => {
  const directory = temporaryDirectory(context);
  const american = datedCsv((row) => `01/${String(row + 1).padStart(2, '0')}/2000`);
  const before = await prepareText(directory, american, { target: 'a' });
  const after = await prepareText(directory, daily, { target: 'a' });
  assert.equal(before.metadata.time, null);
  assert.equal(after.metadata.digest, before.metadata.digest);
  assert.equal(after.metadata.time?.stepSeconds, 86_400);
});

test('a source that is no file, or below one, is DATASET_NOT_FOUND and prepares nothing', async (context) => {
  const directory = temporaryDirectory(context);
  const file = join(directory, 'data.csv');
  writeFileSync(file, countingCsv(20, 2));
  const empty = join(directory, 'empty');
  mkdirSync(empty);
  for (const [path, reason] of [
    [empty, /(?:is not a file|holds no table)$/],
    [join(file, 'below'), /^there is no file /],
  ] as const) {
    const series: DatasetSpec = { sources: [csvSource(path)], target: 'c0 (u)', split: HALF_AND_QUARTERS };
    const reviews: DatasetSpec = {
      kind: 'reviews',
      sources: [{ type: 'npz', path }],
      validationSplit: 0.2,
      testSplit: 0.2,
    };
    for (const spec of [series, reviews]) {
      await assert.rejects(
        prepareDataset(spec, { cacheDirectory: join(directory, 'cache') }),
        (error: SweepError) => error.code === 'DATASET_NOT_FOUND' && reason.test(error.message),
      );
    }
  }
  assert.deepEqual(readdirSync(join(directory, 'cache')), []);
});

test('an interrupt while a source is read ends with INTERRUPTED and leaves nothing', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'data.csv');
  // More than one block of the reader.
  writeFileSync(path, countingCsv(60_000, 2));
  const cacheDirectory = join(directory, 'cache');
  const stop = new AbortController();
  const interrupted = prepareDataset(
    { sources: [csvSource(path)], target: 'c0 (u)', split: HALF_AND_QUARTERS },
    { cacheDirectory, signal: stop.signal, onProgress: () => stop.abort() },
  );
  await assert.rejects(interrupted, { code: 'INTERRUPTED' });
  assert.deepEqual(readdirSync(cacheDirectory), []);
});

test('the rows between reading and writing have no name that a killed process could leave', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'data.csv');
  writeFileSync(path, countingCsv(60_000, 2));
  const cacheDirectory = join(directory, 'cache');
  const seen: string[] = [];
  await prepareDataset(
    { sources: [csvSource(path)], target: 'c0 (u)', split: HALF_AND_QUARTERS },
    {
      cacheDirectory,
      onProgress: ({ phase }) => {
        if (phase === 'read') seen.push(...readdirSync(cacheDirectory));
      },
    },
  );
  assert.deepEqual(seen, []);
});
