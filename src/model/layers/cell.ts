// A recurrent layer, gru or lstm, where either may stand: in a bidirectional layer, and in the classes that compute both.
import { z } from 'zod';
import type { LayerRow, LayerSchema } from '../layer-row.js';
import type { Shape } from '../layer-shape.js';
import type { WeightShapes } from '../weight-shape.js';
import { GRU_GATES, gru } from './gru.js';
import { LSTM_GATES, lstm } from './lstm.js';

export const cellSchema = z.discriminatedUnion('type', [gru.schema, lstm.schema]);
export type Cell = Readonly<z.output<typeof cellSchema>>;

const CELLS = { gru, lstm };

export function rowOfCell(cell: Cell): LayerRow<LayerSchema, WeightShapes> {
  return CELLS[cell.type] as unknown as LayerRow<LayerSchema, WeightShapes>;
}

export function gatesOf({ type }: Cell): number {
  return type === 'gru' ? GRU_GATES : LSTM_GATES;
}

/** `recurrentBias` is of a gru with reset after. */
export type CellWeights = ReturnType<typeof gru.weights>;

export function cellWeights(cell: Cell, input: Shape): CellWeights {
  return cell.type === 'gru' ? gru.weights(cell, input) : lstm.weights(cell, input);
}
