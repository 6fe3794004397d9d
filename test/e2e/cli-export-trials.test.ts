// All trials of a study for other programs: an Optuna journal, which Optuna itself reads where a Python with it is found, and
// tables; a model as ONNX and Keras files beside them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';
import { startTrackingServer } from '../support/processes/tracking-server.js';

interface Journaled {
  readonly op_code: number;
  readonly state?: number;
  readonly values?: readonly number[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly distributions?: Readonly<Record<string, string>>;
  readonly intermediate_values?: Readonly<Record<string, number>>;
}

const python = process.env.SWEEP_PEERS_PYTHON;
const has = (name: string): boolean =>
  python !== undefined && spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0;
const [hasOptuna, hasTensorBoard] = [has('optuna'), has('tensorboard')];

test('a study is exported for other programs', async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, {
    epochs: 2,
    space: {
      cell: ['gru', 'lstm'],
      units: [4],
      rate: { type: 'float', low: 0.001, high: 0.01, log: true, levels: 2 },
    },
    fields: {
      repeats: 2,
      training: { learningRate: '$rate', batchSize: 32, stepsPerEpoch: 5, epochs: 2, validationStride: 16 },
    },
  });
  const run = await place.run('start', file, '--workers', '2', '--quiet');
  assert.equal(run.code, 0, run.stderr);
  const journal = join(place.directory, 'journal.log');

  await t.test('as an Optuna journal: the study, and each trial whole', async () => {
    const written = await place.run('export', '@last', '--format', 'optuna-journal', '-o', 'journal.log');
    assert.equal(written.code, 0, written.stderr);
    const records = readFileSync(journal, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Journaled);
    assert.equal(records[0]?.op_code, 0);
    const trials = records.filter(({ op_code }) => op_code === 4);
    assert.equal(trials.length, 8);
    for (const { state, values, params, distributions, intermediate_values } of trials) {
      assert.equal(state, 1);
      const reported = Object.values(intermediate_values ?? {});
      assert.equal(reported.length, 2);
      assert.equal(values?.[0], Math.min(...reported));
      assert.ok([0, 1].includes(params?.cell as number), 'a choice is told by its place');
      assert.match(distributions?.rate ?? '', /FloatDistribution.*"log":true/);
    }
  });

  await t.test('which Optuna reads', { skip: hasOptuna ? false : 'no Python with optuna' }, () => {
    const script = `
import json, optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
storage = JournalStorage(JournalFileBackend(${JSON.stringify(journal)}))
study = optuna.load_study(study_name=None, storage=storage)
print(json.dumps({'trials': len(study.trials), 'best': study.best_value, 'cell': study.best_params['cell'],
                  'importance': len(optuna.importance.get_param_importances(study, params=['cell', 'rate']))}))
`;
    writeFileSync(join(place.directory, 'read.py'), script);
    const read = JSON.parse(
      execFileSync(python!, [join(place.directory, 'read.py')], { encoding: 'utf8' }),
    ) as Record<string, unknown>;
    assert.equal(read.trials, 8);
    assert.equal(read.importance, 2);
    assert.ok(['gru', 'lstm'].includes(String(read.cell)));
  });

  await t.test('as tables, one row a trial', async () => {
    const csv = await place.run('export', '@last', '--format', 'csv');
    const lines = csv.stdout.trim().split('\r\n');
    assert.equal(lines.length, 9);
    assert.match(lines[0]!, /^index,trial,state,seed,.*params\.cell,params\.rate,params\.units,objective,/);
    const json = await place.run('export', '@last', '--format', 'json');
    const trials = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { reports: unknown[] });
    assert.deepEqual(
      trials.map(({ reports }) => reports.length),
      Array(8).fill(2),
    );
    const markdown = await place.run('export', '@last', '--format', 'markdown');
    assert.equal(markdown.stdout.trim().split('\n').length, 10);
  });

  await t.test('as Parquet, with the types of its columns', async () => {
    const written = await place.run('export', '@last', '--format', 'parquet', '-o', 'trials.parquet');
    assert.equal(written.code, 0, written.stderr);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const table = `read_parquet('${join(place.directory, 'trials.parquet')}')`;
    const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS();
    assert.deepEqual(await read(`select count(*), count(distinct trial), min(index) from ${table}`), [
      [8n, 8n, 0n],
    ]);
    const types = new Map(
      (await read(`describe select * from ${table}`)).map(([name, type]) => [name, type]),
    );
    assert.deepEqual(
      ['params.cell', 'params.units', 'params.rate', 'objective', 'cached'].map((name) => types.get(name)),
      ['VARCHAR', 'BIGINT', 'DOUBLE', 'DOUBLE', 'BOOLEAN'],
    );
    const csv = (await place.run('export', '@last', '--format', 'csv')).stdout.split('\r\n')[1]!.split(',');
    const [first] = await read(`select trial, seed, worker from ${table} order by index limit 1`);
    assert.deepEqual(first?.map(String), [csv[1], csv[3], csv[4]]);
    connection.closeSync();
    instance.closeSync();
    const nowhere = await place.run('export', '@last', '--format', 'parquet');
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /needs a place to go to.*-o trials\.parquet/s);
  });

  await t.test('as event files of TensorBoard, one folder a trial', async () => {
    const written = await place.run('export', '@last', '--format', 'tensorboard', '-o', 'runs');
    assert.equal(written.code, 0, written.stderr);
    const folders = readdirSync(join(place.directory, 'runs'), { withFileTypes: true });
    assert.equal(folders.filter((one) => one.isDirectory()).length, 8);
    const again = await place.run('export', '@last', '--format', 'tensorboard', '-o', 'runs');
    assert.match(again.stderr, /exists.*--force/s);
  });

  await t.test(
    'which TensorBoard loads',
    { skip: hasTensorBoard ? false : 'no Python with tensorboard' },
    () => {
      const script = `
import glob, json, sys
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import plugin_data_pb2
found = {'scalars': 0, 'starts': [], 'ends': [], 'experiment': None, 'files': 0}
for file in sorted(glob.glob(sys.argv[1] + '/**/events.*', recursive=True)):
    found['files'] += 1
    for event in EventFileLoader(file).Load():
        for value in event.summary.value:
            if value.metadata.plugin_data.plugin_name == 'hparams':
                data = plugin_data_pb2.HParamsPluginData.FromString(value.metadata.plugin_data.content)
                kind = data.WhichOneof('data')
                if kind == 'experiment': found['experiment'] = [info.name for info in data.experiment.hparam_infos]
                if kind == 'session_start_info': found['starts'].append({name: getattr(given, given.WhichOneof('kind')) for name, given in data.session_start_info.hparams.items()})
                if kind == 'session_end_info': found['ends'].append(data.session_end_info.status)
            elif event.step > 0: found['scalars'] += 1
print(json.dumps(found))
`;
      writeFileSync(join(place.directory, 'board.py'), script);
      const found = JSON.parse(
        execFileSync(python!, [join(place.directory, 'board.py'), join(place.directory, 'runs')], {
          encoding: 'utf8',
        }),
      ) as {
        files: number;
        scalars: number;
        starts: Record<string, unknown>[];
        ends: number[];
        experiment: string[];
      };
      assert.equal(found.files, 9);
      assert.deepEqual(found.experiment, ['cell', 'rate', 'units']);
      assert.deepEqual(new Set(found.starts.map(({ cell }) => cell)), new Set(['gru', 'lstm']));
      assert.deepEqual(found.ends, Array(8).fill(1));
      assert.ok(found.scalars >= 8 * 3, `${found.scalars} values`);
    },
  );

  await t.test('into an MLflow tracking server, once', async () => {
    const server = await startTrackingServer(t);
    const send = () => place.run('export', '@last', '--format', 'mlflow-rest', '-o', server.address);
    const first = await send();
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /8 runs in experiment 1/);
    assert.equal(server.runs.length, 8);
    for (const { params, metrics, tags, status } of server.runs) {
      assert.deepEqual(params.map(({ key }) => key).sort(), ['cell', 'rate', 'units']);
      assert.deepEqual(
        metrics.filter(({ key }) => key === 'validationMae').map(({ step }) => step),
        [1, 2],
      );
      assert.equal(metrics.filter(({ key }) => key === 'objective').length, 1);
      assert.ok(tags.some(({ key }) => key === 'sweep.trial'));
      assert.equal(status, 'FINISHED');
    }
    assert.match((await send()).stderr, /0 runs .*8 were there already/);
    assert.equal(server.runs.length, 8);
    const nobody = await place.run('export', '@last', '--format', 'mlflow-rest', '-o', 'http://127.0.0.1:1');
    assert.equal(nobody.code, 2);
    assert.match(nobody.stderr, /does not answer/);
  });

  await t.test('its best model as ONNX and Keras files; nothing is overwritten unasked', async () => {
    const first = await place.run('export', '@last', '--onnx', 'best.onnx', '--keras', 'best.keras');
    assert.equal(first.code, 0, first.stderr);
    assert.ok(
      existsSync(join(place.directory, 'best.onnx')) && existsSync(join(place.directory, 'best.keras')),
    );
    const second = await place.run('export', '@last', '--onnx', 'best.onnx');
    assert.equal(second.code, 2);
    assert.match(second.stderr, /best\.onnx exists.*--force/s);
    assert.equal((await place.run('export', '@last', '--onnx', 'best.onnx', '--force')).code, 0);
    const nothing = await place.run('export', '@last');
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /not said what to export/);
  });
});
