// The contract of a task: what a study learns, how that is judged, and how it is told. One folder a task (forecast/,
// classify/), one row in registry.ts; outside of this room nobody asks which task it is. The suite that each passes is
// test/contract/task-contract.ts.

import type { DatasetMetadata, MappedDataset, SeriesFacts } from '../dataset/dataset.js';
import type { SampleSet } from '../dataset/sample-set.js';
import type { LayerSpec } from '../model/layer-spec.js';
import type { Loss } from '../model/loss.js';
import type { MetricName } from '../model/metric.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import type { DatasetInfo } from '../study/events.js';
import type { StudyView } from '../study/study-view.js';
import type { TestEvaluation } from '../study/test-evaluation.js';
import type { OutputErrors } from '../study/trial/output-errors.js';
import type { Metrics, RowRange, SplitName, TaskSpec, TrialResult } from '../study/trial/trial.js';
import type { Spread } from '../wording/figures.js';
import type { Evaluation } from './evaluation.js';
import type { BesideBaseline } from './forecast/baselines/rivals.js';
import type { TaskExport, TaskUse } from './task-export.js';

export type TaskKind = TaskSpec['kind'];
/** The data that a task is learnt from, as a sweep file and a study's log name them. */
export type DataKind = 'series' | 'reviews' | 'labelled';

export interface Task<
  Spec extends TaskSpec = TaskSpec,
  Use extends TaskUse = TaskUse,
  Test extends TestEvaluation = TestEvaluation,
> extends TaskSamples<Spec>,
    TaskJudging<Spec, Test>,
    TaskWording<Spec, Test>,
    TaskExport<Spec, Use> {
  readonly kind: TaskKind;
  readonly data: DataKind;
}

/** What a model is fed and answers. */
export interface TaskSamples<Spec extends TaskSpec> {
  /** What a model ends in. */
  answer(spec: AnsweredSpec<Spec>): Answer;
  /** The embedding that its inputs need; null: they are values as they are. */
  embed(spec: Pick<Spec, keyof Spec & ('kind' | 'maxFeatures')>, outputDim: number): LayerSpec | null;
  /** The column whose last value is the common-sense answer; null: there is none. */
  persistedColumn(spec: Pick<Spec, keyof Spec & ('kind' | 'targetColumn')>): number | null;
  timesteps(spec: Spec): number;
  /** Values a time step, of data with so many columns. */
  features(columns: number, spec: Spec): number;
  /** What is predicted, and how far ahead, of several columns of that at `place`; null: something of the sample itself. */
  horizon(spec: Spec, place?: number): Horizon | null;
  /** How many columns are predicted at once. */
  targets(spec: Spec): number;
  /** The same samples with the last step of a column alone for a target. */
  lastStep(spec: Spec, place?: number): Spec;
  /** What a study's log says of its target. */
  describeTarget(
    spec: DatasetSpec,
    metadata: DatasetMetadata,
  ): Pick<
    DatasetInfo,
    'kind' | 'target' | 'targets' | 'unit' | 'targetStd' | 'blocks' | 'stepSeconds' | 'classes'
  >;
  /** Why the dataset cannot be learnt from so: the field, and what is wrong with it; null: it can. */
  findMisfit(spec: Spec, metadata: DatasetMetadata): { readonly path: string; readonly what: string } | null;
  /** Rows of a split before its first target. */
  reach(spec: Pick<Spec, Exclude<keyof Spec, 'split'>>): number;
  /** The task where the longest one of its study reaches so far: all of a study are judged on the same targets. */
  withCommonReach<One extends Pick<Spec, Exclude<keyof Spec, 'split'>>>(spec: One, reach: number): One;
  /** The task of a model without weights, which answers with what it read: a level, whatever others learn. */
  untrained<One extends Pick<Spec, Exclude<keyof Spec, 'split'>>>(spec: One): One;
  /** As the trials of a point have it: of a rolling origin one a block, the latest first, else itself. */
  blocks(spec: Spec, metadata: Pick<DatasetMetadata, 'rolling'>): readonly Spec[];
  /** Samples of a split; 0: none. */
  count(spec: Spec, split: SplitName): number;
  /** The rows of a split that a trial is judged on. Throws DATASET_TOO_SHORT. */
  judgedRows(spec: Spec, split: 'validation' | 'test'): RowRange;
  /** Which of the validation samples are of which series, every `stride`-th told; none: they are not forecasts. */
  judgedSeries(spec: Spec, metadata: DatasetMetadata, stride: number): readonly JudgedSeries[];
  /** For this room only: openSplit and openTestSplit are the doors. */
  openRows(dataset: MappedDataset, spec: Spec, rows: RowRange, splitName: string, stride: number): SampleSet;
}

/** The windows of one series among those that a trial is judged on. */
export interface JudgedSeries {
  /** null: there is one. */
  readonly name: string | null;
  readonly windows: number;
  /** Steps of time from the earliest row of the dataset to the first target. */
  readonly firstStep: number;
  /** What its values, column by column, are normalised by. */
  readonly columns: readonly { readonly mean: number; readonly std: number }[];
}

/** What of a task decides what a model answers. */
export type AnsweredSpec<Spec extends TaskSpec> = Pick<Spec, 'kind'> &
  Partial<
    Pick<
      Spec,
      keyof Spec &
        (
          | 'targetColumns'
          | 'window'
          | 'quantiles'
          | 'conformal'
          | 'classes'
          | 'labels'
          | 'errorScale'
          | 'errorScales'
        )
    >
  >;

/** Unbounded values, one or one a class of probabilities. */
export interface Answer {
  readonly units: number;
  readonly activation: 'linear' | 'sigmoid' | 'softmax';
  /** Whether each value is the probability of a label that a sample may have beside others. */
  readonly areLabels?: true;
  /** One value each for every step. */
  readonly quantiles?: readonly number[] | undefined;
  /** Whether validation samples say how wide bands are to be. */
  readonly conformal?: boolean | undefined;
  /** Validation errors are told as so many times what the data have, of several columns each by itself; absent: once. */
  readonly errorScale?: number | readonly number[];
  /** Values are of so many columns, one column's after the other's; absent: of one. */
  readonly columns?: number;
}

/** From the last row read (`step` rows before the anchor) to the target, `delay` rows after it. */
export interface Horizon {
  readonly targetColumn: number;
  readonly step: number;
  /** Of several steps that of the last. */
  readonly delay: number;
  /** Of several steps how many there are, and the delay of the first. */
  readonly several?: { readonly steps: number; readonly nearest: number };
  /** Where the forecast of it stands in an answer. */
  readonly place: number;
}

/** How good a model is, beside common sense on the same samples. */
export interface TaskJudging<Spec extends TaskSpec, Test extends TestEvaluation> {
  /** What can be an objective; the first is what one is where the sweep file names none, and what baselines are told in. */
  readonly metrics: readonly [TaskMetric, ...TaskMetric[]];
  /** Unless the sweep file names one. */
  readonly loss: Loss;
  /** Whether samples say nothing of each other: neighbouring windows do. */
  readonly areIndependent: boolean;
  metricsOf(evaluation: Evaluation, loss: Loss): Metrics;
  /** Why a metric is not of such samples, as it follows its name; null: it is. */
  unmeasured(spec: Pick<Spec, Exclude<keyof Spec, 'split'>>, metric: MetricName): string | null;
  /** Over how many samples a sample shares its horizon with later ones, where every `stride`-th is evaluated. */
  overlap(spec: Spec, stride: number): number;
  /**
   * Values of every `stride`-th sample of a split, in order, as one series over time with the same mean: what intervals and
   * tests are made from. `overlap` counts its values. `kept`: which samples they are of, where some are left out (SampleSet).
   */
  overTime(
    spec: Spec,
    split: 'validation' | 'test',
    stride: number,
    values: ArrayLike<number>,
    kept?: Uint32Array,
  ): ArrayLike<number>;
  /** For this room only: validationBaseline and testBaseline are the doors. */
  baselineOver(
    dataset: MappedDataset,
    spec: Spec,
    rows: RowRange,
    splitName: string,
    stride: number,
  ): Baseline;
  /** For testBaseline only: null where the task knows none. `stride`: over the validation split. */
  besideBaseline(dataset: MappedDataset, spec: Spec, stride: number): BesideBaseline | null;
  /** What of a baseline stands in a trial's result, and the way back. */
  baselineFields(
    spec: Spec,
    baseline: Baseline,
  ): Pick<TrialResult, 'baselineMae' | 'horizonRows' | 'validationSamples' | 'baselineAccuracy'>;
  baselineOf(result: TrialResult): number | null;
  /** What of an evaluation stands in a trial's result where a prediction is more than one value. */
  outputFields(
    spec: Spec,
    outputs: OutputErrors | undefined,
    baseline: Baseline,
  ): Pick<TrialResult, 'bySteps' | 'byColumns' | 'band' | 'outputs'>;
  /** The winner on the test split; the other way: its figure there, in the first metric. */
  judge(
    spec: Spec,
    trial: string,
    evaluation: Evaluation,
    baseline: Baseline,
    dataset: Pick<DatasetMetadata, 'columns'> & {
      readonly targetStd: number;
      readonly series?: SeriesFacts | undefined;
    },
  ): Test;
  testValueOf(test: Test): number;
  isOwn(test: TestEvaluation): test is Test;
}

/** Common sense on the samples of a split. */
export interface Baseline {
  /** In the task's first metric. */
  readonly value: number;
  /** `[samples]`, in order: the error of each, or 1 where the answer is right. */
  readonly perSample: Float32Array;
  /** Of several steps, each by itself. */
  readonly bySteps?: readonly number[];
  /** Of several columns, each by itself. */
  readonly byColumns?: readonly number[];
  /** What others try before they train anything; absent: nobody asked, or the task knows no more. */
  readonly beside?: BesideBaseline;
}

export interface TaskMetric {
  readonly name: MetricName;
  /** Over a column of a terminal. */
  readonly head: string;
  /** In a report, before its value. */
  readonly title: string;
  /** `spread`: what the value is compared with. */
  format(value: number, spread?: Spread | null): string;
}

/** How results are told: names, figures in their unit, what the leaderboard and its documents have besides. */
export interface TaskWording<Spec extends TaskSpec, Test extends TestEvaluation> {
  readonly words: TaskWords;
  /** Fields of the leaderboard's CSV beside those that all tasks have: of the metrics, of what rows were judged on. */
  readonly fields: { readonly values: readonly BoardField[]; readonly judged: readonly BoardField[] };
  /** Facts in a report's document, by names that scripts read. */
  readonly reportFacts: { readonly isReviews: boolean };
  /** Whether the data are columns over time, which can be drawn. */
  readonly hasPlots: boolean;
  /** The first metric in the unit of the target. */
  unitOf(dataset: Pick<DatasetInfo, 'unit' | 'target' | 'targetStd'>): TaskUnit;
  /** One for each problem that trials of a study are of, known so far. */
  baselines(view: StudyView): readonly NamedBaseline[];
  /** What others try before they train anything, as far as it is known. */
  rivals(view: StudyView): readonly NamedBaseline[];
  /** The baselines in the leaderboard's document. */
  baselineFigures(view: StudyView): Partial<BaselineFigures>;
  describeTest(test: Test, unit: string | null): TestText;
  /**
   * What common sense makes of the samples that a trial was judged on; empty: nobody knows. `figure` writes errors with the
   * digits that tell them from the trial's own.
   */
  describeBaselineOf(result: Omit<TrialResult, 'parameters'>, figure: (value: number) => string): string;
  /** A trial's figures where it has several: by step, of a band, by class. Empty: it has not. */
  describeOutputs(
    result: Omit<TrialResult, 'parameters'>,
    classes: readonly string[] | undefined,
    /** Of a forecast of several columns these; absent: nobody says. */
    targets?: DatasetInfo['targets'],
  ): readonly string[];
  /** What `sweep baseline` says of a problem, for scripts and for people. */
  describeBaselines(
    spec: Spec,
    metadata: DatasetMetadata,
    found: Readonly<Record<'validation' | 'test', Baseline>>,
  ): { readonly document: object; readonly name: string; readonly figures: readonly string[] };
}

export interface TaskWords {
  /** One sample, and several. */
  readonly sample: string;
  readonly samples: string;
  /** Common sense as the name of a row, within a sentence, and over a column of several. */
  readonly baseline: string;
  readonly commonSense: string;
  readonly baselineHead: string;
  /** What a generated stand-in is not. */
  readonly measured: string;
  /** What the stand-in stands for, and where to get that. */
  readonly real: { readonly what: string; readonly source: string };
}

export type BoardField = 'validationAccuracy' | 'validationWindows' | 'baselineMae' | 'betterThanBaseline';

export interface TaskUnit {
  /** Over a column; `isObjective`: beside the objective that it is of. */
  head(isObjective: boolean): string;
  /** The field of a leaderboard's row that has it. */
  readonly field: 'validationMaeUnits' | 'validationAccuracy';
  /** Times this a value is in the unit. */
  readonly scale: number;
  /** Whether values as they are computed are shown besides. */
  readonly hasOwnScale: boolean;
  format(inUnit: number | null, spread?: Spread | null): string;
  /** With its unit, as it stands in a sentence. */
  say(inUnit: number, spread?: Spread | null): string;
  /** A difference of two, with its sign. */
  sayDifference(inUnit: number): string;
}

export interface NamedBaseline {
  readonly name: string;
  readonly value: number;
}

export interface BaselineFigures {
  readonly validationMae: number | null;
  readonly validationMaeUnits: number | null;
  readonly testMae: number | null;
  readonly testMaeUnits: number | null;
  readonly validationAccuracy?: number | null;
  readonly testAccuracy?: number | null;
}

export interface TestText {
  /** `MAE 2.35 °C (95 % interval 2.31 … 2.39)`. */
  readonly result: string;
  readonly baseline: string;
  readonly samples: string;
  readonly pValue: string;
  /** Other errors, and what others try before they train anything. */
  readonly beside?: readonly string[];
  /** Of several series, steps, quantiles or classes, each by itself. */
  readonly bySeries?: readonly string[];
}
