// The model section: a list of layers, or a named architecture that expands to one. A new architecture is one entry.
import { z } from 'zod';
import type { DenseLayer, GruLayer, LayerSpec, LstmLayer } from '../study/layer-spec.js';
import { strictObject, wholeNumber } from './fields.js';
import {
  activationField,
  cellActivationField,
  layerSchema,
  MAX_UNITS,
  rateField,
  recurrentActivationField,
  unitsField,
} from './layer-kinds.js';
import { type Resolved, referencable } from './reference.js';

/** More layers than any model here has; bounds what a hostile file can ask for. */
const MAX_LAYERS = 64;
const DEFAULT_UNITS = 32;

interface Architecture<Schema extends z.ZodType> {
  readonly schema: Schema;
  expand(section: Resolved<z.output<Schema>>): readonly LayerSpec[];
}

function architecture<Schema extends z.ZodType>(entry: Architecture<Schema>) {
  return entry;
}

const recurrentSchema = strictObject({
  type: z.literal('recurrent'),
  cell: referencable(z.enum(['gru', 'lstm'])).default('gru'),
  units: unitsField().default(DEFAULT_UNITS),
  /** How many recurrent layers, one on top of the other. */
  layers: referencable(wholeNumber(1, 16)).default(1),
  dropout: rateField().default(0),
  recurrentDropout: rateField().default(0),
  activation: cellActivationField().default('tanh'),
  recurrentActivation: recurrentActivationField().default('hardSigmoid'),
  /** Units of a dense relu layer between the last state and the output; 0: none. */
  head: referencable(wholeNumber(0, MAX_UNITS)).default(0),
  /** Reads the window from its newest to its oldest row. */
  reversed: referencable(z.boolean()).default(false),
});
type RecurrentSection = Resolved<z.output<typeof recurrentSchema>>;

export const ARCHITECTURES = {
  layers: architecture({
    schema: strictObject({
      type: z.literal('layers'),
      layers: z.array(layerSchema).min(1).max(MAX_LAYERS),
    }),
    expand: (section) => section.layers as readonly LayerSpec[],
  }),
  /** A weighted sum of all values in the window: the yardstick that a recurrent net has to beat. */
  linear: architecture({
    schema: strictObject({ type: z.literal('linear') }),
    expand: () => [{ type: 'flatten' }, denseLayer(1, 'linear')],
  }),
  dense: architecture({
    schema: strictObject({
      type: z.literal('dense'),
      units: unitsField().default(DEFAULT_UNITS),
      activation: activationField().default('relu'),
    }),
    expand: (section) => [
      { type: 'flatten' },
      denseLayer(section.units, section.activation),
      denseLayer(1, 'linear'),
    ],
  }),
  recurrent: architecture({
    schema: recurrentSchema,
    expand: (section) => [
      ...Array.from({ length: section.layers }, (_, index) => recurrentLayer(section, index)),
      ...(section.head > 0 ? [denseLayer(section.head, 'relu')] : []),
      denseLayer(1, 'linear'),
    ],
  }),
} as const;

type Architectures = typeof ARCHITECTURES;
export type ModelSection = z.output<Architectures[keyof Architectures]['schema']>;

const schemas = Object.values(ARCHITECTURES).map((entry) => entry.schema);
export const modelSchema = z.discriminatedUnion(
  'type',
  schemas as [(typeof schemas)[number], ...typeof schemas],
) as z.ZodType<ModelSection, z.input<Architectures[keyof Architectures]['schema']>>;

/** The layers that a model section without references stands for. */
export function expandModel(section: Resolved<ModelSection>): readonly LayerSpec[] {
  const entry = ARCHITECTURES[section.type] as unknown as Architecture<typeof modelSchema>;
  return entry.expand(section);
}

function denseLayer(units: number, activation: DenseLayer['activation']): DenseLayer {
  return { type: 'dense', units, activation, kernelL2: 0 };
}

function recurrentLayer(section: RecurrentSection, index: number): GruLayer | LstmLayer {
  const shared = {
    units: section.units,
    activation: section.activation,
    recurrentActivation: section.recurrentActivation,
    dropout: section.dropout,
    recurrentDropout: section.recurrentDropout,
    returnSequences: index < section.layers - 1,
    // A layer that reads backwards also answers backwards: the ones above it then read its answers in order.
    goBackwards: section.reversed && index === 0,
    kernelL2: 0,
    recurrentL2: 0,
  };
  return section.cell === 'gru'
    ? { type: 'gru', ...shared, resetAfter: false }
    : { type: 'lstm', ...shared, unitForgetBias: true };
}
