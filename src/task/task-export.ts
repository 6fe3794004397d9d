// A task outside of its study: what an exported model says of itself, and predicting with it.
import type { DatasetMetadata } from '../dataset/dataset.js';
import type { DatasetSpec, MissingPolicy } from '../study/dataset-source.js';
import type { OutputErrors } from '../study/trial/output-errors.js';
import type { RowRange, TaskSpec } from '../study/trial/trial.js';
import type { Notice } from '../wording/fault-words.js';
import type { ClassifyUse } from './classify/classify-use.js';
import type { ForecastUse } from './forecast/forecast-use.js';
import type { LabelUse } from './label/label-use.js';
import type { ModelInput, ModelOutput } from './model-frame.js';
import type { Predictor } from './predictor.js';

/** The task of an exported model, with all that predicting takes. */
export type TaskUse = ForecastUse | ClassifyUse | LabelUse;

/** A trained model outside of its study. */
export interface TaskExport<Spec extends TaskSpec, Use extends TaskUse> {
  /** `task` in sweep.json. */
  describeUse(
    spec: Spec,
    source: DatasetSpec,
    metadata: DatasetMetadata & StepFact,
    cacheDirectory: string,
    outputs?: OutputErrors,
  ): Promise<{ readonly use: Use; readonly vocabulary: readonly string[] | null }>;
  /** All that `vocabularyFile` may name. */
  readonly vocabularyFiles: readonly string[];
  /** File of the words that go with it; null: none. */
  vocabularyFile(use: Use): string | null;
  /** What goes in and what comes out, for a README. */
  explainUse(use: Use, shape: { readonly timesteps: number; readonly features: number }): string;
  /** Values of a prediction. */
  unitsOf(use: Use): number;
  /** What stands around the layers, for forms of a model that hold all of it. Throws EXPORT_IMPOSSIBLE where it is more than they can. */
  frameOf(use: Use): { readonly input: ModelInput; readonly output: ModelOutput };
  /** Head of the CSV of predictions. */
  predictionHead(use: Use): readonly string[];
  /** Throws what reading the data throws. Of rows that were written before that, none should be kept. */
  predict(request: PredictRequest<Use>): Promise<Predicted>;
}

export interface StepFact {
  /** Seconds between rows; null: they have no times. */
  readonly stepSeconds: number | null;
}

export interface PredictRequest<Use> {
  /** Asked once it is known that the model can be used; the task disposes of what it gets. */
  buildPredictor(): Predictor;
  readonly use: Use;
  readonly model: UsedModel;
  /** Path of the data. */
  readonly data: string;
  /** Undefined: as for the training. */
  readonly onMissing: MissingPolicy | undefined;
  onRow(fields: readonly (string | number | null)[]): void;
}

/** What predicting takes of an exported model beside its task. */
export interface UsedModel {
  readonly description: {
    readonly trial: string;
    readonly timesteps: number;
    readonly data: {
      readonly source: string;
      readonly sourceDigest?: string;
      readonly trainedRows?: RowRange;
    };
  };
  readonly vocabulary: readonly string[] | null;
}

export interface Predicted {
  readonly document: Readonly<Record<string, unknown>>;
  readonly line: string;
  readonly notices: readonly Notice[];
}
