// residual: layers whose input is added to their output (He et al. 2016), or stands beside it (merge "concat": Huang et al.
// 2017). Where a sum finds other widths, a dense layer on each time step, a convolution of one step, makes them fit.
import { z } from 'zod';
import { strictObject } from '../../schema/fields.js';
import {
  KERAS_ACTIVATIONS,
  type KerasNode,
  kerasLayer,
  kerasModel,
  kerasModelInput,
  kerasSpelling,
} from '../keras-form.js';
import { type LayerOf, layerRow } from '../layer-row.js';
import {
  featuresOf,
  isSequence,
  isShape,
  laneSize,
  type Shape,
  type ShapeProblem,
  sizeOf,
  timestepsOf,
  withFeatures,
} from '../layer-shape.js';
import type { WeightShapes } from '../weight-shape.js';
import { dense } from './dense.js';
import { type InnerLayer, innerLayerSchema, rowOfInner } from './inner-layer.js';

/** Layers inside one: part of what numbers their random streams. */
export const MAX_INNER_LAYERS = 16;

const schema = strictObject({
  type: z.literal('residual'),
  layers: z.array(innerLayerSchema).min(1).max(MAX_INNER_LAYERS),
  merge: z.enum(['sum', 'concat']).default('sum'),
  /** Of what was merged. */
  activation: z.enum(['linear', 'relu', 'tanh']).default('linear'),
});
export type ResidualOptions = LayerOf<typeof schema>;

export interface InnerPlace {
  readonly spec: InnerLayer;
  /** Prefix of its weights' names within the layer: `0.conv1d`. */
  readonly name: string;
  readonly input: Shape;
}

interface InnerFlow {
  readonly places: readonly InnerPlace[];
  /** What leaves the last of them. */
  readonly output: Shape;
  readonly problem: ShapeProblem | null;
}

/** A layer that cannot take its input, which `problem` tells of, is taken to hand it on. */
function follow({ layers }: ResidualOptions, input: Shape): InnerFlow {
  let [flowing, problem]: [Shape, ShapeProblem | null] = [input, null];
  const places = layers.map((spec, at): InnerPlace => {
    const place = { spec, name: `${at}.${spec.type}`, input: flowing };
    const output = rowOfInner(spec).outputShape(spec, flowing, at + 1);
    if (isShape(output)) flowing = output;
    else problem ??= { ...output, message: `in its layers[${at}]: ${output.message}` };
    return place;
  });
  return { places, output: flowing, problem };
}

/** The inner layers with what flows into each. */
export function placeInner(layer: ResidualOptions, input: Shape): readonly InnerPlace[] {
  return follow(layer, input).places;
}

export const PROJECTION = 'projection';

/** The dense layer that the input goes through; null: it is added, or stands beside, as it is. */
export function projectionOf(layer: ResidualOptions, input: Shape): LayerOf<typeof dense.schema> | null {
  const units = featuresOf(follow(layer, input).output);
  if (layer.merge === 'concat' || units === featuresOf(input)) return null;
  return { type: 'dense', units, activation: 'linear', kernelL2: 0 };
}

function sumOf(
  layer: ResidualOptions,
  input: Shape,
  figure: (row: ReturnType<typeof rowOfInner>, spec: InnerLayer, input: Shape) => number,
): number {
  const projection = projectionOf(layer, input);
  return [...placeInner(layer, input), ...(projection ? [{ spec: projection, input }] : [])].reduce(
    (sum, { spec, input: own }) => sum + figure(rowOfInner(spec), spec, own),
    0,
  );
}

export const residual = layerRow({
  schema,
  outputShape: (layer, input) => {
    const { output, problem } = follow(layer, input);
    if (problem !== null) return problem;
    if (isSequence(output) !== isSequence(input) || timestepsOf(output) !== timestepsOf(input))
      return {
        message: `residual gets shape [${input.join(', ')}], but its layers give [${output.join(', ')}]: time steps must stay`,
        hint: 'padding "causal" or "same" with strides 1, and returnSequences true, keep them',
      };
    return layer.merge === 'sum' ? output : withFeatures(output, featuresOf(input) + featuresOf(output));
  },
  weights: (layer, input) => {
    const under = (name: string, weights: WeightShapes) =>
      Object.entries(weights).map(([own, shape]) => [`${name}/${own}`, shape] as const);
    const projection = projectionOf(layer, input);
    return Object.fromEntries([
      ...placeInner(layer, input).flatMap(({ spec, name, input: own }) =>
        under(name, rowOfInner(spec).weights(spec, own)),
      ),
      ...(projection ? under(PROJECTION, dense.weights(projection, input)) : []),
    ]);
  },
  multiplyAdds: (layer, input) => sumOf(layer, input, (row, spec, own) => row.multiplyAdds(spec, own)),
  // The merged values and their gradients, and those of the input by the layers and by the projection.
  keptValues: (layer, input) => {
    const { output } = follow(layer, input);
    const merged = layer.merge === 'sum' ? 2 * laneSize(output) : 2 * (laneSize(output) + laneSize(input));
    const kept = sumOf(layer, input, (row, spec, own) => row.keptValues(spec, own));
    return kept + merged + sizeOf(input);
  },
  keras: {
    lacks: ({ layers }) => {
      for (const spec of layers) {
        const lacking = rowOfInner(spec).keras.lacks?.(spec, 1) ?? null;
        if (lacking !== null) return lacking;
      }
      return null;
    },
    describe: (layer, name, input) => [kerasModel(name, input, describeNodes(layer, name, input))],
    // `0.conv1d/kernel` to `layer_2_0/kernel`.
    weightPath: (weight, name) => {
      const [inner = '', own = ''] = splitOnce(weight, '/');
      if (inner === PROJECTION) return `${name}_${PROJECTION}/${kerasSpelling(own)}`;
      const [at = '', type = ''] = splitOnce(inner, '.');
      const path = rowOfInner({ type: type as InnerLayer['type'] }).keras.weightPath;
      return path?.(own, `${name}_${at}`) ?? `${name}_${at}/${kerasSpelling(own)}`;
    },
  },
});

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** In the order in which Keras keeps them: the projection after all inner layers. */
function describeNodes(layer: ResidualOptions, name: string, input: Shape): KerasNode[] {
  const start = kerasModelInput(name);
  const nodes: KerasNode[] = [];
  const append = (config: KerasNode['layer'], from: readonly string[]): string => {
    nodes.push({ layer: config, from });
    return String(config.config.name);
  };
  let flowing = start;
  placeInner(layer, input).forEach(({ spec, input: own }, at) => {
    for (const config of rowOfInner(spec).keras.describe(spec, `${name}_${at}`, own))
      flowing = append(config, [flowing]);
  });
  const projection = projectionOf(layer, input);
  const [projected] = projection ? dense.keras.describe(projection, `${name}_${PROJECTION}`, input) : [];
  const skipped = projected ? append(projected, [start]) : start;
  // The input comes first beside the output.
  if (layer.merge === 'sum') flowing = append(kerasLayer('Add', `${name}_sum`), [flowing, skipped]);
  else flowing = append(kerasLayer('Concatenate', `${name}_beside`, { axis: -1 }), [skipped, flowing]);
  if (layer.activation !== 'linear')
    append(
      kerasLayer('Activation', `${name}_activation`, { activation: KERAS_ACTIVATIONS[layer.activation] }),
      [flowing],
    );
  return nodes;
}
