// Follows a sample's shape through the layers: Keras' "summary", the memory of a training step, and what cannot fit.
import { SweepError } from '../../errors.js';
import { isShape, laneWidth, type Shape, sizeOf } from '../../model/layer-shape.js';
import { type LayerSpec, rowOf } from '../../model/layer-spec.js';

export interface SampleShape {
  readonly timesteps: number;
  readonly features: number;
}

export interface LayerSummary {
  /** As Keras 2 numbers them: `gru_1`, `gru_2`, `dense_1`. */
  readonly name: string;
  readonly type: LayerSpec['type'];
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** Trainable parameters. */
  readonly parameters: number;
  /** Values kept for one sample between the forward and the backward pass. */
  readonly keptValues: number;
}

/** Where layer `index` stands in the sweep file. */
export type LayerPath = (index: number) => string;
const inLayerList: LayerPath = (index) => `model.layers[${index}]`;

/** A trial thread that needs more would push out its neighbours; the engine's memory ends at 4 GiB. */
const MAX_TRIAL_BYTES = 2 * 1024 ** 3;
const FLOAT_BYTES = 4;
/** Weights, their transposes, gradients, and at most two slots of the optimiser. */
const COPIES_OF_PARAMETERS = 5;

/** One row per layer. Throws MODEL_SHAPE naming the first layer that cannot take its input. */
export function summarizeModel(
  layers: readonly LayerSpec[],
  sample: SampleShape,
  pathOf: LayerPath = inLayerList,
): LayerSummary[] {
  const counts = new Map<string, number>();
  let input: Shape = [sample.timesteps, sample.features];
  return layers.map((layer, index) => {
    const row = rowOf(layer);
    const output = row.likelyMistake?.(layer, input) ?? row.outputShape(layer, input, index);
    if (!isShape(output))
      throw new SweepError('MODEL_SHAPE', output.message, { path: pathOf(index), hint: output.hint });
    const weights = Object.values(row.weights(layer, input));
    const number = (counts.get(layer.type) ?? 0) + 1;
    counts.set(layer.type, number);
    const summary: LayerSummary = {
      name: `${layer.type}_${number}`,
      type: layer.type,
      outputShape: output,
      parameters: weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      keptValues: row.keptValues(layer, input),
    };
    input = output;
    return summary;
  });
}

/**
 * Bytes that training takes on one thread, estimated from above: activations of the samples that are worked on at once
 * (16 on the wasm engine, whatever the batch), weights, optimiser.
 */
export function trainingBytes(
  summary: readonly LayerSummary[],
  sample: SampleShape,
  samplesAtOnce: number,
): number {
  const values = summary.reduce((sum, row) => sum + row.keptValues, sample.timesteps * sample.features);
  const parameters = summary.reduce((sum, row) => sum + storedParameters(row), 0);
  return FLOAT_BYTES * (samplesAtOnce * values + COPIES_OF_PARAMETERS * parameters);
}

/** Columns of weights are padded as those of values are. */
function storedParameters({ parameters, outputShape }: LayerSummary): number {
  const width = outputShape.at(-1) ?? 1;
  return parameters * (laneWidth(width) / width);
}

/** Throws MODEL_SHAPE unless the layers turn one window into `units` numbers within the memory of a trial. */
export function checkForecastModel(
  layers: readonly LayerSpec[],
  sample: SampleShape,
  units: number,
  batchSize: number,
  pathOf: LayerPath = inLayerList,
): void {
  const summary = checkTrainable(layers, sample, batchSize, pathOf);
  const last = summary.at(-1);
  if (last === undefined || (last.outputShape.length === 1 && last.outputShape[0] === units)) return;
  if (units === 1 && sizeOf(last.outputShape) === 1) return;
  throw new SweepError(
    'MODEL_SHAPE',
    `a forecast is ${units === 1 ? 'one number' : `${units} numbers (target columns times steps of the horizon times quantiles)`} per window, but the last layer (${last.type}) gives shape [${last.outputShape.join(', ')}]`,
    {
      path: pathOf(layers.length - 1),
      hint:
        last.type === 'persistence'
          ? 'leave it out: naive persistence of each of them stands beside every trial anyway'
          : `end with {"type": "dense", "units": ${units}}`,
    },
  );
}

/** The summary of layers that fit each other and the memory of a trial. Throws MODEL_SHAPE. */
export function checkTrainable(
  layers: readonly LayerSpec[],
  sample: SampleShape,
  batchSize: number,
  pathOf: LayerPath,
): LayerSummary[] {
  const summary = summarizeModel(layers, sample, pathOf);
  const bytes = trainingBytes(summary, sample, batchSize);
  if (bytes > MAX_TRIAL_BYTES) {
    throw new SweepError(
      'MODEL_SHAPE',
      `needs about ${inGiB(bytes)} GiB to train with batches of ${batchSize} samples of ${sample.timesteps} steps, ` +
        `more than the ${inGiB(MAX_TRIAL_BYTES)} GiB of a trial`,
      {
        path: pathOf(heaviestLayer(summary, batchSize)),
        hint: 'fewer units, shorter samples (window.step, dataset.maxLength), or a smaller training.batchSize',
      },
    );
  }
  return summary;
}

function heaviestLayer(summary: readonly LayerSummary[], batchSize: number): number {
  const weights = summary.map(
    (row) => batchSize * row.keptValues + COPIES_OF_PARAMETERS * storedParameters(row),
  );
  return weights.indexOf(Math.max(...weights));
}

function inGiB(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
