import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepError } from '../../../../src/errors.js';
import { sendToMlflow } from '../../../../src/report/exports/mlflow.js';
import type { TrialRecord } from '../../../../src/study/trial/trial-records.js';
import { openTrackingServer } from '../../../support/fakes/tracking-server.js';
import { finished, trialAt } from '../../../support/fixtures/study-events.js';

function record(index: number, fields: Partial<TrialRecord> = {}): TrialRecord {
  const { result } = finished(index, 0.25);
  return {
    index,
    trial: trialAt(index),
    params: { units: 16, cell: 'gru', masked: true, none: null },
    seed: 7,
    state: 'COMPLETE',
    worker: 'w1',
    attempts: 1,
    cached: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:10.000Z',
    result,
    error: null,
    reports: [1, 2].map((epoch) => ({
      epoch,
      metrics: { trainLoss: 1 / epoch, validationMae: 0.5 / epoch },
    })),
    ...fields,
  };
}

test('a trial becomes a run: parameters as text, metrics by epoch, its state, its tag last', async (t) => {
  const server = await openTrackingServer(t);
  const trials = [
    record(0),
    record(1, { state: 'FAILED', result: null, error: 'no', reports: [] }),
    record(2, { state: 'RUNNING', endedAt: null, result: null }),
  ];
  const sent = await sendToMlflow({ url: `${server.url}/`, authorization: 'Bearer x' }, 'grid-7f3a', trials);
  assert.deepEqual(sent, { experiment: '1', runs: 2, known: 0 });
  const [complete, failed] = server.runs;
  assert.deepEqual(complete?.params, [
    { key: 'units', value: '16' },
    { key: 'cell', value: 'gru' },
    { key: 'masked', value: 'true' },
  ]);
  assert.deepEqual(
    complete?.metrics.filter(({ key }) => key === 'validationMae').map(({ step, value }) => [step, value]),
    [
      [1, 0.5],
      [2, 0.25],
    ],
  );
  assert.equal(complete?.metrics.at(-1)?.key, 'objective');
  assert.equal(complete?.status, 'FINISHED');
  assert.equal(failed?.status, 'FAILED');
  assert.deepEqual(failed?.tags.at(-1), { key: 'sweep.trial', value: trialAt(1) });
  assert.ok(server.authorizations.every((given) => given === 'Bearer x'));
});

test('sent again, a study adds what is new; a run that was cut off is sent anew', async (t) => {
  const server = await openTrackingServer(t);
  const to = { url: server.url, authorization: null };
  const trials = Array.from({ length: 5 }, (_, index) => record(index));
  server.failNext('runs/update', 500);
  await assert.rejects(sendToMlflow(to, 'grid-7f3a', trials), (error: SweepError) => {
    assert.equal(error.code, 'TRACKING_FAILED');
    assert.match(error.message, /runs\/update with 500: .*as asked/);
    return true;
  });
  assert.equal((await sendToMlflow(to, 'grid-7f3a', trials)).runs, 5);
  assert.deepEqual(await sendToMlflow(to, 'grid-7f3a', [...trials, record(5)]), {
    experiment: '1',
    runs: 1,
    known: 5,
  });
});

test('many parameters and epochs go in batches that the server takes', async (t) => {
  const server = await openTrackingServer(t);
  const params = Object.fromEntries(Array.from({ length: 230 }, (_, at) => [`p${at}`, at]));
  const reports = Array.from({ length: 1500 }, (_, at) => ({ epoch: at + 1, metrics: { trainLoss: at } }));
  await sendToMlflow({ url: server.url, authorization: null }, 'grid-7f3a', [record(0, { params, reports })]);
  assert.equal(server.runs[0]?.params.length, 230);
  assert.equal(server.runs[0]?.metrics.length, 1501);
});

test('a server that is not there is named', async () => {
  await assert.rejects(
    sendToMlflow({ url: 'http://127.0.0.1:9', authorization: null }, 'grid-7f3a', [record(0)]),
    (error: SweepError) =>
      error.code === 'TRACKING_FAILED' && /127\.0\.0\.1:9 does not answer/.test(error.message),
  );
});
