// Schedules, early stopping and the objective's direction: from the sweep file to a trial's config.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trialMessageCodec } from '../../../src/bus/messages.js';
import { hashJson } from '../../../src/study/canonical-json.js';
import type { Params, TrainConfig } from '../../../src/study/trial/trial.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { dense } from '../../support/fixtures/layer-specs.js';
import { trialMessage } from '../../support/fixtures/study-events.js';
import {
  errorAt,
  errorsOf,
  JENA_SHAPE,
  layerDocument,
  parseDocument,
} from '../../support/fixtures/sweep-documents.js';

function documentWith(training: object, fields: object = {}) {
  return { ...layerDocument([{ type: 'flatten' }, dense(1)]), training, ...fields };
}

function configOf(training: object, fields: object = {}, params: Params = {}): TrainConfig {
  return resolveTrial(parseDocument(documentWith(training, fields)), params, 1, JENA_SHAPE) as TrainConfig;
}

const monitor = { metric: 'validationMae', direction: 'minimize' };

test('a schedule given by name has the defaults of Keras', () => {
  assert.deepEqual(configOf({ learningRateSchedule: 'reduceOnPlateau' }).training.learningRateSchedule, {
    type: 'reduceOnPlateau',
    factor: 0.1,
    patience: 10,
    minDelta: 1e-4,
    cooldown: 0,
    minLearningRate: 0,
    monitor,
  });
  assert.deepEqual(configOf({ learningRateSchedule: { type: 'cosine' } }).training.learningRateSchedule, {
    type: 'cosine',
    decaySteps: null,
    alpha: 0,
    warmupSteps: 0,
    warmupTarget: null,
  });
});

test('a constant schedule and no early stopping are the same trial as without the fields', () => {
  const plain = configOf({});
  assert.ok(!('learningRateSchedule' in plain.training) && !('earlyStopping' in plain.training));
  for (const learningRateSchedule of ['constant', { type: 'constant' }])
    assert.equal(hashJson(configOf({ learningRateSchedule, earlyStopping: null })), hashJson(plain));
});

test('schedules and early stopping watch the objective’s metric, which so is part of the trial', () => {
  const training = { learningRateSchedule: 'reduceOnPlateau', earlyStopping: { patience: 3 } };
  const objective = { metric: 'validationRmse' };
  const config = configOf(training, { objective });
  const watched = { metric: 'validationRmse', direction: 'minimize' };
  assert.deepEqual(config.training.earlyStopping, { patience: 3, minDelta: 0, monitor: watched });
  assert.notEqual(hashJson(config), hashJson(configOf(training)));
  assert.equal(hashJson(configOf({}, { objective })), hashJson(configOf({})));
});

test('each field of a schedule, and the schedule itself, can come from the space', () => {
  const learningRateSchedule = { type: 'exponential', decayRate: '$decay', decaySteps: '$steps' };
  const fields = { space: { decay: [0.5, 0.9], steps: [100], patience: [2, 4] } };
  const training = { learningRateSchedule, earlyStopping: { patience: '$patience' } };
  const resolved = configOf(training, fields, { decay: 0.9, steps: 100, patience: 4 }).training;
  const wanted = { type: 'exponential', decayRate: 0.9, decaySteps: 100, staircase: false };
  assert.deepEqual(resolved.learningRateSchedule, wanted);
  assert.equal(resolved.earlyStopping?.patience, 4);

  const named = { space: { schedule: ['constant', 'cosine'] } };
  const byName = (schedule: string) =>
    configOf({ learningRateSchedule: '$schedule' }, named, { schedule }).training.learningRateSchedule?.type;
  assert.equal(byName('constant'), undefined);
  assert.equal(byName('cosine'), 'cosine');
});

test('what a schedule cannot be is refused where it stands', () => {
  const errors = (training: object, fields = {}) =>
    errorsOf(() => parseDocument(documentWith(training, fields)));
  const within = (path: string, schedule: unknown) =>
    errorAt(errors({ learningRateSchedule: schedule }), `training.learningRateSchedule${path}`);
  assert.match(within('', 'exponential').message, /one of "constant", "cosine", "reduceOnPlateau"/);
  assert.match(within('.decayRate', { type: 'exponential', decaySteps: 5 }).message, /is required/);
  assert.match(within('.factor', { type: 'reduceOnPlateau', factor: 1 }).message, /below 1/);
  assert.match(within('.warmupTarget', { type: 'cosine', warmupSteps: 5 }).message, /is required with/);
  assert.equal(within('.minDetla', { type: 'reduceOnPlateau', minDetla: 1 }).code, 'SPEC_UNKNOWN_FIELD');
  assert.match(errorAt(errors({ earlyStopping: {} }), 'training.earlyStopping.patience').message, /required/);
  const ofSpace = errors({ earlyStopping: { patience: '$p' } }, { space: { p: [2, 0] } });
  assert.match(errorAt(ofSpace, 'space.p[1]').message, /at least 1/);
});

test('a metric is an objective in the direction in which it gets better, and in no other', () => {
  const directions = {
    validationMae: 'minimize',
    validationMse: 'minimize',
    validationRmse: 'minimize',
    validationLoss: 'minimize',
    validationAccuracy: 'maximize',
    validationMacroF1: 'maximize',
    validationTop3: 'maximize',
    validationTop5: 'maximize',
  };
  const reviews = {
    name: 'reviews',
    dataset: { kind: 'reviews', source: 'imdb' },
    model: { type: 'recurrent', embedding: 8 },
  };
  for (const [metric, direction] of Object.entries(directions)) {
    const document = direction === 'maximize' ? reviews : documentWith({});
    const { objective } = parseDocument({ ...document, objective: { metric } });
    assert.deepEqual(objective, { type: 'metric', metric, direction, epoch: 'best' });
    const wrong = { metric, direction: direction === 'minimize' ? 'maximize' : 'minimize' };
    const error = errorAt(
      errorsOf(() => parseDocument({ ...document, objective: wrong })),
      'objective.direction',
    );
    assert.match(error.message, new RegExp(`must be "${direction}", in which ${metric} gets better`));
    assert.match(error.hint ?? '', /leave it out/);
  }
});

test('a trial’s schedule and early stopping survive the bus and the event log', () => {
  const training = { learningRateSchedule: 'reduceOnPlateau', earlyStopping: { patience: 3 } };
  const config = configOf(training);
  const message = { ...trialMessage(0), config };
  assert.deepEqual(trialMessageCodec.decode(trialMessageCodec.encode(message)), message);
  const spec = parseDocument(documentWith(training));
  const revived = reviveSweepSpec(JSON.parse(JSON.stringify(spec)));
  assert.deepEqual(resolveTrial(revived, {}, 1, JENA_SHAPE), config);
});
