// Several stores in one table, by the command line: checked, trained, tested by store, and forecast.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace, type Workplace } from '../support/processes/cli.js';

const STORES = ['north', 'south', 'east', 'west', 'mall'];
const DAYS = 240;

/** Sales with a week, of stores of very different sizes; by day, the stores one after the other. */
function storesCsv(days: number, stores: readonly string[] = STORES): string {
  const lines = ['date,store,sales,promo'];
  for (let day = 0; day < days; day++)
    for (const [place, store] of stores.entries()) {
      const size = 50 * (place + 1) ** 2;
      const noise = ((day * 7919 + place * 104729) % 101) / 101 - 0.5;
      const promo = (day * 31 + place * 17) % 5 === 0 ? 1 : 0;
      const sales = size * (1 + 0.4 * Math.sin((2 * Math.PI * day) / 7) + 0.2 * promo + 0.1 * noise);
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      lines.push(`${date},${store},${sales.toFixed(1)},${promo}`);
    }
  return `${lines.join('\n')}\n`;
}

function writeSweep(place: Workplace, dataset: object = {}): void {
  writeFileSync(join(place.directory, 'stores.csv'), storesCsv(DAYS));
  writeFileSync(
    join(place.directory, 'stores.json'),
    JSON.stringify({
      name: 'stores',
      dataset: {
        source: { csv: 'stores.csv', time: 'date' },
        target: 'sales',
        series: 'store',
        split: { train: 0.5, validation: 0.25, test: 0.25 },
        ...dataset,
      },
      window: { lookback: 14, delay: 0 },
      model: { type: 'linear' },
      space: { rate: [0.003, 0.01] },
      training: { learningRate: '$rate', epochs: 8, batchSize: 32 },
    }),
  );
}

interface Test {
  readonly windows: number;
  readonly testMaeUnits: number;
  readonly bySeries: readonly {
    readonly series: string;
    readonly windows: number;
    readonly testMaeUnits: number;
    readonly baselineTestMaeUnits: number;
  }[];
}

test('a table of five stores to a model, a test by store and a forecast of each', async (t) => {
  const place = createWorkplace(t);
  writeSweep(place);
  const checked = await place.call('validate', 'stores.json');
  assert.equal(checked.code, 0, checked.stderr);
  assert.match(checked.stdout, /series: 5 by "store", of 240 rows each; normalised together/);
  assert.match(checked.stdout, /samples: train 530, validation 230, test 230/);

  const started = await place.call('start', 'stores.json', '-w', '1');
  assert.equal(started.code, 0, started.stderr);
  assert.match(started.stdout, /judged on the same 230 validation windows/);
  assert.match(started.stdout, /MAE by series, better than naive persistence in \d of 5: north \d/);
  const { test: tests } = await place.json<{ test: Test[] }>('leaderboard', '@last');
  const [{ bySeries, windows, testMaeUnits }] = tests as [Test];
  assert.equal(windows, 230);
  assert.deepEqual(
    bySeries.map(({ series, windows: own }) => [series, own]),
    STORES.map((store) => [store, 46]),
  );
  const mean = bySeries.reduce((sum, one) => sum + one.testMaeUnits, 0) / 5;
  assert.ok(Math.abs(mean - testMaeUnits) < 1e-9 * testMaeUnits);

  const baseline = await place.json<{ baseline: { bySeries: { maeUnits: number }[] }[] }>(
    'baseline',
    'stores.json',
  );
  assert.deepEqual(
    baseline.baseline[1]!.bySeries.map(({ maeUnits }) => maeUnits),
    bySeries.map(({ baselineTestMaeUnits }) => baselineTestMaeUnits),
  );
  const info = await place.call('data', 'info', (await datasetOf(place)).slice(0, 12));
  assert.match(info.stdout, /series {6}5 by "store", of 240 rows each/);

  // Of one store at a time, at its own days: not one store's after the other's.
  const drawn = await place.json<{
    windows: number;
    series: string;
    naiveMae: number;
    bySeries: { name: string; windows: number; naiveMae: number }[];
    points: { at: string; truth: number }[];
  }>('plot', '@last', 'forecast', '--series', 'south');
  assert.equal(drawn.series, 'south');
  assert.equal(drawn.windows, 46);
  const rows = storesCsv(DAYS)
    .split('\n')
    .filter((line) => line.includes(',south,'))
    .map((line) => line.split(','));
  for (const [at, point] of drawn.points.entries()) {
    const [date, , sales] = rows[120 + 14 + at]!;
    assert.equal(point.at.slice(0, 10), date);
    assert.ok(Math.abs(point.truth - Number(sales)) < 0.01 * Number(sales), `${point.truth} on ${date}`);
  }
  assert.deepEqual(
    drawn.bySeries.map(({ name, windows: own }) => [name, own]),
    STORES.map((store) => [store, 46]),
  );
  assert.ok(Math.abs(drawn.bySeries[1]!.naiveMae - drawn.naiveMae) < 1e-4 * drawn.naiveMae);
  const unknown = await place.run('plot', '@last', 'forecast', '--series', 'sooth');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /no series "sooth"[\s\S]*south/);

  // A new store too, as one scale is that of all.
  writeFileSync(join(place.directory, 'new.csv'), storesCsv(20, [...STORES, 'harbour']));
  const predicted = await place.json<{
    predictions: number;
    bySeries: { series: string; predictions: number; mae: number }[];
  }>('predict', '@last', '--data', 'new.csv', '-o', 'forecast.csv');
  // 7 windows of each: 6 whose target is in the file, and the day after it.
  assert.equal(predicted.predictions, 6 * 7);
  assert.deepEqual(
    predicted.bySeries.map(({ series, predictions }) => [series, predictions]),
    [...STORES, 'harbour'].map((store) => [store, 7]),
  );
  const lines = readFileSync(join(place.directory, 'forecast.csv'), 'utf8').trim().split('\n');
  assert.equal(lines[0], 'series,time,prediction,actual');
  const beyond = lines.filter((line) => line.endsWith(','));
  assert.deepEqual(
    beyond.map((line) => line.split(',').slice(0, 2)),
    [...STORES, 'harbour'].map((store) => [store, '2023-01-21 00:00:00']),
  );
  // Without its line of names it is read alike: of a date, a text and numbers the text is the store.
  writeFileSync(
    join(place.directory, 'bare.csv'),
    storesCsv(20, [...STORES, 'harbour']).replace(/^.*\n/, ''),
  );
  const bare = await place.call('predict', '@last', '--data', 'bare.csv', '-o', 'bare-forecast.csv');
  assert.equal(bare.code, 0, bare.stderr);
  assert.match(bare.stderr, /no line of .*bare\.csv names its columns.*date, store, sales, promo/);
  assert.equal(
    readFileSync(join(place.directory, 'bare-forecast.csv'), 'utf8'),
    readFileSync(join(place.directory, 'forecast.csv'), 'utf8'),
  );
  const numbered = storesCsv(20, ['7', '8']).replace(/^.*\n/, '');
  writeFileSync(join(place.directory, 'bare.csv'), numbered);
  const unclear = await place.call('predict', '@last', '--data', 'bare.csv', '-o', 'no-forecast.csv');
  assert.equal(unclear.code, 2);
  assert.match(unclear.stderr, /do not show which of them is "store"/);
  // Forecasts are of their own store's size.
  for (const line of lines.slice(1)) {
    const [store, , prediction, actual] = line.split(',');
    if (store === 'mall' && actual !== '') assert.ok(Number(prediction) > 500, line);
  }
  const exported = await place.call('export', '@last', '--best-model', 'model');
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(readFileSync(join(place.directory, 'model/README.md'), 'utf8'), /told apart by "store"/);
});

async function datasetOf(place: Workplace): Promise<string> {
  const { datasets } = await place.json<{ datasets: { digest: string }[] }>('data', 'info');
  return datasets[0]!.digest;
}

test('each store normalised by itself and told to the model: figures in its own unit, only stores that are known', async (t) => {
  const place = createWorkplace(t);
  writeSweep(place, { normalise: 'series', series: { column: 'store', embedding: 2 } });
  const checked = await place.call('validate', 'stores.json');
  assert.match(checked.stdout, /seriesEmbedding_1 │ \[14, 4\] +│ +10 │/);
  const started = await place.call('start', 'stores.json', '-w', '1');
  assert.equal(started.code, 0, started.stderr);
  assert.match(started.stdout, /test set: MAE [\d.]+ σ/);
  const { test: tests } = await place.json<{ test: Test[] }>('leaderboard', '@last');
  const [{ bySeries }] = tests as [Test];
  // North sells 50 a day, the mall 25 times as much: so are their errors.
  const [north, mall] = [bySeries[0]!, bySeries[4]!];
  assert.ok(mall.baselineTestMaeUnits > 15 * north.baselineTestMaeUnits);
  assert.ok(bySeries.every(({ testMaeUnits, baselineTestMaeUnits }) => testMaeUnits < baselineTestMaeUnits));

  const drawn = await place.json<{ points: { truth: number }[] }>(
    'plot',
    '@last',
    'forecast',
    '--series',
    'mall',
  );
  const truths = drawn.points.map(({ truth }) => truth);
  assert.ok(Math.min(...truths) > 500 && Math.max(...truths) < 2_500, 'in the unit of its sales');

  writeFileSync(join(place.directory, 'new.csv'), storesCsv(20));
  const { bySeries: errors } = await place.json<{ bySeries: { series: string; mae: number }[] }>(
    'predict',
    '@last',
    '--data',
    'new.csv',
    '-o',
    'forecast.csv',
  );
  assert.ok(errors[4]!.mae > 5 * errors[0]!.mae, JSON.stringify(errors));
  writeFileSync(join(place.directory, 'other.csv'), storesCsv(20, ['north', 'suoth']));
  const refused = await place.call('predict', '@last', '--data', 'other.csv', '-o', 'other-forecast.csv');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /other\.csv:3:store: the model was trained without the series "suoth"/);
  assert.match(refused.stderr, /did you mean "south"/);
  const exported = await place.call('export', '@last', '--best-model', 'model');
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(readFileSync(join(place.directory, 'model/README.md'), 'utf8'), /among `task\.seriesInput`/);
  const again = await place.json<{ bySeries: unknown }>(
    'predict',
    'model',
    '--data',
    'new.csv',
    '-o',
    'again.csv',
  );
  assert.deepEqual(again.bySeries, errors);
});

test('a window that does not fit the shortest store names it, and so does data import', async (t) => {
  const place = createWorkplace(t);
  writeSweep(place);
  writeFileSync(
    join(place.directory, 'stores.csv'),
    storesCsv(DAYS)
      .split('\n')
      .filter((line, at) => !line.includes('east') || at < 150)
      .join('\n'),
  );
  const refused = await place.call('validate', 'stores.json');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /the validation split of "east", the shortest series, has only 7 rows/);
  assert.match(refused.stderr, /"minRows" leaves out series of fewer rows/);
  const fits = await place.call('validate', 'stores.json', '--set', 'dataset.minRows=100');
  assert.equal(fits.code, 0, fits.stderr);
  assert.match(fits.stdout, /series: 4 by "store".*; 1 is left out/);
  const imported = await place.call('data', 'import', 'stores.csv', '--target', 'sales', '--series', 'store');
  assert.match(imported.stdout, /5 by "store", of 30 to 240 rows, the shortest is "east"/);
  const alone = await place.call('data', 'import', 'stores.csv', '--target', 'sales', '--min-rows', '9');
  assert.match(alone.stderr, /--min-rows is for several series in one table/);
});
