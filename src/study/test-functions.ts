// The test functions that an objective may name, and how many inputs each takes. What they compute is the engine's.

export const FUNCTION_NAMES = ['branin', 'rosenbrock', 'hartmann6', 'noop'] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Number of inputs a function takes, at least and at most. */
export const FUNCTION_INPUTS: Readonly<Record<FunctionName, readonly [number, number]>> = {
  branin: [2, 2],
  rosenbrock: [2, Number.POSITIVE_INFINITY],
  hartmann6: [6, 6],
  noop: [0, Number.POSITIVE_INFINITY],
};
