// A trained model taken out of its study, with all that using it needs: what `sweep.json` in an exported folder says.
// Written by write-export.ts, read by read-export.ts, used by predict-series.ts and predict-reviews.ts.
import { z } from 'zod';
import type { LayerSpec } from '../../model/layer-spec.js';
import { LAYER_TYPES } from '../../model/layers/registry.js';
import { MISSING_POLICIES } from '../../study/dataset-source.js';
import { engineNameSchema } from '../../study/trial.js';
import type { NamedTensor } from '../engine.js';

export const DESCRIPTION_FILE = 'sweep.json';
export const MODEL_FILE = 'model.json';
export const WEIGHTS_FILE = 'weights.bin';
export const VOCABULARY_FILE = 'vocabulary.json';

const count = () => z.int().min(1);

const forecastSchema = z.object({
  kind: z.literal('forecast'),
  /** In the order of the model's features. An input is (value − mean) / std; of a `held` column it is 0 always. */
  columns: z
    .array(
      z.object({
        name: z.string(),
        unit: z.string().nullable(),
        mean: z.number(),
        std: z.number(),
        held: z.literal(true).exactOptional(),
      }),
    )
    .min(1),
  /** Name, and place among `columns`. A prediction times its std, plus its mean, is in its unit. */
  target: z.string(),
  targetColumn: z.int().min(0),
  unit: z.string().nullable(),
  /** In rows: the window before row i reads i − lookback, i − lookback + step, …, i − step, the target is at i + delay. */
  window: z.object({ lookback: count(), step: count(), delay: z.int().min(0) }),
  /** Seconds between two rows; null: the series had no time column. */
  stepSeconds: z.number().nullable(),
  /** How its CSV was read. */
  csv: z.object({
    time: z.string().nullable(),
    missing: z.array(z.number()),
    onMissing: z.enum(MISSING_POLICIES),
  }),
});

const column = z.union([z.string(), z.int().min(0)]);
const classifySchema = z.object({
  kind: z.literal('classify'),
  maxLength: count(),
  maxFeatures: count(),
  reversed: z.boolean(),
  /** File of the words by rank: the word at place p has the id p + 4. null: the source gave numbers for words. */
  vocabulary: z.literal(VOCABULARY_FILE).nullable(),
  /** How its table was read; null: it was none. */
  table: z
    .object({ format: z.enum(['tsv', 'csv']), text: column, label: column, header: z.boolean() })
    .nullable(),
});

export const exportDescriptionSchema = z.object({
  format: z.literal('sweep-model'),
  version: z.literal(1),
  /** Program that wrote it. */
  writtenBy: z.string(),
  study: z.string(),
  trial: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  engine: engineNameSchema,
  /** At `epoch`, whose weights these are; of `epochs` trained. */
  objective: z.object({ metric: z.string(), value: z.number() }),
  epoch: z.int().min(0),
  epochs: z.int().min(0),
  /** Of the weights in the folder, in the order of `weights`. */
  weightsDigest: z.string(),
  /** Of the weights after the last epoch: what the leaderboard shows. */
  finalWeightsDigest: z.string(),
  data: z.object({
    source: z.string(),
    digest: z.string(),
    synthetic: z.boolean(),
    /** SHA-256 of the source's bytes, and its rows [start, end) that trained the model; absent in older folders. */
    sourceDigest: z.string().exactOptional(),
    trainedRows: z.object({ start: z.int().min(0), end: z.int().min(1) }).exactOptional(),
  }),
  /** Shape of one sample; an embedding takes `[timesteps]`. */
  timesteps: count(),
  features: count(),
  layers: z.array(z.looseObject({ type: z.enum(LAYER_TYPES) })).min(1),
  /** `weights.bin` begins with these, float32, little-endian, one after the other. */
  weights: z.array(z.object({ name: z.string(), shape: z.array(z.int().min(0)) })),
  task: z.discriminatedUnion('kind', [forecastSchema, classifySchema]),
});

export type ForecastUse = z.infer<typeof forecastSchema>;
export type ClassifyUse = z.infer<typeof classifySchema>;
export type ExportDescription = Omit<z.infer<typeof exportDescriptionSchema>, 'layers'> & {
  readonly layers: readonly LayerSpec[];
};

export interface ExportedModel {
  readonly description: ExportDescription;
  readonly weights: readonly NamedTensor[];
  /** By rank; null unless the task names a vocabulary. */
  readonly vocabulary: readonly string[] | null;
}
