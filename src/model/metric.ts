// What can be measured at the end of an epoch, and which way each gets better.

export interface MetricFacts {
  readonly direction: 'minimize' | 'maximize';
  /** Where its values, and means of them, can lie. */
  readonly range: 'positive' | 'share' | 'real';
}

/** Those of a forecast are all in normalised units. */
export const METRICS = {
  validationMae: { direction: 'minimize', range: 'positive' },
  validationMse: { direction: 'minimize', range: 'positive' },
  validationRmse: { direction: 'minimize', range: 'positive' },
  validationLoss: { direction: 'minimize', range: 'positive' },
  /** Share of reviews on the right side of 0.5. */
  validationAccuracy: { direction: 'maximize', range: 'share' },
  /** Of texts of more than two classes: the mean over the classes of their F1. */
  validationMacroF1: { direction: 'maximize', range: 'share' },
  /** Share of texts whose class is among the three, or five, likeliest. */
  validationTop3: { direction: 'maximize', range: 'share' },
  validationTop5: { direction: 'maximize', range: 'share' },
  trainLoss: { direction: 'minimize', range: 'positive' },
  /** The metric of an objective that trains nothing: whichever way the sweep file says. */
  value: { direction: 'minimize', range: 'real' },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as [MetricName, ...MetricName[]];

/** No mean over validation samples: trials are not compared sample by sample, and no model keeps errors for it. */
export const NOT_OVER_SAMPLES: ReadonlySet<string> = new Set<MetricName>([
  'validationMacroF1',
  'trainLoss',
  'value',
]);

/** Among how many of the likeliest classes the right one counts. */
export const TOP_K = { validationTop3: 3, validationTop5: 5 } as const satisfies Partial<
  Record<MetricName, number>
>;

export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}
