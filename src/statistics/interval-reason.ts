// Why a figure has no interval, no tie or no p-value: one word a cause, for scripts, and the sentence that people read.

/** The fewest values that bear an interval. */
export const LEAST_SAMPLES = 30;

export const INTERVAL_REASONS = [
  'too-few',
  'overlap',
  'dependent',
  'constant',
  'same-seeds',
  'not-sampled',
  'not-kept',
  'other-samples',
  'unlabelled',
] as const;
/**
 * too-few: fewer than 30 values. overlap: windows share so much of their horizon that they stand for a few. dependent: errors
 * follow each other so closely that they stand for a few. constant: all values are the same. same-seeds: all seeds gave the
 * same value. not-sampled: no mean over validation samples, as the training loss.
 * not-kept: the models are of an older version, which kept no errors with them. other-samples: the trials were not judged on the
 * same samples. unlabelled: an older version did not know which windows are of one time, where of several series some without a
 * label are left out.
 */
export type IntervalReason = (typeof INTERVAL_REASONS)[number];

/** As the end of a sentence: `no 95 % interval: …`. */
export function explainReason(reason: IntervalReason, samples = 'windows', values = 'values'): string {
  switch (reason) {
    case 'too-few':
      return `it takes ${LEAST_SAMPLES} ${samples} or more`;
    case 'overlap':
      return `the ${samples} overlap by most of their horizon, so that they stand for too few (more rows, or a shorter delay, would help)`;
    case 'dependent':
      return `the errors of neighbouring ${samples} are too much alike, so that they stand for too few`;
    case 'constant':
      return `the ${values} of all ${samples} are the same and tell nothing of the spread`;
    case 'same-seeds':
      return 'all seeds gave the same value and tell nothing of the spread';
    case 'not-sampled':
      return 'the objective is no mean over validation samples';
    case 'not-kept':
      return `the models are of an older version, which kept no errors of single ${samples} with them`;
    case 'other-samples':
      return `the trials were not judged on the same ${samples}`;
    case 'unlabelled':
      return `${samples} without a label are left out, and the version that wrote this did not know which of the others are of one time`;
  }
}
