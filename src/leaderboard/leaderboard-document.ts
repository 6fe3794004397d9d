// The JSON document of a study (`--json` of start, resume, status and leaderboard). Field names are an interface:
// they grow, they are never renamed.
import type { TestEvaluation } from '../study/events.js';
import { overheadMsPerTrial } from '../study/study-timing.js';
import {
  countTrials,
  headerOf,
  type StudyState,
  type StudyView,
  type TrialCounts,
} from '../study/study-view.js';
import { type RankedRow, rankView } from './ranking.js';
import { inUnits, type LeaderboardRow, leaderboardRow } from './row-fields.js';

export interface LeaderboardDocument {
  readonly study: string;
  readonly state: StudyState;
  readonly engine: string;
  readonly version: string;
  readonly dataset: { readonly digest: string; readonly source: string; readonly synthetic: boolean } | null;
  readonly trials: TrialCounts;
  readonly durationMs: number;
  readonly overheadMsPerTrial: number;
  /** Naive persistence; null where there is none, or none yet. */
  readonly baseline: {
    readonly validationMae: number | null;
    readonly validationMaeUnits: number | null;
    readonly testMae: number | null;
    readonly testMaeUnits: number | null;
  };
  readonly leaderboard: readonly LeaderboardRow[];
  readonly test: readonly Pick<
    TestEvaluation,
    'trial' | 'testMae' | 'testMaeUnits' | 'interval' | 'baselineTestMae' | 'pValueVersusBaseline'
  >[];
  /** Unit of the target; null when it has none. */
  readonly unit: string | null;
}

/** The document of a view; `rows` when not all of its rows are wanted, or not in the order of their ranks. */
export function leaderboardDocument(
  view: StudyView,
  rows: readonly RankedRow[] = rankView(view),
): LeaderboardDocument {
  const { study, engine, version, dataset } = headerOf(view);
  const tested = view.tests[0];
  return {
    study,
    state: view.state,
    engine,
    version,
    dataset:
      dataset === null
        ? null
        : { digest: dataset.digest, source: dataset.source, synthetic: dataset.synthetic },
    trials: countTrials(view),
    durationMs: view.timing.durationMs,
    overheadMsPerTrial: overheadMsPerTrial(view.timing),
    baseline: {
      validationMae: view.baselineMae,
      validationMaeUnits: inUnits(view.baselineMae, view),
      testMae: tested?.baselineTestMae ?? null,
      testMaeUnits: tested?.baselineTestMaeUnits ?? null,
    },
    leaderboard: rows.map((ranked) => leaderboardRow(ranked, view)),
    test: view.tests.map((test) => ({
      trial: test.trial,
      testMae: test.testMae,
      testMaeUnits: test.testMaeUnits,
      interval: test.interval,
      baselineTestMae: test.baselineTestMae,
      pValueVersusBaseline: test.pValueVersusBaseline,
    })),
    unit: dataset?.unit ?? null,
  };
}
