// How much better the tested trials looked on the validation samples that they were chosen by than they are on the test samples.
// Optimism (Efron 1983, JASA 78): test error minus validation error of a trial. Overtuning (Schneider, Bischl & Feurer 2025,
// arXiv 2506.19540): test error of the chosen one minus the least test error of those it was chosen from; here of the finalists
// alone, as the test split is read for no other trial. Errors: a MAE, or the share of wrong answers. Pure.
import { METRICS } from '../model/metric.js';
import type { StudyView } from '../study/study-view.js';
import type { TestEvaluation } from '../study/test-evaluation.js';
import { taskOfTest } from '../task/registry.js';
import type { RankedRow } from './ranking.js';

export interface Optimism {
  /** As the test's own figure: a normalised MAE, or an accuracy. */
  readonly validation: number;
  /** Above zero: the trial looked better than it is. */
  readonly optimism: number;
}

/** null: the view keeps no result of that trial, or it lacks the metric. */
export function optimismOf(test: TestEvaluation, { rows }: Pick<StudyView, 'rows'>): Optimism | null {
  for (const { seeds } of rows) {
    const metrics = seeds.find(({ trial }) => trial === test.trial)?.result.metrics;
    if (metrics === undefined) continue;
    const task = taskOfTest(test);
    const validation = metrics[task.metrics[0].name];
    if (validation === undefined) return null;
    return { validation, optimism: excessError(test, validation) };
  }
  return null;
}

/** The tests of the winner and of the rows that are tied with it, in the order of their ranks. */
export function finalistTests(
  { tests }: Pick<StudyView, 'tests'>,
  ranked: readonly RankedRow[],
): TestEvaluation[] {
  return ranked.flatMap(({ rank, tied, row }) =>
    rank === 1 || tied ? tests.filter(({ trial }) => row.seeds.some((seed) => seed.trial === trial)) : [],
  );
}

/** The overtuning of the first of two or more finalists, in test error; 0: the ranking chose the best of them. null: there is no other. */
export function overtuningOf(finalists: readonly TestEvaluation[]): number | null {
  const [chosen] = finalists;
  if (chosen === undefined || finalists.length < 2) return null;
  return Math.max(...finalists.map((other) => excessError(chosen, taskOfTest(other).testValueOf(other))));
}

/** By how much the test's error is above that of a figure of its kind. */
function excessError(test: TestEvaluation, figure: number): number {
  const task = taskOfTest(test);
  const value = task.testValueOf(test);
  return METRICS[task.metrics[0].name].direction === 'minimize' ? value - figure : figure - value;
}
