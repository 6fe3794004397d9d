// The temporal convolutional network (Bai, Kolter, Koltun 2018, without weight normalisation): levels of two causal
// convolutions each, whose dilation doubles from level to level, with a residual connection around each level.
import { z } from 'zod';
import { droppedShare, steps, units } from '../../model/layer-options.js';
import type { Conv1dLayer, LayerSpec, ResidualLayer } from '../../model/layer-spec.js';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { type Resolved, referencable } from '../reference.js';
import { checkLists, countLayers, perLayer, pickLayer } from './layer-list.js';
import { embedInput, endWith, type ModelTask } from './model-task.js';
import { embeddingField, headField } from './recurrent-architecture.js';

const DEFAULT_FILTERS = 32;
const DEFAULT_KERNEL = 3;
const DEFAULT_LEVELS = 5;
/** The last level's dilation is 2,048 then: longer windows than any here. */
const MAX_LEVELS = 12;
const DILATION_BASE = 2;

export const tcnSchema = strictObject({
  type: z.literal('tcn'),
  embedding: embeddingField(),
  filters: perLayer(referencable(units()))
    .default(DEFAULT_FILTERS)
    .describe('Of each level; a list makes levels'),
  kernelSize: referencable(steps()).default(DEFAULT_KERNEL).describe('Time steps that a filter takes in'),
  levels: referencable(wholeNumber(1, MAX_LEVELS))
    .optional()
    .describe('Of dilation 1, 2, 4, …; left out: as many as a list has values, else 5'),
  dropout: referencable(droppedShare()).default(0).describe('Share of values dropped after each convolution'),
  head: headField(),
}).superRefine((section, context) => checkLists(section, 'levels', ['filters'], context));
type TcnSection = Resolved<z.output<typeof tcnSchema>>;

/** The levels, then the newest step, which has seen `1 + 2·(kernelSize − 1)·(2^levels − 1)` of them. */
export function expandTcn(section: TcnSection, task: ModelTask): readonly LayerSpec[] {
  const count = countLayers(section.levels, [section.filters], DEFAULT_LEVELS);
  return [
    ...embedInput(section.embedding, task),
    ...Array.from({ length: count }, (_, level) => levelAt(section, level)),
    { type: 'lastStep' },
    ...endWith(section.head, task),
  ];
}

function levelAt(section: TcnSection, level: number): ResidualLayer {
  const { kernelSize, dropout } = section;
  const convolution: Conv1dLayer = {
    type: 'conv1d',
    filters: pickLayer(section.filters, level),
    kernelSize,
    strides: 1,
    dilationRate: DILATION_BASE ** level,
    padding: 'causal',
    activation: 'relu',
    kernelL2: 0,
  };
  const half = dropout > 0 ? [convolution, { type: 'dropout', rate: dropout } as const] : [convolution];
  return { type: 'residual', layers: [...half, ...half], merge: 'sum', activation: 'relu' };
}
