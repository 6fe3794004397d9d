// The JSON document of a study (`--json` of start, resume, status and leaderboard). Field names are an interface:
// they grow, they are never renamed.
import type { ConfidenceSet } from '../study/events.js';
import { overheadMsPerTrial } from '../study/study-timing.js';
import {
  countTrials,
  headerOf,
  type StudyHeader,
  type StudyState,
  type StudyView,
  type TrialCounts,
} from '../study/study-view.js';
import type { TestEvaluation } from '../study/test-evaluation.js';
import { type NaiveBaseline, naiveBaselines } from '../task/naive-baselines.js';
import { taskOfStudy, taskOfTest } from '../task/registry.js';
import type { BaselineFigures } from '../task/task.js';
import { finalistTests, optimismOf, overtuningOf } from './optimism.js';
import { type BoardRow, listBoard, rankView } from './ranking.js';
import { boardRow, type FailedLeaderboardRow, inUnits, type LeaderboardRow } from './row-fields.js';

/** What a trial promised on the validation samples, and how far the test set falls short of it; null: not known. */
interface DocumentedOptimism {
  readonly validation: number | null;
  readonly optimism: number | null;
  /** In the target's unit; absent where the figures are not of one. */
  readonly optimismUnits?: number | null;
}

export interface LeaderboardDocument {
  readonly study: string;
  readonly state: StudyState;
  readonly engine: string;
  readonly version: string;
  /** The sweep file's profile that was chosen, if any. */
  readonly profile?: string;
  /** The study that it goes on from, and the verb that made it of that. */
  readonly parent?: NonNullable<StudyHeader['parent']>;
  /** The second objective, if there is one: rows then say whether they are on the front (`pareto`). */
  readonly also?: string;
  readonly alsoDirection?: 'minimize' | 'maximize';
  readonly dataset: { readonly digest: string; readonly source: string; readonly synthetic: boolean } | null;
  readonly trials: TrialCounts;
  readonly durationMs: number;
  /** Time of a slot that is not training, from one trial's end to the next one's: thread start-up is before the first. */
  readonly overheadMsPerTrial: number;
  /**
   * Naive persistence, of reviews the commoner label; null where there is none, or none yet. Where trials forecast over
   * several horizons it is that of the best row's problem, and all stand in `baselines`.
   */
  readonly baseline: BaselineFigures;
  /** One a problem, where there are several; absent otherwise. */
  readonly baselines?: readonly (NaiveBaseline & { readonly validationMaeUnits: number | null })[];
  /** Ranked rows, then failed trials, whose rank is null. */
  readonly leaderboard: readonly (LeaderboardRow | FailedLeaderboardRow)[];
  readonly test: readonly (TestEvaluation & DocumentedOptimism)[];
  /** The winner's test error less the least of the finalists', normalised; null: there is no other. */
  readonly overtuning: number | null;
  /** What the tied rows were found over, and why none are; null: they were not looked for, or by an older version. */
  readonly confidenceSet: Omit<ConfidenceSet, 'rows'> | null;
  /** Unit of the target; null when it has none. */
  readonly unit: string | null;
}

/** The document of a view; `rows` when not all of its rows are wanted, or not in the order of their ranks. */
export function leaderboardDocument(
  view: StudyView,
  rows: readonly BoardRow[] = listBoard(view),
): LeaderboardDocument {
  const { study, engine, version, dataset, profile, parent, also } = headerOf(view);
  const baselines = naiveBaselines(view);
  return {
    study,
    state: view.state,
    engine,
    version,
    ...(profile === undefined ? {} : { profile }),
    ...(parent === undefined ? {} : { parent }),
    ...(also === undefined ? {} : { also: also.metric, alsoDirection: also.direction }),
    dataset:
      dataset === null
        ? null
        : { digest: dataset.digest, source: dataset.source, synthetic: dataset.synthetic },
    trials: countTrials(view),
    durationMs: view.timing.durationMs,
    overheadMsPerTrial: overheadMsPerTrial(view.timing),
    baseline: { ...NO_BASELINE, ...taskOfStudy(view)?.baselineFigures(view) },
    ...(baselines.length < 2
      ? {}
      : {
          baselines: baselines.map((one) => ({
            ...one,
            validationMaeUnits: inUnits(one.validationMae, view),
          })),
        }),
    leaderboard: rows.map((row) => boardRow(row, view)),
    test: view.tests.map((test) => ({ ...test, ...describeOptimism(test, view) })),
    overtuning: overtuningOf(finalistTests(view, rankView(view))),
    confidenceSet: describeSet(view.confidenceSet),
    unit: dataset?.unit ?? null,
  };
}

function describeOptimism(test: TestEvaluation, view: StudyView): DocumentedOptimism {
  const { validation = null, optimism = null } = optimismOf(test, view) ?? {};
  const { dataset } = headerOf(view);
  const hasUnits = dataset !== null && taskOfTest(test).unitOf(dataset).hasOwnScale;
  return { validation, optimism, ...(hasUnits ? { optimismUnits: inUnits(optimism, view) } : {}) };
}

function describeSet(set: ConfidenceSet | null): LeaderboardDocument['confidenceSet'] {
  if (set === null) return null;
  const { rows: _, ...facts } = set;
  return facts;
}

const NO_ROWS = '\n  "leaderboard": []';
const BESIDE_ROWS = NO_ROWS.slice(0, -1);

/** The text of the document, indented by two, part by part: of more rows than stand in memory. */
export function* documentParts(view: StudyView, rows: Iterable<BoardRow>): Generator<string> {
  const text = `${JSON.stringify(leaderboardDocument(view, []), null, 2)}\n`;
  // No text of a study can hold it: inside of a string neither a line break nor a quote stands alone.
  const at = text.indexOf(NO_ROWS);
  if (at < 0) throw new RangeError('the document has no place for its rows');
  let separator = `${text.slice(0, at)}${BESIDE_ROWS}\n`;
  let end = '';
  for (const row of rows) {
    yield `${separator}    ${JSON.stringify(boardRow(row, view), null, 2).replaceAll('\n', '\n    ')}`;
    separator = ',\n';
    end = '\n  ]';
  }
  yield end === '' ? text : `${end}${text.slice(at + NO_ROWS.length)}`;
}

const NO_BASELINE: BaselineFigures = {
  validationMae: null,
  validationMaeUnits: null,
  testMae: null,
  testMaeUnits: null,
};
