// All trials of a study for other programs: an Optuna journal, which Optuna itself reads where a Python with it is found, and
// tables; a model as ONNX and Keras files beside them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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
const hasOptuna =
  python !== undefined && spawnSync(python, ['-c', 'import optuna'], { stdio: 'ignore' }).status === 0;

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
