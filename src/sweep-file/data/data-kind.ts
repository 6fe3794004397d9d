// What a sweep file has to know of one kind of data: how its dataset section is read, what a sample of it is, which models
// go with it. One row a kind in data-kinds.ts; nowhere else in this room is a kind of data asked for.
import type { z } from 'zod';
import type { LayerSpec } from '../../model/layer-spec.js';
import type { Loss, NamedLoss } from '../../model/loss.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import type {
  ClassifyTask,
  ForecastTask,
  LabelTask,
  RowSplit,
  SeriesStretches,
} from '../../study/trial/trial.js';
import type { DataKind } from '../../task/task.js';
import type { LayerPath } from '../model/model-shape.js';
import type { Problems } from '../problems.js';
import type { TrialValues } from '../resolve-section.js';
import type { ClassWeights, PinballSection } from '../training-section.js';
import type { ReviewSampleSection } from './reviews-section.js';
import type { SeriesSampleSection } from './sample-section.js';

/** What a trial's config takes from the prepared dataset. */
export interface DatasetShape {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly columns: readonly { readonly name: string }[];
  readonly split: RowSplit;
  /** Of a rolling origin, from the latest block, whose split `split` is, to the earliest. */
  readonly rolling?: { readonly blocks: readonly BlockShape[] };
  /** The place of the block that `split` is of; absent: the latest. */
  readonly block?: number;
  /** Of several series, each with its rows in each split. */
  readonly series?: { readonly list: readonly OneSeriesShape[] };
  /** Of labelled rows. */
  readonly labels?: { readonly classes: readonly ClassShape[] };
  /** Of reviews. */
  readonly reviews?: {
    readonly positive: Readonly<Record<keyof RowSplit, number>>;
    readonly classes?: readonly ClassShape[];
    /** Of texts that may have several labels. */
    readonly tags?: { readonly names: readonly ClassShape[] };
  };
}

export interface BlockShape {
  readonly split: RowSplit;
  readonly columns: readonly { readonly std: number }[];
  /** Of several series. */
  readonly series?: readonly Pick<OneSeriesShape, 'stretches'>[];
  /** Of labelled rows: those of each class in the training part. */
  readonly classRows?: readonly number[];
}

/** A label and how many training samples have it. */
export interface ClassShape {
  readonly name: string;
  readonly train: number;
  /** Those of the block that has the fewest, where there are blocks. */
  readonly fewest?: number;
  /** Other names that the sweep file may give it. */
  readonly also?: readonly string[];
}

export interface OneSeriesShape {
  readonly name: string;
  readonly stretches: Readonly<Record<keyof RowSplit, readonly [slot: number, rows: number]>>;
}

/** The task but for the split, which the data decide. */
export type ResolvedTask =
  | Omit<ForecastTask, 'split'>
  | Omit<ClassifyTask, 'split'>
  | Omit<LabelTask, 'split'>;

/** null: not known yet. */
export type RowCounts = Readonly<Record<keyof RowSplit, number | null>>;

/** What the sections are resolved for, as far as it is known. */
export interface DataFacts {
  readonly kind: DataKind;
  /** Columns per row. */
  readonly features: number;
  /** Any that the data have, where they are not known yet. */
  readonly targetColumn: number;
  /** Of several all of them. */
  readonly targetColumns?: readonly number[];
  readonly rows: RowCounts;
  /** Of an earlier block of a rolling origin (see ForecastTask). */
  readonly errorScale?: number;
  readonly errorScales?: readonly number[];
  /** Columns that are read up to the target's time; absent: none, or nobody knows yet. */
  readonly ahead?: readonly number[];
  /** Of several series; then `rows` are those of the shortest one, which is named here. */
  readonly stretches?: SeriesStretches;
  readonly shortest?: string;
  /** The labels; null: how many there are is not known yet. */
  readonly classes?: readonly ClassShape[] | null;
  /** Labels of which a sample may have several; null: how many is not known yet; absent: it has one. */
  readonly labels?: number | null;
  /** Those labels, and how many training samples there are; absent: not known yet, or there are none. */
  readonly tags?: { readonly names: readonly ClassShape[]; readonly samples: number };
}

/** The sections that say what a sample is. */
export interface SampleSections {
  readonly window?: unknown;
  readonly dataset?: unknown;
}

/** What the training section says of the loss. */
export interface AskedLoss {
  readonly loss: NamedLoss | PinballSection;
  readonly classWeights: ClassWeights | undefined;
}

export interface LearntBy<Task> {
  readonly task: Task;
  readonly loss: Loss;
  /** Of each class, in the order of their numbers. */
  readonly classWeights?: readonly number[];
}

export interface DataSections<Section = never, Spec extends DatasetSpec = DatasetSpec, Task = ResolvedTask> {
  /**
   * The section in the form the dataset room acts on; paths are resolved against `folder`. `windowRows`: what the longest
   * window takes.
   */
  read(section: Section, folder: string, windowRows: number): Spec;
  /** The way back: a section that is read as `spec`, but for what decides what a sample is. */
  write(spec: Spec): Record<string, unknown>;
  /** A source given on the command line, in place of those of the file. */
  replaceSource(sources: readonly unknown[], source: string): unknown;
  /** The section that must be there, among those that describe a sample; null: all have defaults. */
  readonly required: 'window' | null;
  /** The one that may not. */
  readonly refused: {
    readonly section: 'window' | 'dataset';
    readonly message: string;
    readonly hint: string;
    /** Whether all that it holds, as it is written, decides what a sample is: then it may. */
    allows(section: unknown): boolean;
  };
  /** The fields of a raw dataset section that decide what a sample is; undefined: none do. */
  pickSample(section: unknown): Record<string, unknown> | undefined;
  /** Of those fields. */
  readonly sampleSchema: z.ZodType<ReviewSampleSection | SeriesSampleSection>;
  /** A written dataset section with those fields. */
  withSample(section: Record<string, unknown>, sample: unknown): Record<string, unknown>;
  /** What is wrong before the data are read. */
  check(spec: Spec, problems: Problems): void;
  /** Before the data are read; null: the section cannot be read. */
  guessFacts(spec: Spec | null): DataFacts;
  factsOf(spec: Spec, dataset: DatasetShape): DataFacts;
  /** Null when a section is not right. */
  resolveTask(
    sections: SampleSections,
    values: TrialValues,
    facts: DataFacts,
    problems: Problems,
  ): Task | null;
  /** The task with what the training's loss makes of it, and that loss as a trial has it. Throws SPEC_INVALID. */
  withLoss(task: Task, asked: AskedLoss, facts: DataFacts): LearntBy<Task>;
  /** A model's layers with those before them that its input takes. */
  withInput?(layers: readonly LayerSpec[], task: Task): readonly LayerSpec[];
  /** Throws MODEL_SHAPE with the path of the layer. */
  checkModel(
    layers: readonly LayerSpec[],
    task: Task,
    facts: DataFacts,
    batchSize: number,
    pathOf: LayerPath,
  ): void;
}
