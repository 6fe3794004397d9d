// A model leaves its study: exported as a folder, loaded by TensorFlow.js, and used on new data from the study and from the
// folder, at last by a process that has nothing else.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseTimestamp } from '../../src/dataset/sources/csv/times/time-stamps.js';
import { loadExportedModel } from '../support/fixtures/exported-folder.js';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

interface Exported {
  readonly files: readonly string[];
  readonly model: {
    readonly trial: string;
    readonly timesteps: number;
    readonly features: number;
    readonly finalWeightsDigest: string;
    readonly task: {
      readonly columns: readonly { readonly mean: number; readonly std: number }[];
      readonly targetColumn: number;
      readonly window: { readonly lookback: number; readonly step: number; readonly delay: number };
    };
  };
}
interface Board {
  readonly leaderboard: readonly { readonly trial: string; readonly weightsDigest: string }[];
}
interface Predicted {
  readonly predictions: number;
  readonly compared: number;
  readonly mae: number;
  readonly unit: string;
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n');

test('a forecaster is exported, loaded by TensorFlow.js, and predicts from study and folder alike', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 2 });
  const { leaderboard } = await place.json<Board>('start', file, '--quiet');
  const [winner, second] = leaderboard;
  assert.ok(winner !== undefined && second !== undefined);
  const exported = await place.json<Exported>('export', '@last', '--best-model', 'model');
  assert.equal(exported.model.trial, winner.trial);
  assert.equal(exported.model.finalWeightsDigest, winner.weightsDigest);
  assert.deepEqual([...exported.files].sort(), ['README.md', 'model.json', 'sweep.json', 'weights.bin']);

  const fromStudy = await place.json<Predicted>('predict', '@last', '--data', 'weather.csv', '-o', 'a.csv');
  assert.equal(fromStudy.unit, 'degC');
  const fromFolder = await place.call('predict', 'model', '--data', 'weather.csv', '-o', 'b.csv');
  assert.equal(fromFolder.code, 0, fromFolder.stderr);
  assert.match(fromFolder.stderr, /weather\.csv is the file of the training: rows \[0, 1500\] of its 3000/);
  assert.match(fromFolder.stdout, /^b\.csv: 2934 forecasts of T \(degC\) from 3000 rows; MAE \d+\.\d\d °C/);
  assert.equal(
    readFileSync(join(place.directory, 'a.csv'), 'utf8'),
    readFileSync(join(place.directory, 'b.csv'), 'utf8'),
  );

  await t.test('TensorFlow.js says the same of a window as the file', async () => {
    const { timesteps, features, task } = exported.model;
    const { columns, window, targetColumn } = task;
    const rows = linesOf(join(place.directory, 'weather.csv')).slice(1);
    const lines = linesOf(join(place.directory, 'a.csv'));
    assert.equal(lines[0], 'time,prediction,actual');
    const model = await loadExportedModel(join(place.directory, 'model'));
    for (const index of [0, 1, 500, lines.length - 2]) {
      const anchor = window.lookback + index;
      const inputs = Float32Array.from({ length: timesteps * features }, (_, at) => {
        const row = anchor - window.lookback + window.step * Math.floor(at / features);
        const { mean, std } = columns[at % features]!;
        return (Number(rows[row]!.split(',')[1 + (at % features)]) - mean) / std;
      });
      const [output] = await model.predict(inputs, [1, timesteps, features]);
      const { mean, std } = columns[targetColumn]!;
      const [time = '', prediction, actual] = lines[1 + index]!.split(',');
      assert.ok(Math.abs(Number(prediction) - (output! * std + mean)) < 1e-4, `${prediction} at ${time}`);
      const target = rows[anchor + window.delay]?.split(',');
      if (target === undefined) assert.equal(actual, '');
      else {
        assert.equal(Number(actual), Number(target[1 + targetColumn]));
        assert.equal(parseTimestamp(time), parseTimestamp(target[0]!));
      }
    }
  });

  await t.test('another trial is chosen by its id', async () => {
    const prefix = second.trial.slice(0, 8);
    const other = await place.json<Exported>('export', '@last', '--trial', prefix, '--best-model', 'second');
    assert.equal(other.model.trial, second.trial);
    const unknown = await place.call('export', '@last', '--trial', 'zzz', '--best-model', 'third');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /TRIAL_NOT_FOUND/);
    assert.equal(existsSync(join(place.directory, 'third')), false);
  });

  await t.test('what is wrong changes nothing', async () => {
    const own = await place.call('export', '@last', '--best-model', 'model');
    assert.equal(own.code, 0, 'an earlier model of the same study is replaced');
    mkdirSync(join(place.directory, 'notes'));
    writeFileSync(join(place.directory, 'notes', 'mine.txt'), 'mine\n');
    const others = await place.call('export', '@last', '--best-model', 'notes');
    assert.equal(others.code, 2);
    assert.match(others.stderr, /not empty.*\n.*--force/);
    const forced = await place.call('export', '@last', '--best-model', 'notes', '--force');
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal(readFileSync(join(place.directory, 'notes', 'mine.txt'), 'utf8'), 'mine\n');
    writeFileSync(join(place.directory, 'out.csv'), 'mine\n');
    const csv = readFileSync(join(place.directory, 'weather.csv'), 'utf8');
    writeFileSync(
      join(place.directory, 'bad.csv'),
      `${csv}21.01.2009 20:10:00,1,warm,1,1,1,1,1,1,1,1,1,1,1,1\n`,
    );
    const bad = await place.call('predict', 'model', '--data', 'bad.csv', '-o', 'new.csv');
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /bad\.csv:3002:T \(degC\).*\n +correct the value$/m);
    assert.equal(existsSync(join(place.directory, 'new.csv')), false);
    writeFileSync(join(place.directory, 'other.csv'), csv.replace('T (degC)', 'T (C)'));
    const other = await place.call('predict', 'model', '--data', 'other.csv', '-o', 'new.csv');
    assert.equal(other.code, 2);
    assert.match(other.stderr, /other\.csv has no column "T \(degC\)".*\n.*the columns of its training/);
    assert.doesNotMatch(other.stderr, /dataset\./);
    const over = await place.call('predict', 'model', '--data', 'weather.csv', '-o', 'out.csv');
    assert.equal(over.code, 2);
    assert.match(over.stderr, /out\.csv exists.*\n.*nothing is overwritten/);
    assert.equal(readFileSync(join(place.directory, 'out.csv'), 'utf8'), 'mine\n');
    writeFileSync(join(place.directory, 'gap.csv'), csv.replace(/(\n[^\n]*),[^,\n]*\n$/, '$1,\n'));
    const gap = await place.call('predict', 'model', '--data', 'gap.csv', '-o', 'new.csv');
    assert.equal(gap.code, 2);
    assert.match(gap.stderr, /choose --on-missing forward-fill \(.*\) or --on-missing drop \(/);
    const filled = await place.call(
      ...['predict', 'model', '--data', 'gap.csv', '-o', 'new.csv', '--on-missing', 'forward-fill'],
    );
    assert.equal(filled.code, 0, filled.stderr);
    const onto = await place.call('predict', 'model', '--data', 'weather.csv', '-o', './weather.csv');
    assert.equal(onto.code, 2);
    assert.equal(readFileSync(join(place.directory, 'weather.csv'), 'utf8'), csv);
    assert.equal((await place.call('predict', 'model', '--data', 'none.csv', '-o', 'x.csv')).code, 2);
  });

  await t.test('a folder needs neither study nor data of the training', async () => {
    rmSync(place.home, { recursive: true });
    rmSync(place.cache, { recursive: true });
    const alone = await place.run('predict', 'model', '--data', 'weather.csv', '-o', 'c.csv');
    assert.equal(alone.code, 0, alone.stderr);
    assert.deepEqual(linesOf(join(place.directory, 'c.csv')), linesOf(join(place.directory, 'a.csv')));
  });
});

test('the baseline is exported too, and predicts what stands in the last row', async (t) => {
  const place = createWorkplace(t);
  const fields = { model: { type: 'baseline' }, window: { lookback: 72, step: 6, delay: 12 } };
  const file = writeSmallSweep(place.directory, { space: { unused: [1] }, fields });
  const started = await place.call('start', file, '--quiet', '--set', 'space={}');
  assert.equal(started.code, 0, started.stderr);
  const { model } = await place.json<Exported>('export', '@last', '--best-model', 'model');
  await place.call('predict', 'model', '--data', 'weather.csv', '-o', 'a.csv');
  const rows = linesOf(join(place.directory, 'weather.csv')).slice(1);
  const lines = linesOf(join(place.directory, 'a.csv')).slice(1);
  const column = 1 + model.task.targetColumn;
  for (const index of [0, 700, lines.length - 1])
    assert.ok(
      Math.abs(Number(lines[index]!.split(',')[1]) - Number(rows[66 + index]!.split(',')[column])) < 1e-4,
    );
  const loaded = await loadExportedModel(join(place.directory, 'model'));
  const inputs = Float32Array.from({ length: model.timesteps * model.features }, (_, at) => at);
  const [output] = await loaded.predict(inputs, [1, model.timesteps, model.features]);
  assert.equal(output, (model.timesteps - 1) * model.features + model.task.targetColumn);
});

test('a model knows the times of the file its study was started on, not those of an earlier one', async (t) => {
  const place = createWorkplace(t);
  const write = (stampOf: (day: string) => string): void => {
    const rows = Array.from({ length: 28 * 3 }, (_, row) => {
      const month = `0${1 + Math.floor(row / 28)}`;
      return `${stampOf(`${month}/${String((row % 28) + 1).padStart(2, '0')}/2023`)},${row % 11}`;
    });
    writeFileSync(join(place.directory, 'load.csv'), `timestamp,load\n${rows.join('\n')}\n`);
  };
  const file = writeSmallSweep(place.directory, {
    fields: {
      dataset: { source: './load.csv', target: 'load' },
      window: { lookback: 4, step: 1, delay: 1 },
      model: { type: 'baseline' },
      space: {},
    },
  });
  const exportTo = async (folder: string): Promise<unknown> => {
    const started = await place.call('start', file, '--quiet');
    assert.equal(started.code, 0, started.stderr);
    await place.json('export', '@last', '--best-model', folder);
    const { task } = JSON.parse(readFileSync(join(place.directory, folder, 'sweep.json'), 'utf8'));
    return task.stepSeconds;
  };
  write((day) => day);
  assert.equal(await exportTo('american'), null);
  write((day) => `2023-${day.slice(0, 5).replace('/', '-')}`);
  // Days 29 to 31 are not in the file: two of its steps are longer.
  assert.equal(await exportTo('iso'), 86_400);
  assert.equal((await place.call('predict', '@last', '--data', 'load.csv', '-o', 'forecast.csv')).code, 0);
  assert.equal(linesOf(join(place.directory, 'forecast.csv'))[0], 'time,prediction,actual');
});

test('a classifier takes its words along', async (t) => {
  const place = createWorkplace(t);
  const words = (index: number): string => (index % 2 === 0 ? 'great' : 'awful');
  const table = Array.from(
    { length: 240 },
    (_, index) => `${1 - (index % 2)}\tit was ${words(index)} w${index % 7}\n`,
  );
  writeFileSync(join(place.directory, 'train.tsv'), table.join(''));
  writeFileSync(
    join(place.directory, 'reviews.json'),
    JSON.stringify({
      name: 'reviews',
      dataset: {
        kind: 'reviews',
        source: { tsv: 'train.tsv', text: 1, label: 0, header: false },
        maxFeatures: 20,
        maxLength: 6,
      },
      model: {
        type: 'layers',
        layers: [
          { type: 'embedding', inputDim: 20, outputDim: 8 },
          { type: 'globalAveragePooling1d' },
          { type: 'dense', units: 1, activation: 'sigmoid' },
        ],
      },
      space: { learningRate: [0.05] },
      training: { learningRate: '$learningRate', batchSize: 16, epochs: 6 },
    }),
  );
  const started = await place.call('start', 'reviews.json', '--quiet');
  assert.equal(started.code, 0, started.stderr);
  const { files } = await place.json<Exported>('export', '@last', '--best-model', 'model');
  assert.ok(files.includes('vocabulary.json'));
  writeFileSync(join(place.directory, 'new.tsv'), '1\tGreat, just great!\n0\tAwful.\n0\tso awful\n');
  const predicted = await place.json<{ predictions: number; accuracy: number }>(
    'predict',
    'model',
    '--data',
    'new.tsv',
    '-o',
    'labels.csv',
  );
  assert.deepEqual([predicted.predictions, predicted.accuracy], [3, 1]);
  const lines = linesOf(join(place.directory, 'labels.csv'));
  assert.equal(lines[0], 'row,probability,label,actual');
  assert.match(lines[1]!, /^1,0\.[5-9]\d*,1,1$/);
  assert.match(lines[2]!, /^2,0\.[0-4]\d*,0,0$/);
});
