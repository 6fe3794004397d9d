// What becomes of a study whose ranking is fixed: its winner is tested, or why it is not. Owns no judgement of the test
// itself, which is finalize.ts, and writes nothing: the caller records what is returned.
import type { BlobStore } from '../bus/bus.js';
import type { Engine } from '../engine/engine.js';
import { asSweepError, type ErrorCode } from '../errors.js';
import type { Logger } from '../log.js';
import type { StudyEvent } from '../study/events.js';
import type { SeedResult } from '../study/finished-row.js';
import type { StudyView } from '../study/study-view.js';
import type { TrainConfig } from '../study/trial.js';
import { findCandidates, findWinner, testBest } from './finalize.js';
import type { StudyPlan } from './plan/study-plan.js';
import type { StudyEnd } from './study-course.js';
import type { StudyDataset } from './study-dataset.js';

/** The study's results are what they are, but its winner cannot be tested. */
const MODEL_IS_LOST: ReadonlySet<ErrorCode> = new Set([
  'BLOB_NOT_FOUND',
  'BLOB_CORRUPT',
  'CHECKPOINT_CORRUPT',
]);
/** Of trials that rank above the tested one and lack their models: an event holds no more. */
const PASSED_OVER_NAMED = 1_000;

export interface WinnerTestOptions {
  readonly view: StudyView;
  readonly plan: StudyPlan;
  /** null for a function objective. */
  readonly data: StudyDataset | null;
  readonly bus: BlobStore;
  readonly engine: Engine;
  readonly logger: Logger;
  /** Interrupts the evaluation. */
  readonly signal: AbortSignal;
}

export interface WinnerTest {
  /** To be recorded before the state. */
  readonly tested: Extract<StudyEvent, { type: 'study.tested' }> | null;
  readonly state: 'complete' | 'failed' | 'interrupted';
  readonly reason: string | null;
}

/** `reason`: why the study ended. Throws what is no fault of a model. */
export async function testWinner(
  options: WinnerTestOptions,
  reason: StudyEnd['reason'],
): Promise<WinnerTest> {
  const { view, data } = options;
  const winner = findWinner(view);
  if (winner === null)
    return { tested: null, state: 'failed', reason: reason ?? 'no trial ended with a result' };
  // A study that went on after it was stopped may have another winner by now.
  const isTested = view.tests.some((test) => test.trial === winner.trial);
  if (data === null || isTested) return { tested: null, state: 'complete', reason };
  try {
    return { tested: await evaluate(data, options), state: 'complete', reason };
  } catch (thrown) {
    const { code, message } = asSweepError(thrown);
    if (code === 'INTERRUPTED')
      return { tested: null, state: 'interrupted', reason: 'during the test evaluation' };
    if (!MODEL_IS_LOST.has(code)) throw thrown;
    // Its trials stand, and whoever resumes it after mending the blob has it tested.
    const why = `the winner, trial ${winner.trial}, was not tested: ${message}`;
    return { tested: null, state: 'failed', reason: why };
  }
}

async function evaluate(
  data: StudyDataset,
  { view, plan, bus, engine, logger, signal }: WinnerTestOptions,
): Promise<WinnerTest['tested']> {
  const targetStd = view.header?.dataset?.targetStd ?? 1;
  const found = await data.read((dataset) =>
    testBest(
      findCandidates(view),
      (candidate) => configOf(candidate, view, plan),
      { bus, engine, dataset, targetStd, signal },
      ({ trial, reason }) =>
        logger.warn(`trial ${trial} cannot win: its model cannot be had; the next best is tested`, {
          reason,
        }),
    ),
  );
  if (found === null) return null;
  const { test, passedOver } = found;
  const named = passedOver.slice(0, PASSED_OVER_NAMED);
  return { type: 'study.tested', tests: [test], ...(named.length === 0 ? {} : { passedOver: named }) };
}

/** null for a function. */
function configOf({ trial, index }: SeedResult, view: StudyView, plan: StudyPlan): TrainConfig | null {
  const row = view.rows.find(({ seeds }) => seeds.some((seed) => seed.trial === trial));
  const config = row === undefined ? null : plan.resolve(row.params, index % plan.repeats).config;
  return config?.kind === 'train' ? config : null;
}
