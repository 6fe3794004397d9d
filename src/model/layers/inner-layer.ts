// A layer that may stand inside a residual layer: those that can keep the time steps they get.
import { z } from 'zod';
import type { LayerRow, LayerSchema } from '../layer-row.js';
import type { WeightShapes } from '../weight-shape.js';
import { bidirectional } from './bidirectional.js';
import { conv1d } from './conv1d.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { gru } from './gru.js';
import { layerNormalization } from './layer-normalization.js';
import { lstm } from './lstm.js';
import { averagePooling1d, maxPooling1d } from './pooling.js';

const INNER_LAYERS = {
  dense,
  dropout,
  gru,
  lstm,
  bidirectional,
  conv1d,
  maxPooling1d,
  averagePooling1d,
  layerNormalization,
} as const;
type InnerType = keyof typeof INNER_LAYERS;

export const innerLayerSchema = z.discriminatedUnion('type', [
  dense.schema,
  dropout.schema,
  gru.schema,
  lstm.schema,
  bidirectional.schema,
  conv1d.schema,
  maxPooling1d.schema,
  averagePooling1d.schema,
  layerNormalization.schema,
]);
export type InnerLayer = Readonly<z.output<typeof innerLayerSchema>>;

export function rowOfInner({ type }: { readonly type: InnerType }): LayerRow<LayerSchema, WeightShapes> {
  return INNER_LAYERS[type] as unknown as LayerRow<LayerSchema, WeightShapes>;
}
