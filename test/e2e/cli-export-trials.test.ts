// All trials of a study for other programs: an Optuna journal, which Optuna itself reads where a Python with it is found, and
// tables; a model as ONNX and Keras files beside them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { openTrackingServer } from '../support/fakes/tracking-server.js';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

interface Journaled {
  readonly op_code: number;
  readonly state?: number;
  readonly values?: readonly number[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly distributions?: Readonly<Record<string, string>>;
  readonly intermediate_values?: Readonly<Record<string, number>>;
}

const python = process.env.SWEEP_PEERS_PYTHON;
const has = (module: string): boolean =>
  python !== undefined && spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
const hasOptuna = has('optuna');
const hasTensorboard = has('tensorboard.plugins.hparams');

async function readParquet(file: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`create view trials as select * from '${file}'`);
  const read = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return read.map((row) =>
    row.map((value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value)),
  );
}

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
  const run = await place.call('start', file, '--workers', '2', '--quiet');
  assert.equal(run.code, 0, run.stderr);
  const journal = join(place.directory, 'journal.log');

  await t.test('as an Optuna journal: the study, and each trial whole', async () => {
    const written = await place.call('export', '@last', '--format', 'optuna-journal', '-o', 'journal.log');
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
    const csv = await place.call('export', '@last', '--format', 'csv');
    const lines = csv.stdout.trim().split('\r\n');
    assert.equal(lines.length, 9);
    assert.match(lines[0]!, /^index,trial,state,seed,.*params\.cell,params\.rate,params\.units,objective,/);
    const json = await place.call('export', '@last', '--format', 'json');
    const trials = json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { reports: unknown[] });
    assert.deepEqual(
      trials.map(({ reports }) => reports.length),
      Array(8).fill(2),
    );
    const markdown = await place.call('export', '@last', '--format', 'markdown');
    assert.equal(markdown.stdout.trim().split('\n').length, 10);
  });

  await t.test('as Parquet, with types, and what was reported as lists', async () => {
    const written = await place.call('export', '@last', '--format', 'parquet', '-o', 'trials.parquet');
    assert.equal(written.code, 0, written.stderr);
    const rows = await readParquet(
      join(place.directory, 'trials.parquet'),
      `select "params.cell", typeof("params.units"), typeof("startedAt"), len("reports.epoch"),
              list_min("reports.validationMae") = objective, "params.rate" between 0.001 and 0.01
       from trials order by index`,
    );
    assert.equal(rows.length, 8);
    for (const row of rows) assert.deepEqual(row.slice(1), ['BIGINT', 'TIMESTAMP', 2, true, true]);
    assert.deepEqual(new Set(rows.map(([cell]) => cell)), new Set(['gru', 'lstm']));
  });

  await t.test('as a log directory of TensorBoard, a folder a trial', async () => {
    const written = await place.call('export', '@last', '--format', 'tensorboard', '-o', 'logs');
    assert.equal(written.code, 0, written.stderr);
    const logs = join(place.directory, 'logs');
    const folders = readdirSync(logs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.equal(folders.length, 8);
    const bytes = readFileSync(join(logs, folders[0]!.name, 'events.out.tfevents.sweep'));
    // The first record of every event file ever written: its version, here after a time of its own.
    assert.equal(Number(bytes.readBigUInt64LE(0)), 24);
    assert.equal(bytes.subarray(12 + 11, 12 + 24).toString(), 'brain.Event:2');
    const again = await place.call('export', '@last', '--format', 'tensorboard', '-o', 'logs');
    assert.equal(again.code, 2);
    assert.match(again.stderr, /logs holds files.*--force/s);
    const nowhere = await place.call('export', '@last', '--format', 'tensorboard');
    assert.match(nowhere.stderr, /--format tensorboard needs a place.*-o DIR/s);
  });

  await t.test(
    'which TensorBoard reads',
    { skip: hasTensorboard ? false : 'no Python with tensorboard' },
    () => {
      const script = `
import json
from tensorboard.backend.event_processing import plugin_event_multiplexer
from tensorboard.plugins.hparams import metadata
from tensorboard.util import tensor_util
runs = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(${JSON.stringify(join(place.directory, 'logs'))})
runs.Reload()
said = runs.PluginRunToTagToContent('hparams')
names = sorted(name for name in runs.Runs() if name != '.')
start = metadata.parse_session_start_info_plugin_data(said[names[0]]['_hparams_/session_start_info'])
end = metadata.parse_session_end_info_plugin_data(said[names[0]]['_hparams_/session_end_info'])
experiment = metadata.parse_experiment_plugin_data(said['.']['_hparams_/experiment'])
curve = [float(tensor_util.make_ndarray(e.tensor_proto)) for e in runs.Tensors(names[0], 'validationMae')]
best = [float(tensor_util.make_ndarray(e.tensor_proto)) for e in runs.Tensors(names[0], 'objective')]
print(json.dumps({'trials': len(names), 'params': sorted(start.hparams), 'status': end.status,
                  'known': sorted(info.name for info in experiment.hparam_infos), 'curve': curve, 'best': best}))
`;
      writeFileSync(join(place.directory, 'read.py'), script);
      const read = JSON.parse(
        execFileSync(python!, [join(place.directory, 'read.py')], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) as Readonly<{
        trials: number;
        params: string[];
        known: string[];
        status: number;
        curve: number[];
        best: number[];
      }>;
      assert.equal(read.trials, 8);
      assert.deepEqual(read.params, ['cell', 'rate', 'units']);
      assert.deepEqual(read.known, read.params);
      assert.equal(read.status, 1);
      assert.deepEqual(read.best, [Math.min(...read.curve)]);
    },
  );

  await t.test('as runs of an MLflow server', async (t) => {
    const server = await openTrackingServer(t);
    const sent = await place.call('export', '@last', '--format', 'mlflow-rest', '-o', server.url);
    assert.equal(sent.code, 0, sent.stderr);
    assert.match(sent.stderr, /^8 runs sent to experiment sweep\//);
    assert.equal(server.runs.length, 8);
    const wrong = await place.call('export', '@last', '--format', 'mlflow-rest', '-o', 'server');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /-o server is no address.*http:\/\/HOST:PORT/s);
  });

  await t.test('its best model as ONNX and Keras files; nothing is overwritten unasked', async () => {
    const first = await place.call('export', '@last', '--onnx', 'best.onnx', '--keras', 'best.keras');
    assert.equal(first.code, 0, first.stderr);
    assert.ok(
      existsSync(join(place.directory, 'best.onnx')) && existsSync(join(place.directory, 'best.keras')),
    );
    const second = await place.call('export', '@last', '--onnx', 'best.onnx');
    assert.equal(second.code, 2);
    assert.match(second.stderr, /best\.onnx exists.*--force/s);
    assert.equal((await place.call('export', '@last', '--onnx', 'best.onnx', '--force')).code, 0);
    const nothing = await place.call('export', '@last');
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /not said what to export/);
  });
});
