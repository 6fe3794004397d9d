// The figures of classifiers, whatever they are of: accuracies in percent, beside those of the most frequent class.
import type { TestEvaluation } from '../../study/test-evaluation.js';
import type { TaskSpec } from '../../study/trial/trial.js';
import { formatPercent, withSign } from '../../wording/figures.js';
import type { TaskWording } from '../task.js';

export const MAJORITY = 'majority class';

export const CLASS_FIGURES: Pick<
  TaskWording<TaskSpec, TestEvaluation>,
  'unitOf' | 'baselines' | 'baselineFigures'
> = {
  unitOf: () => ({
    head: () => 'val acc %',
    field: 'validationAccuracy',
    scale: 1,
    hasOwnScale: false,
    format: formatPercent,
    say: (share) => `${formatPercent(share)} %`,
    sayDifference: (shares) => withSign(shares, (size) => `${formatPercent(size)} points`),
  }),
  baselines: ({ baselineAccuracy: value }) => (value === null ? [] : [{ name: MAJORITY, value }]),
  baselineFigures({ baselineAccuracy, tests }) {
    const [tested] = tests.filter((test) => 'testAccuracy' in test);
    return { validationAccuracy: baselineAccuracy, testAccuracy: tested?.baselineTestAccuracy ?? null };
  },
};
