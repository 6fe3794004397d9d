// Events and messages with every field filled in, for tests that care about one of them.
import type { StudyRecord, TrialMessage, WorkerInfo } from '../../src/bus/bus.js';
import type { LoggedEvent, StudyEvent } from '../../src/study/events.js';
import type { TrialConfig, TrialResult } from '../../src/study/trial.js';

type EventOf<Type extends StudyEvent['type']> = Extract<StudyEvent, { type: Type }>;
type Fields<Type extends StudyEvent['type']> = Partial<Omit<EventOf<Type>, 'type' | 'trial'>>;

/** The trial id that stands for an index in tests. */
export function trialAt(index: number): string {
  return index.toString(16).padStart(16, '0');
}

export function created(fields: Fields<'study.created'> = {}): EventOf<'study.created'> {
  return {
    type: 'study.created',
    study: 'grid-7f3a',
    name: 'grid',
    spec: { objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' }, repeats: 1 },
    version: '0.1.0',
    engine: 'wasm',
    dataset: {
      digest: 'a'.repeat(64),
      source: 'jena',
      synthetic: false,
      target: 'T (degC)',
      unit: 'degC',
      targetStd: 8.85,
    },
    total: 4,
    ...fields,
  };
}

export function queued(index: number, fields: Fields<'trial.queued'> = {}): EventOf<'trial.queued'> {
  return {
    type: 'trial.queued',
    trial: trialAt(index),
    index,
    params: { units: index },
    seed: 42,
    attempt: 1,
    requires: 'any',
    ...fields,
  };
}

export function started(index: number, fields: Fields<'trial.started'> = {}): EventOf<'trial.started'> {
  return {
    type: 'trial.started',
    trial: trialAt(index),
    index,
    attempt: 1,
    worker: 'w1',
    fromEpoch: 0,
    engine: 'wasm',
    ...fields,
  };
}

export function reported(
  index: number,
  epoch: number,
  validationMae: number,
  attempt = 1,
): EventOf<'trial.report'> {
  return {
    type: 'trial.report',
    trial: trialAt(index),
    index,
    attempt,
    report: { epoch, metrics: { trainLoss: validationMae / 2, validationMae }, durationMs: 100 },
  };
}

export function checkpointed(index: number, epoch: number, attempt = 1): EventOf<'trial.checkpoint'> {
  const blob = `${attempt}${epoch}`.padStart(64, 'c');
  return { type: 'trial.checkpoint', trial: trialAt(index), index, attempt, epoch, blob };
}

export function result(objective: number, fields: Partial<TrialResult> = {}): TrialResult {
  return {
    state: 'COMPLETE',
    objective,
    objectiveInterval: [objective - 0.01, objective + 0.01],
    bestEpoch: 2,
    epochs: 3,
    metrics: { trainLoss: objective / 2, validationMae: objective },
    baselineMae: 0.29,
    parameters: 4_577,
    weightsDigest: `sha256:${'d'.repeat(64)}`,
    modelDigest: 'e'.repeat(64),
    durationMs: 1_000,
    engine: 'wasm',
    ...fields,
  };
}

export function finished(
  index: number,
  objective: number,
  fields: Fields<'trial.finished'> = {},
): EventOf<'trial.finished'> {
  return {
    type: 'trial.finished',
    trial: trialAt(index),
    index,
    params: { units: index },
    seed: 42,
    attempt: 1,
    worker: 'w1',
    cached: false,
    result: result(objective),
    ...fields,
  };
}

export function failed(index: number, fields: Fields<'trial.failed'> = {}): EventOf<'trial.failed'> {
  return {
    type: 'trial.failed',
    trial: trialAt(index),
    index,
    params: { units: index },
    seed: 42,
    attempt: 1,
    worker: 'w1',
    error: { code: 'TRIAL_CRASHED', message: 'the thread ended' },
    final: false,
    ...fields,
  };
}

export function returned(index: number, fields: Fields<'trial.returned'> = {}): EventOf<'trial.returned'> {
  return {
    type: 'trial.returned',
    trial: trialAt(index),
    index,
    attempt: 1,
    worker: 'w1',
    reason: 'the worker drains',
    ...fields,
  };
}

/** Numbers the events as a log does; one second lies between two of them. */
export function logged(events: readonly StudyEvent[], from = 1): LoggedEvent[] {
  return events.map((event, place) => ({
    seq: from + place,
    at: new Date(Date.UTC(2026, 0, 1) + (from + place) * 1000).toISOString(),
    event,
  }));
}

export const trainConfig: TrialConfig = {
  kind: 'train',
  datasetDigest: 'a'.repeat(64),
  task: {
    kind: 'forecast',
    targetColumn: 1,
    split: {
      train: { start: 0, end: 200_000 },
      validation: { start: 200_001, end: 300_000 },
      test: { start: 300_001, end: 420_551 },
    },
    window: { lookback: 1440, step: 6, delay: 144 },
  },
  layers: [
    {
      type: 'gru',
      units: 32,
      activation: 'tanh',
      recurrentActivation: 'hardSigmoid',
      dropout: 0.2,
      recurrentDropout: 0.2,
      returnSequences: false,
      goBackwards: false,
      kernelL2: 0,
      recurrentL2: 0,
      resetAfter: false,
    },
    { type: 'dense', units: 1, activation: 'linear', kernelL2: 0 },
  ],
  training: {
    optimizer: { type: 'rmsprop', rho: 0.9, epsilon: 1e-7 },
    learningRate: 0.001,
    loss: 'mae',
    batchSize: 128,
    stepsPerEpoch: 500,
    epochs: 20,
    validationStride: 1,
  },
  seed: 42,
};

export function trialMessage(index: number, fields: Partial<TrialMessage> = {}): TrialMessage {
  return {
    study: 'grid-7f3a',
    trial: trialAt(index),
    index,
    attempt: 1,
    params: { units: index, cell: 'gru' },
    config: trainConfig,
    objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
    requires: 'any',
    engine: 'wasm',
    numericsVersion: '1',
    version: '0.1.0',
    timeLimitMs: 1_800_000,
    checkpoints: [],
    ...fields,
  };
}

export function studyRecord(study: string, fields: Partial<StudyRecord> = {}): StudyRecord {
  return { study, name: 'grid', createdAt: '2026-01-01T00:00:00.000Z', spec: { name: 'grid' }, ...fields };
}

export function workerInfo(worker: string, fields: Partial<WorkerInfo> = {}): WorkerInfo {
  return {
    worker,
    host: 'node.example',
    pid: 4711,
    version: '0.1.0',
    engine: 'wasm',
    backend: 'wasm simd128',
    labels: ['cpu'],
    slots: 2,
    running: [{ study: 'grid-7f3a', trial: trialAt(0) }],
    trialsDone: 3,
    state: 'up',
    busyMs: 1_000,
    uptimeMs: 2_000,
    ...fields,
  };
}
