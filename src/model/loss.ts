// Names of losses; their formulas: engine/loss-functions.ts.

/** binaryCrossentropy takes a probability: the last layer is a sigmoid. */
export const LOSSES = ['mae', 'mse', 'huber', 'binaryCrossentropy'] as const;
export type Loss = (typeof LOSSES)[number];
