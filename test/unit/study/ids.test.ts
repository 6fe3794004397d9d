import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { SweepError } from '../../../src/errors.js';
import { canonicalJson } from '../../../src/study/canonical-json.js';
import { studyId } from '../../../src/study/study-id.js';
import type { Objective, TrialConfig } from '../../../src/study/trial/trial.js';
import { resultKey, trialId } from '../../../src/study/trial/trial-id.js';
import { trainConfig } from '../../support/fixtures/study-events.js';

const ENGINE = { name: 'wasm', numericsVersion: '1' } as const;

describe('trialId', () => {
  it('is stable: results cached by an older version must be found', () => {
    const config: TrialConfig = { kind: 'function', name: 'branin', params: { x: 0.5, y: 1 }, seed: 1 };
    // printf '%s' '{"config":{"kind":"function","name":"branin","params":{"x":0.5,"y":1},"seed":1},"engine":{"name":"wasm","numericsVersion":"1"}}' | sha256sum
    assert.equal(trialId(config, ENGINE), '2cb7bf968489d9fa');
  });

  it('does not depend on the order of keys', () => {
    const reversed = JSON.parse(JSON.stringify(trainConfig), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as TrialConfig;
    assert.notEqual(JSON.stringify(reversed), JSON.stringify(trainConfig));
    assert.equal(trialId(reversed, ENGINE), trialId(trainConfig, ENGINE));
  });

  it('changes with the seed, the data, the model, the engine and its numerics', () => {
    assert.equal(trainConfig.kind, 'train');
    const train = trainConfig as Extract<TrialConfig, { kind: 'train' }>;
    const ids = [
      trialId(train, ENGINE),
      trialId({ ...train, seed: 43 }, ENGINE),
      trialId({ ...train, datasetDigest: 'b'.repeat(64) }, ENGINE),
      trialId({ ...train, layers: train.layers.slice(1) }, ENGINE),
      trialId(train, { ...ENGINE, name: 'tfjs' }),
      trialId(train, { ...ENGINE, numericsVersion: '2' }),
    ];
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{16}$/);
  });

  it('refuses what has no JSON, as NaN', () => {
    assert.throws(() => canonicalJson({ learningRate: Number.NaN }), SweepError);
    assert.throws(() => canonicalJson(undefined), SweepError);
  });
});

describe('resultKey', () => {
  it('tells objectives apart: the same training has another objective and best epoch', () => {
    const objective: Objective = { metric: 'validationMae', direction: 'minimize', epoch: 'best' };
    const keys = [
      resultKey('0'.repeat(16), objective),
      resultKey('0'.repeat(16), { ...objective, epoch: 'last' }),
      resultKey('0'.repeat(16), { ...objective, metric: 'validationMse' }),
    ];
    assert.equal(new Set(keys).size, 3);
    for (const key of keys) assert.match(key, /^0{16}-[0-9a-f]{8}$/);
  });
});

describe('the meaning of the metrics', () => {
  it('is part of the key of a trained result, so that one of another meaning is never served', () => {
    const trial = '0'.repeat(16);
    const keyOf = (objective: Objective): string =>
      `${trial}-${createHash('sha256').update(canonicalJson(objective)).digest('hex').slice(0, 8)}`;
    const trained: Objective = { metric: 'validationLoss', direction: 'minimize', epoch: 'best' };
    const computed: Objective = { metric: 'value', direction: 'minimize', epoch: 'best' };
    assert.notEqual(resultKey(trial, trained), keyOf(trained), 'losses changed their meaning');
    assert.equal(resultKey(trial, computed), keyOf(computed), 'values of functions did not');
  });
});

describe('studyId', () => {
  it('is the name and four hex digits', () => {
    assert.equal(studyId('gru-grid', 0x7f3a), 'gru-grid-7f3a');
    assert.equal(studyId('gru-grid', 1), 'gru-grid-0001');
  });

  it('refuses names that could not be part of a subject or path', () => {
    for (const name of ['', 'a b', '../x', 'a.b', 'x'.repeat(60), 'a\n']) {
      assert.throws(() => studyId(name, 1), { code: 'USAGE' }, name);
    }
  });
});
