// The convolutional short forms: blocks of conv1d with pools between them, ended by a global pool or a recurrent stack.
import { z } from 'zod';
import { activation, steps, units } from '../../model/layer-options.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import { PADDINGS } from '../../model/sliding-window.js';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { type Resolved, referencable } from '../reference.js';
import { checkLists, countLayers, MAX_DEPTH, perLayer, pickLayer } from './layer-list.js';
import { embedInput, endWith, type ModelTask } from './model-task.js';
import { checkStack, embeddingField, headField, stackCells, stackFields } from './recurrent-architecture.js';

const DEFAULT_FILTERS = 32;
const DEFAULT_KERNEL = 5;
const DEFAULT_POOL = 3;
const DEFAULT_BLOCKS = 2;
const PER_BLOCK = ['filters', 'kernelSize', 'dilationRate'] as const;

const blockFields = {
  filters: perLayer(referencable(units()))
    .default(DEFAULT_FILTERS)
    .describe('Of each block; a list makes blocks'),
  kernelSize: perLayer(referencable(steps()))
    .default(DEFAULT_KERNEL)
    .describe('Time steps that a filter takes in'),
  dilationRate: perLayer(referencable(steps()))
    .default(1)
    .describe('Distance between the steps that a filter takes in'),
  padding: referencable(z.enum(PADDINGS)).default('valid'),
  blocks: referencable(wholeNumber(1, MAX_DEPTH))
    .optional()
    .describe('Convolutions, one after the other; left out: as many as a list has values, else 2'),
  poolSize: referencable(steps())
    .default(DEFAULT_POOL)
    .describe('Time steps pooled between two blocks; 1: no pool'),
  pooling: referencable(z.enum(['max', 'average'])).default('max'),
  convActivation: referencable(activation()).default('relu'),
};

export const conv1dSchema = strictObject({
  type: z.literal('conv1d'),
  embedding: embeddingField(),
  ...blockFields,
  head: headField(),
}).superRefine(checkBlocks);

export const convRecurrentSchema = strictObject({
  type: z.literal('conv-recurrent'),
  embedding: embeddingField(),
  ...blockFields,
  ...stackFields,
  head: headField(),
}).superRefine((section, context) => {
  checkBlocks(section, context);
  checkStack(section, context);
});

const blocksSchema = strictObject(blockFields);
type BlockSection = Resolved<z.output<typeof blocksSchema>>;

function checkBlocks(section: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  checkLists(section, 'blocks', PER_BLOCK, context);
}

/** Blocks, then the largest or mean value of each filter over the whole sequence. */
export function expandConv1d(
  section: Resolved<z.output<typeof conv1dSchema>>,
  task: ModelTask,
): readonly LayerSpec[] {
  const pool = section.pooling === 'max' ? 'globalMaxPooling1d' : 'globalAveragePooling1d';
  return [
    ...embedInput(section.embedding, task),
    ...stackBlocks(section),
    { type: pool },
    ...endWith(section.head, task),
  ];
}

/** Blocks that shorten the sequence, then recurrent layers that read what is left of it. */
export function expandConvRecurrent(
  section: Resolved<z.output<typeof convRecurrentSchema>>,
  task: ModelTask,
): readonly LayerSpec[] {
  return [
    ...embedInput(section.embedding, task),
    ...stackBlocks(section),
    ...stackCells(section),
    ...endWith(section.head, task),
  ];
}

function stackBlocks(section: BlockSection): readonly LayerSpec[] {
  const fields = PER_BLOCK.map((name) => section[name]);
  const count = countLayers(section.blocks, fields, DEFAULT_BLOCKS);
  const blocks = Array.from({ length: count }, (_, index): LayerSpec[] => {
    const hasPool = index < count - 1 && section.poolSize > 1;
    return hasPool ? [convolution(section, index), pool(section)] : [convolution(section, index)];
  });
  return blocks.flat();
}

function convolution(section: BlockSection, index: number): LayerSpec {
  return {
    type: 'conv1d',
    filters: pickLayer(section.filters, index),
    kernelSize: pickLayer(section.kernelSize, index),
    strides: 1,
    dilationRate: pickLayer(section.dilationRate, index),
    padding: section.padding,
    activation: section.convActivation,
    kernelL2: 0,
  };
}

function pool({ pooling, poolSize }: BlockSection): LayerSpec {
  const type = pooling === 'max' ? 'maxPooling1d' : 'averagePooling1d';
  return { type, poolSize, strides: null, padding: 'valid' };
}
