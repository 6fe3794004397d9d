// The model section: a list of layers, or a named architecture that expands to one. A new architecture is one entry.
import { z } from 'zod';
import { SweepError } from '../../errors.js';
import { activation, units } from '../../model/layer-options.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import { layerSchema } from '../../model/layers/registry.js';
import { strictObject } from '../../schema/fields.js';
import type { ValueOf } from '../../schema/wire.js';
import type { WindowFrame } from '../../study/trial/trial.js';
import { taskOf } from '../../task/registry.js';
import { type Resolved, referencable, referencing } from '../reference.js';
import { isObject } from '../text/merge.js';
import { conv1dSchema, convRecurrentSchema, expandConv1d, expandConvRecurrent } from './conv-architecture.js';
import { dlinearSchema, expandDlinear } from './dlinear-architecture.js';
import { denseLayer, embedInput, endWith, type ModelTask, refuseTexts } from './model-task.js';
import { embeddingField, expandRecurrent, recurrentSchema } from './recurrent-architecture.js';
import { expandTcn, tcnSchema } from './tcn-architecture.js';

/** More layers than any model here has; bounds what a hostile file can ask for. */
const MAX_LAYERS = 64;
const DEFAULT_UNITS = 32;

interface Architecture<Schema extends z.ZodType> {
  readonly schema: Schema;
  expand(section: Resolved<z.output<Schema>>, task: ModelTask): readonly LayerSpec[];
  /** What its windows are told from, where the window section does not say; absent: nothing. */
  readonly normalise?: WindowFrame;
}

function architecture<Schema extends z.ZodType>(entry: Architecture<Schema>) {
  return entry;
}

export const ARCHITECTURES = {
  layers: architecture({
    schema: strictObject({
      type: z.literal('layers'),
      layers: z.array(referencing(layerSchema)).min(1).max(MAX_LAYERS),
    }),
    expand: (section) => {
      const layers = section.layers as readonly LayerSpec[];
      refuseWrittenInput(layers);
      return layers;
    },
  }),
  /** The common-sense method: the target stays what it was in the last row seen. Evaluated, not trained. */
  baseline: architecture({
    schema: strictObject({ type: z.literal('baseline') }),
    expand: (_section, task) => [{ type: 'persistence', column: persistedColumn(task) }],
  }),
  /** A weighted sum of all values in the window: the yardstick that a recurrent net has to beat. */
  linear: architecture({
    schema: strictObject({ type: z.literal('linear') }),
    expand: (_section, task) => [{ type: 'flatten' }, ...endWith(0, task)],
  }),
  /** A weighted sum of the changes since the window's last row (Zeng et al. 2023). */
  nlinear: architecture({
    schema: strictObject({ type: z.literal('nlinear') }),
    normalise: 'last',
    expand: (_section, task) => {
      refuseTexts('nlinear', task);
      return [{ type: 'flatten' }, ...endWith(0, task)];
    },
  }),
  dlinear: architecture({ schema: dlinearSchema, expand: expandDlinear }),
  dense: architecture({
    schema: strictObject({
      type: z.literal('dense'),
      embedding: embeddingField(),
      units: referencable(units()).default(DEFAULT_UNITS),
      activation: referencable(activation()).default('relu'),
    }),
    expand: (section, task) => [
      ...embedInput(section.embedding, task),
      { type: 'flatten' },
      denseLayer(section.units, section.activation),
      ...endWith(0, task),
    ],
  }),
  recurrent: architecture({ schema: recurrentSchema, expand: expandRecurrent }),
  conv1d: architecture({ schema: conv1dSchema, expand: expandConv1d }),
  'conv-recurrent': architecture({ schema: convRecurrentSchema, expand: expandConvRecurrent }),
  tcn: architecture({ schema: tcnSchema, expand: expandTcn }),
} as const;

type Architectures = typeof ARCHITECTURES;
export type ModelSection = ValueOf<Architectures[keyof Architectures]['schema']>;

const schemas = Object.values(ARCHITECTURES).map((entry) => entry.schema);
export const modelSchema = z.discriminatedUnion(
  'type',
  schemas as [(typeof schemas)[number], ...typeof schemas],
) as z.ZodType<ModelSection, z.input<Architectures[keyof Architectures]['schema']>>;

/**
 * The layers that a model section without references stands for, its output made for `task`.
 * Throws MODEL_SHAPE when the architecture does not go with the task.
 */
export function expandModel(section: Resolved<ModelSection>, task: ModelTask): readonly LayerSpec[] {
  const entry = ARCHITECTURES[section.type] as unknown as Architecture<typeof modelSchema>;
  return entry.expand(section, task);
}

/** A window section with what the model's short form says of it; the section's own words win. */
export function withWindowOf(model: ModelSection, window: unknown): unknown {
  const { normalise } = ARCHITECTURES[model.type] as unknown as Architecture<typeof modelSchema>;
  return normalise === undefined || !isObject(window) ? window : { normalise, ...window };
}

/** Throws MODEL_SHAPE for a layer that the dataset section puts before a model's own. */
function refuseWrittenInput(layers: readonly LayerSpec[]): void {
  const index = layers.findIndex(({ type }) => type === 'seriesEmbedding');
  if (index >= 0)
    throw new SweepError('MODEL_SHAPE', 'is put before all layers by the dataset section, not written here', {
      path: `model.layers[${index}].type`,
      hint: 'remove it, and say "series": {"column": "store", "embedding": 4} in "dataset"',
    });
}

function persistedColumn(task: ModelTask): number {
  const column = taskOf(task).persistedColumn(task);
  if (column !== null) return column;
  const isText = taskOf(task).embed(task, 1) !== null;
  throw new SweepError(
    'MODEL_SHAPE',
    `baseline is naive persistence: ${isText ? 'a text has no last value' : 'a label is no value of its window'} to persist`,
    {
      path: 'model.type',
      hint: isText
        ? 'it goes with a dataset that is a series'
        : 'it goes with forecasts; what common sense makes of labels stands beside every trial, and in "sweep baseline"',
    },
  );
}
