// What the layer table says of a layer type: its options, shapes, weights, cost and Keras form, each said once and read by
// the sweep file, the plan, the engines and the export. The arithmetic itself is each engine's class.
import type { z } from 'zod';
import type { Immutable } from '../schema/wire.js';
import type { KerasForm } from './keras-form.js';
import type { Shape, ShapeProblem } from './layer-shape.js';
import type { WeightShapes } from './weight-shape.js';

/** A strict object of `type` and the options, with Keras' defaults; without references. */
export type LayerSchema = z.ZodObject<{ type: z.ZodLiteral<string> } & z.ZodRawShape>;

/** A layer with every default filled in. */
export type LayerOf<Schema extends LayerSchema> = Immutable<z.output<Schema>>;

export interface LayerRow<Schema extends LayerSchema, Weights extends WeightShapes> {
  readonly schema: Schema;
  /** Its input are token ids, one a time step, for which Keras' data have no axis of features. */
  readonly takesTokens?: true;
  /** What leaves layer `index` (0-based), or why it cannot stand on `input`. */
  outputShape(layer: LayerOf<Schema>, input: Shape, index: number): Shape | ShapeProblem;
  /** What engines compute and a person hardly means: refused in a sweep file. */
  likelyMistake?(layer: LayerOf<Schema>, input: Shape): ShapeProblem | null;
  /** In Keras' order and shapes, by the names that stand in checkpoints. */
  weights(layer: LayerOf<Schema>, input: Shape): Weights;
  /** Multiply-adds of one sample's forward pass, roughly: weighs trials of different size against each other. */
  multiplyAdds(layer: LayerOf<Schema>, input: Shape): number;
  /** Values kept for one sample from the forward to the backward pass, a close upper estimate. */
  keptValues(layer: LayerOf<Schema>, input: Shape): number;
  readonly keras: KerasForm<LayerOf<Schema>>;
}

/** A row of the table, typed by its own schema. */
export function layerRow<Schema extends LayerSchema, Weights extends WeightShapes>(
  row: LayerRow<Schema, Weights>,
): LayerRow<Schema, Weights> {
  return row;
}

export const noWeights = (): WeightShapes => ({});
