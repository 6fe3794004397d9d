// A study as its report tells it: one experiment a row of the ranking with its curve; of a chapter in the order
// of the sweep file and with the published figure beside it. Pure; the document of report.json. Fields only grow.
import { rankView } from '../leaderboard/ranking.js';
import { paramNames, varyingParams } from '../leaderboard/row-fields.js';
import { finalistNotes } from '../leaderboard/test-notes.js';
import type { IntervalReason } from '../statistics/interval-reason.js';
import type { FinishedRow, RowState } from '../study/finished-row.js';
import { headerOf, type StudyState, type StudyView } from '../study/study-view.js';
import type { TestEvaluation } from '../study/test-evaluation.js';
import { weightsOf } from '../study/trial/second-metric.js';
import type { EpochReport, Params } from '../study/trial/trial.js';
import { naiveBaselineOf } from '../task/naive-baselines.js';
import { taskOfStudy } from '../task/registry.js';
import type { Task, TaskKind } from '../task/task.js';
import { paramFormat } from '../wording/param-format.js';
import type { Chapter, PublishedFigure } from './published-figures.js';

export interface CurvePoint {
  readonly epoch: number;
  /** null: nothing was trained. */
  readonly trainLoss: number | null;
  readonly validationLoss: number;
  readonly validationAccuracy?: number;
}

export interface Experiment {
  readonly name: string;
  readonly trial: string;
  readonly params: Params;
  readonly state: RowState;
  readonly objective: number;
  /** 95 %. */
  readonly objectiveInterval: readonly [number, number] | null;
  /** Why there is no interval; null when there is one, or it is of an older log. */
  readonly objectiveIntervalReason: IntervalReason | null;
  /** In the target's unit; null without one. */
  readonly objectiveUnits: number | null;
  readonly intervalUnits: readonly [number, number] | null;
  readonly bestEpoch: number;
  readonly epochs: number;
  /** null: a program, which has none of ours. */
  readonly parameters: number | null;
  /** Seconds of an epoch with its evaluation; null when nothing is trained. */
  readonly secondsPerEpoch: number | null;
  readonly published: PublishedFigure | null;
  /** Published seconds an epoch over ours; null unless both are of the same work. */
  readonly timeRatio: number | null;
  /** Common sense on the samples that it was judged on: MAE, or accuracy of reviews; null where there is none. */
  readonly baseline: number | null;
  /** Rows from the last one read to the target; null: not a series, or of an older version. */
  readonly horizonRows: number | null;
  /** That it was judged on; null: not a series, or of an older version. */
  readonly validationWindows: number | null;
  /** null: the log that held it is gone. */
  readonly curve: readonly CurvePoint[] | null;
}

export interface StudyReport {
  readonly title: string;
  readonly study: string;
  readonly sweep: string;
  readonly state: StudyState;
  readonly version: string;
  readonly engine: string;
  readonly profile: string | null;
  readonly data: {
    readonly source: string;
    readonly digest: string;
    readonly synthetic: boolean;
    readonly isReviews: boolean;
    /** null: nothing is learnt from data. */
    readonly task: TaskKind | null;
  };
  readonly metric: string;
  readonly unit: string | null;
  readonly target: string;
  /** Unit in which a chapter's figures stand beside ours; null: in none. */
  readonly publishedUnit: string | null;
  /** Whether figures of a chapter stand beside ours. */
  readonly isOfChapter: boolean;
  /** Why the published figures cannot be compared with ours; empty: they can. */
  readonly departures: readonly string[];
  /** Where the published figures are from; null without any. */
  readonly notebooks: string | null;
  readonly experiments: readonly Experiment[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /**
   * Common sense on the validation samples: naive persistence, or the commoner label; null where there is none, and where
   * experiments of several horizons each have their own.
   */
  readonly baseline: number | null;
  readonly test: TestEvaluation | null;
  /** Said below it of the finalists, and of how far the validation samples flattered them. */
  readonly finalistNotes: readonly string[];
}

export interface ReportInput {
  readonly view: StudyView;
  /** By trial. */
  readonly curves: ReadonlyMap<string, readonly EpochReport[]>;
  readonly chapter: Chapter | null;
  readonly departures: readonly string[];
}

export function describeReport({ view, curves, chapter, departures }: ReportInput): StudyReport {
  const header = headerOf(view);
  const { dataset } = header;
  const ranked = rankView(view);
  const rows = ranked.map(({ row }) => row);
  if (chapter !== null) rows.sort((left, right) => firstIndex(left) - firstIndex(right));
  const nameOf = namesOf([...rows, ...view.failedTrials]);
  const task = taskOfStudy(view);
  const baselines = task?.baselines(view) ?? [];
  return {
    title: chapter?.title ?? header.name,
    study: header.study,
    sweep: header.name,
    state: view.state,
    version: header.version,
    engine: header.engine,
    profile: header.profile ?? null,
    data: {
      source: dataset?.source ?? 'none',
      digest: dataset?.digest ?? '',
      synthetic: dataset?.synthetic ?? false,
      ...(task?.reportFacts ?? { isReviews: false }),
      task: task?.kind ?? null,
    },
    metric: header.metric ?? 'objective',
    unit: dataset?.unit ?? null,
    target: dataset?.target ?? '',
    publishedUnit: chapter?.unit ?? null,
    isOfChapter: chapter !== null,
    departures,
    notebooks: chapter?.notebooks ?? null,
    experiments: rows.map((row) =>
      describeExperiment(row, nameOf(row.params), view, task, curves, chapter, departures.length === 0),
    ),
    failed: view.failedTrials.map(({ params, error }) => ({
      name: nameOf(params),
      reason: `${error.code}: ${error.message}`,
    })),
    baseline: baselines.length === 1 ? (baselines[0]?.value ?? null) : null,
    finalistNotes: finalistNotes(view, ranked),
    test: view.tests.find(({ trial }) => ranked[0]?.row.seeds.some((seed) => seed.trial === trial)) ?? null,
  };
}

/** Common sense itself: it has nothing to train. */
export function isUntrained({ parameters }: Pick<Experiment, 'parameters'>): boolean {
  return parameters === 0;
}

function firstIndex(row: FinishedRow): number {
  return Math.min(...row.seeds.map(({ index }) => index));
}

/** What tells the rows apart: of variants their name alone, else `units=32 cell=gru`. */
function namesOf(rows: readonly { readonly params: Params }[]): (params: Params) => string {
  const varying = varyingParams(rows);
  const names = varying.length > 0 ? varying : paramNames(rows);
  const formats = new Map(names.map((name) => [name, paramFormat(rows.map(({ params }) => params[name]))]));
  return (params) => {
    const parts = names.map((name) => {
      const value = formats.get(name)?.(params[name]);
      return name === 'variant' ? value : `${name}=${value}`;
    });
    return parts.join(' ') || 'the one trial';
  };
}

function describeExperiment(
  row: FinishedRow,
  name: string,
  view: StudyView,
  task: Task | null,
  curves: ReportInput['curves'],
  chapter: Chapter | null,
  isComparable: boolean,
): Experiment {
  const result = row.seeds[0]!.result;
  const { dataset, metric } = headerOf(view);
  const naive = naiveBaselineOf(row);
  const reports = curves.get(row.trial) ?? null;
  const published = chapter?.figures[String(row.params.variant)] ?? null;
  const secondsPerEpoch = isUntrained({ parameters: weightsOf(result) })
    ? null
    : secondsOf(reports, result.durationMs, result.epochs);
  const unit = dataset === null || dataset.unit === null ? null : (task?.unitOf(dataset) ?? null);
  const hasUnits = unit?.hasOwnScale === true && metric === task?.metrics[0].name;
  const scale = unit?.scale ?? 1;
  return {
    name,
    trial: row.trial,
    params: row.params,
    state: row.state,
    objective: row.objective,
    objectiveInterval: row.objectiveInterval,
    objectiveIntervalReason: row.objectiveIntervalReason ?? null,
    objectiveUnits: hasUnits ? row.objective * scale : null,
    intervalUnits:
      hasUnits && row.objectiveInterval !== null
        ? [row.objectiveInterval[0] * scale, row.objectiveInterval[1] * scale]
        : null,
    bestEpoch: result.bestEpoch,
    epochs: result.epochs,
    parameters: weightsOf(result),
    secondsPerEpoch,
    published,
    timeRatio:
      isComparable && secondsPerEpoch !== null && published?.secondsPerEpoch != null
        ? published.secondsPerEpoch / secondsPerEpoch
        : null,
    baseline: task?.baselineOf(result) ?? null,
    horizonRows: naive?.horizonRows ?? null,
    validationWindows: naive?.validationWindows ?? null,
    curve: reports === null ? null : reports.flatMap(pointOf),
  };
}

/** The median: the first epoch warms up, and others may share the machine for a while. */
function secondsOf(reports: readonly EpochReport[] | null, durationMs: number, epochs: number): number {
  if (reports === null || reports.length === 0) return durationMs / epochs / 1000;
  const sorted = reports.map((report) => report.durationMs).sort((left, right) => left - right);
  const upper = sorted.length >>> 1;
  const lower = (sorted.length - 1) >>> 1;
  return (sorted[lower]! + sorted[upper]!) / 2 / 1000;
}

function pointOf({ epoch, metrics }: EpochReport): CurvePoint[] {
  const { validationLoss, trainLoss, validationAccuracy } = metrics;
  if (validationLoss === undefined) return [];
  return [
    {
      epoch,
      trainLoss: trainLoss ?? null,
      validationLoss,
      ...(validationAccuracy === undefined ? {} : { validationAccuracy }),
    },
  ];
}
