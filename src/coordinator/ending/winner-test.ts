// What becomes of a study whose ranking is fixed: which rows tie with the winner, and how it and the other finalists are on
// the test split, or why they are not tested. Owns no judgement of the test itself, which is finalize.ts, nor of the ties,
// which is judge-rows.ts, and writes nothing: the caller records what is returned.
import type { BlobStore } from '../../bus/bus.js';
import type { MappedDataset } from '../../dataset/dataset.js';
import type { Engine } from '../../engine/engine.js';
import { asSweepError, type ErrorCode } from '../../errors.js';
import type { Logger } from '../../log.js';
import { hashJson } from '../../study/canonical-json.js';
import type { ConfidenceSet, PassedOverTrial, StudyEvent } from '../../study/events.js';
import type { SeedResult } from '../../study/finished-row.js';
import { repeatedBy } from '../../study/origin-block.js';
import type { StudyView } from '../../study/study-view.js';
import type { TestEvaluation } from '../../study/test-evaluation.js';
import { type TrainConfig, trainingOf } from '../../study/trial/trial.js';
import type { StudyPlan } from '../plan/study-plan.js';
import type { StudyEnd } from '../study-course.js';
import type { StudyDataset } from '../study-dataset.js';
import { findCandidates, findWinner, testBest, testOthers } from './finalize.js';
import { judgeRows, membersOf } from './judge-rows.js';

/** The study's results are what they are, but its winner cannot be tested. */
const MODEL_IS_LOST: ReadonlySet<ErrorCode> = new Set([
  'BLOB_NOT_FOUND',
  'BLOB_CORRUPT',
  'CHECKPOINT_CORRUPT',
]);
/** How many trials that rank above the tested one and lack their models an event names. */
const PASSED_OVER_NAMED = 1_000;

export interface WinnerTestOptions {
  readonly view: StudyView;
  readonly plan: StudyPlan;
  /** null for a function objective. */
  readonly data: StudyDataset | null;
  readonly bus: BlobStore;
  readonly engine: Engine;
  readonly logger: Logger;
  /** Rows that are tested at most: the winner and those tied with it. */
  readonly finalists: number;
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
  const { view } = options;
  const winner = findWinner(view);
  if (winner === null) return { tested: null, state: 'failed', reason: reason ?? whyNoWinner(view) };
  try {
    return { tested: await evaluate(winner, options), state: 'complete', reason };
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

/** Of several seeds each is stopped or not by itself: none of the points may be whole. */
export function whyNoWinner({ rows, header }: Pick<StudyView, 'rows' | 'header'>): string {
  if (!rows.some(({ state, seeds }) => state === 'PRUNED' && seeds.length > 1))
    return 'no trial ended with a result';
  const one = repeatedBy(header?.dataset ?? null);
  return `the scheduler stopped a ${one} or more of each point, so that none is whole: promote the best ones, which trains them to their end`;
}

async function evaluate(winner: SeedResult, options: WinnerTestOptions): Promise<WinnerTest['tested']> {
  const { view, data, bus, signal } = options;
  // Before the test split is opened: which rows are its finalists is told by the validation errors alone.
  const set = await judgeRows(view, bus, signal);
  const isNews = set !== null && hashJson(set) !== hashJson(view.confidenceSet);
  const found =
    data === null ? null : await data.read((dataset) => testFinalists(winner, set, dataset, options));
  const { tests = [], passedOver = [] } = found ?? {};
  if (tests.length === 0 && !isNews) return null;
  const named = passedOver.slice(0, PASSED_OVER_NAMED);
  return {
    type: 'study.tested',
    tests,
    ...(named.length === 0 ? {} : { passedOver: named }),
    ...(isNews ? { confidenceSet: set } : {}),
  };
}

interface FinalistTests {
  readonly tests: readonly TestEvaluation[];
  readonly passedOver: readonly PassedOverTrial[];
}

/** The winner, and as many of those that tie with it as the sweep asks for: each trial once. */
async function testFinalists(
  winner: SeedResult,
  set: ConfidenceSet | null,
  dataset: MappedDataset,
  { view, plan, bus, engine, logger, finalists, signal }: WinnerTestOptions,
): Promise<FinalistTests> {
  const targetStd = view.header?.dataset?.targetStd ?? 1;
  const options = { bus, engine, dataset, targetStd, signal };
  const configOfTrial = (candidate: SeedResult): TrainConfig | null => configOf(candidate, view, plan);
  // A study that went on after it was stopped may have another winner by now.
  const isTested = ({ trial }: SeedResult): boolean => view.tests.some((test) => test.trial === trial);
  const candidates = findCandidates(view);
  const best = isTested(winner)
    ? null
    : await testBest(candidates, configOfTrial, options, ({ trial, reason }) =>
        logger.warn(`trial ${trial} cannot win: its model cannot be had; the next best is tested`, {
          reason,
        }),
      );
  const first = best?.test.trial ?? winner.trial;
  const members = new Set(set === null ? [] : membersOf(set).filter((trial) => trial !== first));
  const others = candidates
    .filter(({ trial }) => members.has(trial))
    .slice(0, finalists - 1)
    .filter((candidate) => !isTested(candidate));
  const tested = await testOthers(others, configOfTrial, options, ({ trial, reason }) =>
    logger.warn(`finalist ${trial} is not tested: its model cannot be had`, { reason }),
  );
  return { tests: [...(best === null ? [] : [best.test]), ...tested], passedOver: best?.passedOver ?? [] };
}

/** null for a function. */
function configOf({ trial, index }: SeedResult, view: StudyView, plan: StudyPlan): TrainConfig | null {
  const row = view.rows.find(({ seeds }) => seeds.some((seed) => seed.trial === trial));
  const config = row === undefined ? null : plan.resolve(row.params, index % plan.repeats).config;
  return config === null ? null : trainingOf(config);
}
