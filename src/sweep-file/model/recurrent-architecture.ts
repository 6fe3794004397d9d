// The recurrent short form: a stack of gru or lstm layers, read forwards, backwards or both ways.
import { z } from 'zod';
import {
  cellActivation,
  droppedShare,
  MAX_UNITS,
  recurrentActivation,
  units,
} from '../../model/layer-options.js';
import type { GruLayer, LayerSpec, LstmLayer } from '../../model/layer-spec.js';
import { MERGES } from '../../model/layers/bidirectional.js';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { type Resolved, referencable } from '../reference.js';
import { checkLists, countLayers, MAX_DEPTH, perLayer, pickLayer } from './layer-list.js';
import { embedInput, endWith, type ModelTask } from './model-task.js';

const DEFAULT_UNITS = 32;
const PER_LAYER = ['units', 'dropout', 'recurrentDropout', 'activation'] as const;

export const embeddingField = () =>
  referencable(wholeNumber(0, MAX_UNITS))
    .default(0)
    .describe('Texts only: values that stand for a word; 0: no embedding');
export const headField = () =>
  referencable(wholeNumber(0, MAX_UNITS))
    .default(0)
    .describe('Units of a dense relu layer before the output; 0: none');

export const stackFields = {
  cell: referencable(z.enum(['gru', 'lstm'])).default('gru'),
  units: perLayer(referencable(units()))
    .default(DEFAULT_UNITS)
    .describe('Of each layer; a list makes a stack'),
  layers: referencable(wholeNumber(1, MAX_DEPTH))
    .optional()
    .describe('Recurrent layers, one on top of the other; left out: as many as a list has values, else 1'),
  dropout: perLayer(referencable(droppedShare())).default(0),
  recurrentDropout: perLayer(referencable(droppedShare())).default(0),
  activation: perLayer(referencable(cellActivation())).default('tanh'),
  recurrentActivation: referencable(recurrentActivation()).default('hardSigmoid'),
  bidirectional: referencable(z.boolean()).default(false).describe('Each layer reads both ways'),
  merge: referencable(z.enum(MERGES)).default('concat').describe('How the answers of both ways become one'),
  reversed: referencable(z.boolean())
    .default(false)
    .describe('Reads the window from its newest to its oldest row'),
  attention: referencable(wholeNumber(0, MAX_UNITS))
    .default(0)
    .describe('Units of additive attention over the states of the last layer; 0: its last state'),
};

export const recurrentSchema = strictObject({
  type: z.literal('recurrent'),
  embedding: embeddingField(),
  ...stackFields,
  head: headField(),
}).superRefine(checkStack);

const stackSchema = strictObject(stackFields);
type StackSection = Resolved<z.output<typeof stackSchema>>;

/** For schemas that hold `stackFields`. */
export function checkStack(section: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  checkLists(section, 'layers', PER_LAYER, context);
}

export function expandRecurrent(
  section: Resolved<z.output<typeof recurrentSchema>>,
  task: ModelTask,
): readonly LayerSpec[] {
  return [...embedInput(section.embedding, task), ...stackCells(section), ...endWith(section.head, task)];
}

/** The recurrent layers, all but the last of which hand on their whole sequence; under attention the last does too. */
export function stackCells(section: StackSection): readonly LayerSpec[] {
  const fields = PER_LAYER.map((name) => section[name]);
  const depth = countLayers(section.layers, fields, 1);
  const cells = Array.from({ length: depth }, (_, index): LayerSpec => {
    const cell = cellAt(section, index, depth);
    return section.bidirectional ? { type: 'bidirectional', layer: cell, merge: section.merge } : cell;
  });
  if (section.attention === 0) return cells;
  return [...cells, { type: 'attention', units: section.attention, kernelL2: 0 }];
}

function cellAt(section: StackSection, index: number, depth: number): GruLayer | LstmLayer {
  const shared = {
    units: pickLayer(section.units, index),
    activation: pickLayer(section.activation, index),
    recurrentActivation: section.recurrentActivation,
    dropout: pickLayer(section.dropout, index),
    recurrentDropout: pickLayer(section.recurrentDropout, index),
    returnSequences: index < depth - 1 || section.attention > 0,
    // A layer that reads backwards also answers backwards: the ones above it then read its answers in order.
    goBackwards: section.reversed && index === 0,
    kernelL2: 0,
    recurrentL2: 0,
  };
  return section.cell === 'gru'
    ? { type: 'gru', ...shared, resetAfter: false }
    : { type: 'lstm', ...shared, unitForgetBias: true };
}
