// A trained model as a `.keras` file: a zip of metadata, config and weights (HDF5, by h5wasm), which `keras.models.load_model`
// of Keras 3 reads. Normalisation is part of the model: raw values go in, the target's unit comes out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { SweepError } from '../../../errors.js';
import { kerasLayer, type LayerConfig } from '../../../model/keras-form.js';
import type { ModelInput, ModelOutput } from '../../../task/model-frame.js';
import { taskOf } from '../../../task/registry.js';
import type { ExportedModel } from '../exported-model.js';
import { describeKerasLayers, type KerasLayer, nameByClass, nest } from './keras-layers.js';

/** The release whose form this is. */
const KERAS_VERSION = '3.15.1';
/** Zip stores times: a fixed one makes the same model the same bytes. */
const EPOCH = new Date('1980-01-01T00:00:00');

export async function encodeKeras({ description, weights }: ExportedModel): Promise<Uint8Array> {
  const { layers, timesteps, features, task } = description;
  const { input, output } = taskOf(task).frameOf(task);
  if (output.from !== undefined || (input.kind === 'columns' && input.normalise !== undefined))
    throw new SweepError(
      'MODEL_SHAPE',
      'a .keras file is written as a sequence of layers, and this model’s windows or targets are told from values of the window itself',
      { path: 'window.normalise', hint: 'export it with --onnx, which holds all of it' },
    );
  const trained = describeKerasLayers(layers, [timesteps, features], weights);
  const shape = input.kind === 'tokens' ? [null, timesteps] : [null, timesteps, features];
  const first = kerasLayer('InputLayer', input.name, {
    batch_shape: shape,
    dtype: input.kind === 'tokens' ? 'int32' : 'float32',
  });
  const all = [first, ...describeInput(input), ...trained, ...describeOutput(output)];
  const config = {
    module: 'keras',
    class_name: 'Sequential',
    config: { name: 'sweep', trainable: true, layers: all.map(nest) },
    registered_name: null,
    build_config: { input_shape: shape },
  };
  const files = {
    'metadata.json': strToU8(
      JSON.stringify({ keras_version: KERAS_VERSION, written_by: description.writtenBy }),
    ),
    'config.json': strToU8(JSON.stringify(config)),
    'model.weights.h5': await encodeWeights(trained),
  };
  return zipSync(files, { mtime: EPOCH, level: 6 });
}

/** A held column is 0 whatever its value: divided by more than any value. */
function describeInput(input: ModelInput): LayerConfig[] {
  if (input.kind === 'tokens') return [];
  return [
    kerasLayer('Normalization', 'normalise', {
      axis: -1,
      mean: input.columns.map(({ mean }) => mean),
      variance: input.columns.map(({ std, held }) => (held ? HELD_VARIANCE : std ** 2)),
    }),
  ];
}
const HELD_VARIANCE = 3e38;

function describeOutput({ name, mean, std }: ModelOutput): LayerConfig[] {
  if (mean === 0 && std === 1) return [];
  return [kerasLayer('Rescaling', name, { scale: listOf(std), offset: listOf(mean) })];
}

function listOf(value: number | readonly number[]): number | number[] {
  return typeof value === 'number' ? value : [...value];
}

/** Each layer's variables below `layers/<class>[_<n>]/…/vars/<k>`, as Keras 3 looks for them. */
async function encodeWeights(layers: readonly KerasLayer[]): Promise<Uint8Array> {
  const { default: hdf5 } = await import('h5wasm/node');
  await hdf5.ready;
  const folder = mkdtempSync(join(tmpdir(), 'sweep-keras-'));
  try {
    const path = join(folder, 'weights.h5');
    const file = new hdf5.File(path, 'w');
    const names = nameByClass(layers);
    for (const [at, { variables }] of layers.entries()) {
      const base = `layers/${names[at]}`;
      const inPart = new Map<string, number>();
      for (const { part, shape, values } of variables) {
        const place = inPart.get(part) ?? 0;
        inPart.set(part, place + 1);
        const group = [base, ...(part === '' ? [] : [part]), 'vars'].join('/');
        makeGroups(file, group);
        file.create_dataset({ name: `${group}/${place}`, data: values, shape: [...shape], dtype: '<f4' });
      }
    }
    file.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeGroups(
  file: { get(path: string): unknown; create_group(path: string): unknown },
  path: string,
): void {
  const parts = path.split('/');
  for (let length = 1; length <= parts.length; length++) {
    const above = parts.slice(0, length).join('/');
    if (file.get(above) === null) file.create_group(above);
  }
}
