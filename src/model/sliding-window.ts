// How a window of a convolution or a pool slides over a sequence: Keras' rules of padding, strides and dilation.
import { isSequence, needsSequence, type Shape, type ShapeProblem, timestepsOf } from './layer-shape.js';

/** valid: whole windows only; same: ceil(T / strides) of them, padded on both sides; causal: padded in front alone. */
export const PADDINGS = ['valid', 'same', 'causal'] as const;
export type Padding = (typeof PADDINGS)[number];

export interface SlidingWindow {
  /** Time steps that the window takes in. */
  readonly size: number;
  readonly strides: number;
  /** Distance between two steps it takes in; 1: neighbours. */
  readonly dilationRate: number;
  readonly padding: Padding;
}

export interface WindowPlaces {
  /** Windows that fit; 0 or less: none. */
  readonly count: number;
  /** Steps before the sequence where the first window begins. */
  readonly padBefore: number;
}

/** Window w takes in steps `w·strides − padBefore + k·dilationRate`, k < size; those outside the sequence count as 0. */
export function placeWindows(steps: number, window: SlidingWindow): WindowPlaces {
  const { size, strides, dilationRate, padding } = window;
  const reach = (size - 1) * dilationRate + 1;
  switch (padding) {
    case 'valid':
      return { count: Math.floor((steps - reach) / strides) + 1, padBefore: 0 };
    case 'causal':
      return { count: Math.ceil(steps / strides), padBefore: reach - 1 };
    case 'same': {
      const count = Math.ceil(steps / strides);
      // An odd step of padding goes behind, as in TensorFlow.
      return { count, padBefore: Math.floor(Math.max(0, (count - 1) * strides + reach - steps) / 2) };
    }
  }
}

/** How many windows of a layer of `type` fit, at least 1, or why none does. */
export function countWindows(type: string, window: SlidingWindow, input: Shape): number | ShapeProblem {
  if (!isSequence(input)) return needsSequence(type, input);
  const { count } = placeWindows(timestepsOf(input), window);
  if (count >= 1) return count;
  const reach = (window.size - 1) * window.dilationRate + 1;
  return {
    message: `${type} takes in ${reach} time steps at once, but gets only ${timestepsOf(input)}`,
    hint: 'a smaller window, padding "same", or fewer strides and pools before it',
  };
}
