// What can be measured at the end of an epoch. Losses and errors get better downwards, an accuracy upwards.

/** All in normalised units. */
export type MetricName =
  | 'trainLoss'
  | 'validationLoss'
  | 'validationMae'
  | 'validationMse'
  | 'validationRmse'
  /** Share of reviews on the right side of 0.5. */
  | 'validationAccuracy'
  | 'value';
