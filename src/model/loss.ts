// Names of losses; their formulas: engine/loss-functions.ts.

/** binaryCrossentropy takes a probability: the last layer is a sigmoid. */
export const NAMED_LOSSES = ['mae', 'mse', 'huber', 'binaryCrossentropy'] as const;
/** As a trial has them. pinball: of the quantiles that its task names; sparseCategoricalCrossentropy: one probability a class. */
export const LOSSES = [...NAMED_LOSSES, 'pinball', 'sparseCategoricalCrossentropy'] as const;
export type Loss = (typeof LOSSES)[number];
/** Of one prediction and its target. */
export type NamedLoss = (typeof NAMED_LOSSES)[number];
