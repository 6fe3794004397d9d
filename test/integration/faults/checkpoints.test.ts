// Checkpoints on the bus that are cut short, flipped, or of a later version: the worker goes on from the one before, or
// from the start, to the same weights. Row 18 of the table of faults.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { openTrialPool, TRIAL_TASK_FILE } from '../../../worker/thread/trial-pool.js';
import { trialAt } from '../../support/fakes/list-plan.js';
import { writeSmallSweep } from '../../support/processes/cli.js';
import { LIMIT_MS, PRODUCT_VERSION, startFaultCluster } from '../../support/processes/fault-cluster.js';
import { skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';
import { readEvents } from '../../support/study-invariant.js';

const skip = skipWithoutNats();
const DIGEST_BYTES = 32;
const EPOCHS = 8;

const DAMAGES: Readonly<Record<string, (checkpoint: Uint8Array) => Uint8Array>> = {
  'cut-short': (checkpoint) => checkpoint.slice(0, checkpoint.length >> 1),
  flipped: (checkpoint) => {
    const damaged = checkpoint.slice();
    const middle = damaged.length >> 1;
    damaged[middle] = (damaged[middle] ?? 0) ^ 1;
    return damaged;
  },
  'later-version': (checkpoint) => {
    const body = Buffer.from(checkpoint.slice(0, checkpoint.length - DIGEST_BYTES));
    const at = body.indexOf('"version":1');
    assert.ok(at > 0);
    body.write('"version":2', at, 'latin1');
    return new Uint8Array(Buffer.concat([body, createHash('sha256').update(body).digest()]));
  },
};

test('a damaged checkpoint is passed over for the one before it, or for the start', {
  skip,
  timeout: LIMIT_MS,
}, async (t) => {
  const { bus, place, server } = await startFaultCluster(t);
  const file = writeSmallSweep(place.directory, { epochs: EPOCHS, space: { cell: ['gru'], units: [4] } });
  const spec = parseSweepSpec(readFileSync(file, 'utf8'), file);
  assert.ok(spec.dataset !== null);
  const { metadata } = await prepareDataset(spec.dataset, { cacheDirectory: place.cache });
  const engine = await createWasmEngine();
  const plan = planStudy(spec, metadata, engine);
  const planned = trialAt(plan, 0);
  assert.ok(planned !== null);
  const { trial, params, config, requires } = planned;

  const checkpoints = new Map<number, Uint8Array>();
  const pool = openTrialPool({
    threads: 1,
    taskFile: TRIAL_TASK_FILE,
    settings: { engine: 'wasm', cacheDirectory: place.cache },
  });
  t.after(() => pool.close());
  const train = () =>
    pool.run({
      config,
      objective: plan.objective,
      checkpoint: null,
      timeLimitMs: null,
      onReport() {},
      onCheckpoint: (epoch, bytes) => {
        if (epoch < EPOCHS) checkpoints.set(epoch, bytes.slice());
      },
    }).outcome;
  let undisturbed = await train();
  // Of epochs that end faster than the data can be looked at some leave no checkpoint. The trial is the same each time.
  while (undisturbed.type === 'finished' && checkpoints.size < 2) undisturbed = await train();
  assert.ok(undisturbed.type === 'finished');
  const [good, newest] = [...checkpoints].sort(([one], [other]) => one - other).slice(-2);
  assert.ok(good !== undefined && newest !== undefined);

  const worker = place.start('worker', '--nats', server.url, '-c', '2');
  for (const [damage, apply] of Object.entries(DAMAGES)) {
    for (const before of [good[0], 0]) {
      const study = `${damage}-000${before}`;
      const bad = { epoch: newest[0], blob: await bus.putBlob(apply(newest[1]), { study, trial }) };
      const goodBlob = await bus.putBlob(good[1], { study, trial });
      await bus.createStudy({ study, name: damage, createdAt: '2026-01-01T00:00:00.000Z', spec: {} });
      await bus.publishTrial({
        study,
        trial,
        index: 0,
        attempt: 1,
        params,
        config,
        requires,
        objective: plan.objective,
        engine: 'wasm',
        numericsVersion: plan.numericsVersion,
        version: PRODUCT_VERSION,
        timeLimitMs: null,
        checkpoints: before === 0 ? [bad] : [bad, { epoch: before, blob: goodBlob }],
      });
      await waitUntil(
        `${study} is acknowledged\n${worker.stderr()}`,
        async () => (await bus.listPending(study)).size === 0,
        LIMIT_MS,
      );
      const events = (await readEvents(bus, study)).map(({ event }) => event);
      const begun = events.flatMap((event) => (event.type === 'trial.started' ? [event.fromEpoch] : []));
      assert.deepEqual(begun, [newest[0], before], study);
      const finished = events.flatMap((event) => (event.type === 'trial.finished' ? [event.result] : []));
      assert.equal(finished.length, 1, study);
      assert.equal(finished[0]?.weightsDigest, undisturbed.result.weightsDigest, study);
      assert.equal(finished[0]?.objective, undisturbed.result.objective, study);
    }
  }
});
