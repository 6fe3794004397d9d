// Activation codes that kernels take, the same as in assembly/math.ts.
import type { Activation } from '../model/activation.js';

export const ACTIVATION_CODE = {
  linear: 0,
  relu: 1,
  tanh: 2,
  sigmoid: 3,
  hardSigmoid: 4,
} as const satisfies Record<Activation, number>;
