// What every runner must do: the guarantees of worker/runners/runner.ts, as tests. A runner is run as a trial thread runs it,
// without the thread: its hooks are recorded, and a stop is asked for after so many steps.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { decodeCheckpoint } from '../../src/engine/training/checkpoint.js';
import type { StopRequest } from '../../src/engine/training/trial-training.js';
import type { EpochReport, Objective, TrialConfig } from '../../src/study/trial/trial.js';
import { OpenRunners, runnerOf } from '../../worker/runners/registry.js';
import type { Runner, RunnerSettings, RunOutcome } from '../../worker/runners/runner.js';
import { asTrialError } from '../../worker/thread/trial-error.js';

export interface RunnerSubject {
  readonly name: string;
  readonly objective: Objective;
  readonly settings: RunnerSettings;
  /** A trial that ends well. */
  readonly sound: TrialConfig;
  /** Epochs that a whole run of it reports; 0: the objective has none, and no checkpoints. */
  readonly epochs: number;
  /** Of each trial; absent: none. */
  readonly timeLimitMs?: number;
  /** A trial that no machine can run as it is described. */
  readonly impossible: TrialConfig;
  /** A trial whose value is not finite. */
  readonly diverging: TrialConfig;
}

interface Checkpoint {
  readonly epoch: number;
  readonly step: number;
  readonly bytes: Uint8Array;
}

interface Recorded {
  readonly outcome: RunOutcome;
  readonly reports: readonly EpochReport[];
  readonly checkpoints: readonly Checkpoint[];
  readonly progress: number;
}

type StopAt = (progress: number, reports: number) => StopRequest;

/** `prepare` is called once, before the first test. */
export function describeRunnerContract(name: string, prepare: () => Promise<RunnerSubject>): void {
  describe(`runner: ${name}`, () => {
    let subject: RunnerSubject;
    let runner: Runner<TrialConfig>;
    let whole: Recorded;
    before(async () => {
      subject = await prepare();
      runner = new OpenRunners(subject.settings).for(subject.sound);
      whole = await run(subject.sound);
    });

    async function run(
      config: TrialConfig,
      checkpoint: Uint8Array | null = null,
      stopAt: StopAt = () => 'none',
      until?: number,
    ): Promise<Recorded> {
      const reports: EpochReport[] = [];
      const checkpoints: Checkpoint[] = [];
      let progress = 0;
      const place = { trial: 'contract', attempt: 1, slot: 0 };
      const { objective, timeLimitMs = null } = subject;
      const trial = { config, objective, place, timeLimitMs, ...(until === undefined ? {} : { until }) };
      const outcome = await runner.run(trial, checkpoint, {
        onReport: (report) => reports.push(report),
        onCheckpoint: (epoch, bytes, step) => checkpoints.push({ epoch, step, bytes: bytes.slice() }),
        stopRequest: () => stopAt(progress, reports.length),
        onProgress: () => progress++,
        onWarning: () => {},
      });
      return { outcome, reports, checkpoints, progress };
    }

    const codeOf = async (config: TrialConfig, checkpoint: Uint8Array | null = null): Promise<string> => {
      try {
        return (await run(config, checkpoint)).outcome.type;
      } catch (thrown) {
        return asTrialError(thrown).code;
      }
    };

    it('ends with a finite objective, which is the metric of its best epoch', () => {
      const { outcome } = whole;
      assert.ok(outcome.type === 'finished');
      assert.equal(outcome.result.state, 'COMPLETE');
      assert.ok(Number.isFinite(outcome.result.objective));
      assert.equal(outcome.result.metrics[subject.objective.metric], outcome.result.objective);
    });

    it('reports every epoch of its budget once, in order, and counts progress', () => {
      assert.deepEqual(
        whole.reports.map(({ epoch }) => epoch),
        Array.from({ length: subject.epochs }, (_, index) => index + 1),
      );
      for (const { metrics } of whole.reports) {
        assert.ok(Number.isFinite(metrics[subject.objective.metric]));
      }
      assert.ok(whole.progress > 0);
    });

    it('leaves a model exactly where its row says so', () => {
      const { outcome } = whole;
      assert.ok(outcome.type === 'finished');
      assert.equal(outcome.model !== null, runnerOf(subject.sound).leavesModel);
    });

    it('tells of weights and an engine exactly where it trained some', () => {
      const { outcome } = whole;
      assert.ok(outcome.type === 'finished');
      const { leavesModel } = runnerOf(subject.sound);
      assert.equal('weightsDigest' in outcome.result, leavesModel);
      assert.equal('engine' in outcome.result, leavesModel);
    });

    it('gives the same result each time, but for its duration', async () => {
      assert.deepEqual(timeless((await run(subject.sound)).outcome), timeless(whole.outcome));
    });

    it('is interrupted before its first step', async () => {
      const { outcome, reports } = await run(subject.sound, null, () => 'interrupt');
      assert.deepEqual(outcome, { type: 'interrupted', epoch: 0 });
      assert.equal(reports.length, 0);
    });

    it('is not pruned before it has a result', async () => {
      const { outcome, reports } = await run(subject.sound, null, () => 'prune');
      assert.ok(outcome.type === 'finished');
      assert.ok(Number.isFinite(outcome.result.objective));
      assert.equal(reports.length, Math.min(1, subject.epochs));
      assert.equal(outcome.result.state, subject.epochs > 1 ? 'PRUNED' : 'COMPLETE');
    });

    it('goes on from where it was interrupted, to the result of a run that was not', async (t) => {
      if (subject.epochs === 0) return t.skip('no epochs');
      // In the middle of an epoch after the first.
      const stop = Math.floor(whole.progress * 0.6);
      const first = await run(subject.sound, null, (done) => (done >= stop ? 'interrupt' : 'none'));
      assert.ok(first.outcome.type === 'interrupted');
      assert.ok(first.progress < whole.progress);
      const newest = first.checkpoints.at(-1);
      assert.ok(newest !== undefined && newest.epoch > 0);
      assert.equal(newest.epoch, first.outcome.epoch);
      const second = await run(subject.sound, newest.bytes);
      assert.deepEqual(timeless(second.outcome), timeless(whole.outcome));
      assert.deepEqual(
        [...first.reports, ...second.reports].map(({ epoch, metrics }) => ({ epoch, metrics })),
        whole.reports.map(({ epoch, metrics }) => ({ epoch, metrics })),
      );
    });

    it('waits where it is told to, and goes on to the result of a run that did not', async (t) => {
      if (subject.epochs === 0) return t.skip('no epochs');
      const told: EpochReport[] = [];
      let state: Uint8Array | null = null;
      for (const until of [1, 3]) {
        const { outcome, reports } = await run(subject.sound, state, undefined, until);
        assert.ok(outcome.type === 'paused', outcome.type);
        assert.deepEqual(
          [outcome.epoch, outcome.result.state, outcome.result.epochs],
          [until, 'PRUNED', until],
        );
        assert.equal(outcome.model !== null, runnerOf(subject.sound).leavesModel);
        told.push(...reports);
        state = outcome.state;
      }
      const last = await run(subject.sound, state);
      assert.deepEqual(timeless(last.outcome), timeless(whole.outcome));
      assert.deepEqual(
        [...told, ...last.reports].map(({ epoch, metrics }) => ({ epoch, metrics })),
        whole.reports.map(({ epoch, metrics }) => ({ epoch, metrics })),
      );
    });

    it('refuses a checkpoint that is none of this trial', async (t) => {
      if (subject.epochs === 0) return t.skip('no checkpoints');
      assert.equal(
        await codeOf(subject.sound, new TextEncoder().encode('no checkpoint')),
        'CHECKPOINT_CORRUPT',
      );
    });

    it('throws TRIAL_DIVERGED when its value is not finite', async () => {
      assert.equal(await codeOf(subject.diverging), 'TRIAL_DIVERGED');
    });

    it('throws an error that is the trial’s own when it cannot be run as described', async () => {
      assert.equal(await codeOf(subject.impossible), 'TRIAL_BAD_INPUT');
    });

    it('takes the next trial after each of these ends', async () => {
      assert.deepEqual(timeless((await run(subject.sound)).outcome), timeless(whole.outcome));
    });
  });
}

function timeless(outcome: RunOutcome): unknown {
  if (outcome.type !== 'finished') return outcome;
  const { result, state } = outcome;
  const known = state === undefined ? {} : { state: { ...decodeCheckpoint(state), durationMs: 0 } };
  return { ...outcome, result: { ...result, durationMs: 0 }, ...known };
}
