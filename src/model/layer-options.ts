// Options that several layers have, as schemas: their bounds are said here, their defaults by each row.
import { z } from 'zod';
import { rate, wholeNumber } from '../schema/fields.js';
import { ACTIVATIONS, CELL_ACTIVATIONS, DENSE_ACTIVATIONS, RECURRENT_ACTIVATIONS } from './activation.js';

/** Wider layers do not fit this kind of problem, nor the memory of a trial thread. */
export const MAX_UNITS = 4096;
/** No sequence here is longer than some thousand steps. */
const MAX_WINDOW = 10_000;

export const units = () => wholeNumber(1, MAX_UNITS);
/** The length or stride of a window that slides over time. */
export const steps = () => wholeNumber(1, MAX_WINDOW);
export const activation = () => z.enum(ACTIVATIONS);
export const denseActivation = () => z.enum(DENSE_ACTIVATIONS);
export const cellActivation = () => z.enum(CELL_ACTIVATIONS);
export const recurrentActivation = () => z.enum(RECURRENT_ACTIVATIONS);
/** Share of values set to 0 while training. */
export const droppedShare = () => rate();
/** L2 penalty λ; 0: none. */
export const l2 = () => z.number().min(0).max(1e3).default(0);
