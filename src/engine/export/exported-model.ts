// A trained model taken out of its study, with all that using it needs: what `sweep.json` in an exported folder says.
// Written by write-export.ts, read by read-export.ts, used by the tasks.
import { z } from 'zod';
import type { LayerSpec } from '../../model/layer-spec.js';
import { LAYER_TYPES } from '../../model/layers/registry.js';
import { engineNameSchema } from '../../study/trial/trial.js';
import { taskUseSchema } from '../../task/use-schema.js';
import type { NamedTensor } from '../engine.js';

export const DESCRIPTION_FILE = 'sweep.json';
export const MODEL_FILE = 'model.json';
export const WEIGHTS_FILE = 'weights.bin';

const count = () => z.int().min(1);

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
  /** The digest of the weights in the folder, in the order of `weights`. */
  weightsDigest: z.string(),
  /** The digest of the weights after the last epoch: what the leaderboard shows. */
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
  task: taskUseSchema,
});

export type ExportDescription = Omit<z.infer<typeof exportDescriptionSchema>, 'layers'> & {
  readonly layers: readonly LayerSpec[];
};

export interface ExportedModel {
  readonly description: ExportDescription;
  readonly weights: readonly NamedTensor[];
  /** By rank; null unless the task names a vocabulary. */
  readonly vocabulary: readonly string[] | null;
}
