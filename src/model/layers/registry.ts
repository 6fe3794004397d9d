// The layer table: one row a layer type. What a layer type is to the sweep file, the plan and the export is read here; what
// computes it is found by the same names in each engine's create-layer.ts, where a missing one does not compile.
import { z } from 'zod';
import { attention } from './attention.js';
import { bidirectional } from './bidirectional.js';
import { conv1d } from './conv1d.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { embedding } from './embedding.js';
import { flatten } from './flatten.js';
import { gru } from './gru.js';
import { lastStep } from './last-step.js';
import { layerNormalization } from './layer-normalization.js';
import { lstm } from './lstm.js';
import { persistence } from './persistence.js';
import { averagePooling1d, globalAveragePooling1d, globalMaxPooling1d, maxPooling1d } from './pooling.js';
import { residual } from './residual.js';
import { seriesEmbedding } from './series-embedding.js';

/** In the order of the published schema. */
export const LAYERS = {
  dense,
  flatten,
  dropout,
  gru,
  lstm,
  bidirectional,
  conv1d,
  maxPooling1d,
  averagePooling1d,
  globalMaxPooling1d,
  globalAveragePooling1d,
  embedding,
  layerNormalization,
  persistence,
  residual,
  attention,
  lastStep,
  seriesEmbedding,
} as const;

export type LayerType = keyof typeof LAYERS;
export const LAYER_TYPES = Object.keys(LAYERS) as LayerType[];

const schemas = Object.values(LAYERS).map((row) => row.schema);
/** One layer, with defaults and without references; zod wants a tuple to infer the union, the table says what it is. */
export const layerSchema = z.discriminatedUnion(
  'type',
  schemas as [(typeof schemas)[number], ...typeof schemas],
);
