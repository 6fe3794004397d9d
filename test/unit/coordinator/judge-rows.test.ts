// Which rows may be the best: from the errors that are kept with the models, from seeds, and why there is no answer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BlobStore } from '../../../src/bus/bus.js';
import { judgeRows, membersOf } from '../../../src/coordinator/ending/judge-rows.js';
import { whyNoWinner } from '../../../src/coordinator/ending/winner-test.js';
import { packErrors } from '../../../src/engine/training/block-errors.js';
import { encodeCheckpoint } from '../../../src/engine/training/checkpoint.js';
import { SweepError } from '../../../src/errors.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import type { ConfidenceSet } from '../../../src/study/events.js';
import type { StudyView } from '../../../src/study/study-view.js';
import { autoregressive, normalNumbers } from '../../support/fixtures/dependent-errors.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { smallConfig } from '../../support/fixtures/small-dataset.js';
import { created, finished, logged, result, trialAt } from '../../support/fixtures/study-events.js';

const SAMPLES = 600;
const config = {
  ...smallConfig,
  training: { ...smallConfig.training, validationStride: 1 },
};

function errorsOf(shift: number, seed: number, correlation = 0.3): Float32Array {
  const shared = autoregressive(SAMPLES, 0.3, normalNumbers(99));
  const own = autoregressive(SAMPLES, correlation, normalNumbers(seed));
  return Float32Array.from(own, (value, at) => Math.abs(shared[at]! + 0.3 * value) + shift);
}

/** The model bytes that a trial with these errors stores; null: as an older version did. */
function modelOf(errors: Float32Array | null): Uint8Array {
  const evaluation = { absoluteErrors: errors ?? new Float32Array(1) } as unknown as Parameters<
    typeof packErrors
  >[0];
  const packed = errors === null ? null : packErrors(evaluation, 'validationMae', config);
  return encodeCheckpoint({
    config: 'c',
    epoch: 1,
    durationMs: 0,
    best: {
      epoch: 1,
      objective: 1,
      interval: null,
      metrics: {},
      ...(packed === null ? {} : { errors: packed }),
    },
    weights: [],
    optimizer: [],
    bestWeights: [],
  });
}

/** A study whose trials had these errors, in the order in which they came in; `undefined`: its model is gone. */
function studyOf(
  all: readonly (Float32Array | null | undefined)[],
  order: readonly number[] = all.map((_, at) => at),
): { view: StudyView; bus: BlobStore } {
  const digestOf = (index: number) => String(index).padStart(64, 'a');
  const events = order.map((index) => {
    const errors = all[index];
    const mean = errors ? errors.reduce((sum, value) => sum + value, 0) / errors.length : 0.5;
    return finished(index, mean, {
      params: { units: index },
      result: result(mean, { modelDigest: digestOf(index) }),
    });
  });
  const view = foldEvents(logged([created({ total: all.length }), ...events]));
  const bus = {
    async getBlob(digest: string) {
      const index = all.findIndex((_, at) => digestOf(at) === digest);
      const errors = all[index];
      if (errors === undefined) throw new SweepError('BLOB_NOT_FOUND', 'it is gone');
      return modelOf(errors);
    },
  } as unknown as BlobStore;
  return { view, bus };
}

const signal = new AbortController().signal;
const judge = ({ view, bus }: { view: StudyView; bus: BlobStore }) => judgeRows(view, bus, signal);

describe('the rows that may be the best', () => {
  it('are told by the errors that are kept with the models', async () => {
    const study = studyOf([errorsOf(0, 1), errorsOf(0.002, 2), errorsOf(0.4, 3)]);
    const set = await judge(study);
    assert.ok(set !== null);
    assert.equal(set.reason, undefined);
    assert.deepEqual(
      set.rows.map(({ trial }) => trial),
      rankView(study.view).map(({ row }) => row.trial),
    );
    assert.deepEqual(membersOf(set).sort(), [trialAt(0), trialAt(1)].sort());
    const ranked = rankView({ ...study.view, confidenceSet: set });
    assert.deepEqual(
      ranked.map(({ tied }) => tied),
      [false, true, false],
    );
  });

  it('do not depend on the order in which results came in', async () => {
    const all = [errorsOf(0.01, 4), errorsOf(0, 5), errorsOf(0.02, 6), errorsOf(0.05, 7)];
    const sets: (ConfidenceSet | null)[] = [];
    for (const order of [
      [0, 1, 2, 3],
      [3, 1, 0, 2],
      [2, 3, 1, 0],
    ])
      sets.push(await judge(studyOf(all, order)));
    assert.deepEqual(sets[1], sets[0]);
    assert.deepEqual(sets[2], sets[0]);
  });

  it('leave out a row whose model is gone, whatever its objective', async () => {
    const set = await judge(studyOf([errorsOf(0.01, 4), undefined, errorsOf(0, 5)]));
    assert.deepEqual(set?.rows.map(({ trial }) => trial).sort(), [trialAt(0), trialAt(2)].sort());
    assert.equal(set?.notCompared, 0);
  });

  it('are still told where one that is far off is off for long stretches', async () => {
    const far = errorsOf(2, 8, 0.9).map((error, at) => error + 0.4 * Math.sin(at / 40));
    const set = await judge(studyOf([errorsOf(0, 1), errorsOf(0.002, 2), far]));
    assert.deepEqual([set?.reason, set?.rows.length], [undefined, 3]);
    assert.ok(Number(set?.rows[2]?.pValue) < 0.001);
  });

  it('are not told where errors are too much alike, of models without errors, of other samples', async () => {
    const slow = (seed: number) => {
      const walk = autoregressive(SAMPLES, 0.995, normalNumbers(seed));
      return Float32Array.from(walk, (value) => Math.abs(value) + 1);
    };
    const reasonOf = async (all: readonly (Float32Array | null)[]) => (await judge(studyOf(all)))?.reason;
    assert.equal(await reasonOf([slow(1), slow(2)]), 'dependent');
    assert.equal(await reasonOf([errorsOf(0, 1), null]), 'not-kept');
    const without = studyOf([null, null]);
    const header = { ...without.view.header!, metric: 'validationMacroF1' };
    const set = await judge({ ...without, view: { ...without.view, header } });
    assert.equal(set?.reason, 'not-sampled', 'no version keeps errors of it');
    assert.equal(await reasonOf([errorsOf(0, 1), errorsOf(0, 2).subarray(1)]), 'other-samples');
    assert.equal(await judge(studyOf([errorsOf(0, 1)])), null);
  });

  it('are told by the seeds where points have several', async () => {
    const spec = { objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' }, repeats: 4 };
    const luck = [0, 0.2, -0.1, 0.3];
    const points = [1, 1.001, 3];
    const jitter = (point: number, seed: number) => 0.002 * ((3 * point + 5 * seed) % 7);
    const events = points.flatMap((value, point) =>
      luck.map((shared, seed) =>
        finished(4 * point + seed, value + shared + jitter(point, seed), { params: { units: point }, seed }),
      ),
    );
    const view = foldEvents(logged([created({ spec, total: 12 }), ...events]));
    const set = await judge({ view, bus: {} as unknown as BlobStore });
    assert.equal(set?.over, 'seeds');
    assert.ok(set !== null && !membersOf(set).includes(trialAt(8)) && membersOf(set).length === 2);
  });
});

describe('a study without a winner', () => {
  const viewOf = (repeats: number, ...states: ('COMPLETE' | 'PRUNED')[]): StudyView => {
    const spec = { ...(created().spec as object), repeats };
    const events = states.map((state, index) => {
      const seed = 42 + (index % repeats);
      const params = { units: Math.floor(index / repeats) };
      return finished(index, 0.3 + index / 100, { params, seed, result: result(0.3, { state }) });
    });
    return foldEvents(logged([created({ spec, total: states.length }), ...events]));
  };

  it('has points that are not whole where each lost a seed to the scheduler', () => {
    const view = viewOf(2, 'COMPLETE', 'PRUNED', 'PRUNED', 'COMPLETE');
    assert.ok(rankView(view).every(({ row }) => row.state === 'PRUNED'));
    assert.match(whyNoWinner(view), /^the scheduler stopped a seed or more .*: promote the best ones/);
  });

  it('has no result else', () => {
    assert.equal(whyNoWinner(viewOf(1, 'PRUNED', 'PRUNED')), 'no trial ended with a result');
    assert.equal(whyNoWinner(viewOf(2)), 'no trial ended with a result');
  });
});
