// Codes of the losses that kernels sum up, the same as in assembly/loss.ts; the others take logarithms, or know classes.
import type { Loss } from '../model/loss.js';

export const LOSS_CODE: { readonly [Name in Loss]?: number } = { mae: 0, mse: 1, huber: 2 };
