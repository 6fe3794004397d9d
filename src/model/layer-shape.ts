// Shapes of what flows between layers, and the words for a layer that cannot take its input.

/** The sizes of one sample, without the batch axis: `[timesteps, features]` or `[units]`. */
export type Shape = readonly number[];

/** Why a layer cannot take its input; the caller adds the path. */
export interface ShapeProblem {
  readonly message: string;
  readonly hint: string;
}

export function isShape(result: Shape | ShapeProblem): result is Shape {
  return Array.isArray(result);
}

export function isSequence(shape: Shape): boolean {
  return shape.length === 2;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** 1 for a vector. */
export function timestepsOf(shape: Shape): number {
  return isSequence(shape) ? (shape[0] ?? 0) : 1;
}

export function featuresOf(shape: Shape): number {
  return shape.at(-1) ?? 0;
}

/** The same shape with other features. */
export function withFeatures(shape: Shape, features: number): Shape {
  return [...shape.slice(0, -1), features];
}

/** Values that a vector takes in memory: kernels work on eight lanes at a time. */
export function laneWidth(values: number): number {
  return 8 * Math.ceil(values / 8);
}

/** The same of a whole shape, of which each step is such a vector. */
export function laneSize(shape: Shape): number {
  const width = featuresOf(shape);
  return width === 0 ? 0 : (sizeOf(shape) / width) * laneWidth(width);
}

export function needsSequence(type: string, input: Shape): ShapeProblem {
  return {
    message: `${type} needs a sequence [timesteps, features], but gets one vector of ${sizeOf(input)} values`,
    hint: 'set returnSequences true on the recurrent layer before it, or remove the flatten or dense before it',
  };
}
