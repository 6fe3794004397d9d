// What can be measured at the end of an epoch, all in normalised units. Losses and errors get better downwards, an accuracy
// upwards.

export const METRIC_NAMES = [
  'trainLoss',
  'validationLoss',
  'validationMae',
  'validationMse',
  'validationRmse',
  /** Share of reviews on the right side of 0.5. */
  'validationAccuracy',
  /** Of a test function. */
  'value',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];
