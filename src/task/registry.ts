// The tasks there are, one row each, and which of them a trial, a dataset, a test or an exported model is of.
import type { DatasetMetadata } from '../dataset/dataset.js';
import type { MetricName } from '../model/metric.js';
import type { StudyView } from '../study/study-view.js';
import type { TestEvaluation } from '../study/test-evaluation.js';
import { formatObjective } from '../wording/figures.js';
import { printable } from '../wording/printable.js';
import { classifyTask } from './classify/classify-task.js';
import { forecastTask } from './forecast/forecast-task.js';
import { labelTask } from './label/label-task.js';
import type { DataKind, Task, TaskKind, TaskMetric } from './task.js';

export const TASKS: Readonly<Record<TaskKind, Task>> = {
  forecast: forecastTask,
  classify: classifyTask,
  label: labelTask,
};
const ALL = Object.values(TASKS);

/** Every metric that can be an objective, each once. */
export const TASK_METRICS: readonly MetricName[] = [
  ...new Set(ALL.flatMap(({ metrics }) => metrics.map(({ name }) => name))),
];

/** Files of an exported folder that some task has, and another lacks. */
export const VOCABULARY_FILES: readonly string[] = ALL.flatMap(({ vocabularyFiles }) => vocabularyFiles);

export function taskOf({ kind }: { readonly kind: TaskKind }): Task {
  return TASKS[kind];
}

/** The task of a dataset as the sweep file or a study's log names it; without `kind` it is a series. */
export function taskOfData({ kind = 'series' }: { readonly kind?: DataKind | undefined }): Task {
  const task = ALL.find(({ data }) => data === kind);
  if (task === undefined) throw new RangeError(`no task is learnt from ${kind}`);
  return task;
}

export function taskOfPrepared({ reviews, labels }: Pick<DatasetMetadata, 'reviews' | 'labels'>): Task {
  if (labels !== undefined) return TASKS.label;
  return reviews === undefined ? TASKS.forecast : TASKS.classify;
}

/** The task of a study; null: it has no data. */
export function taskOfStudy({ header }: Pick<StudyView, 'header'>): Task | null {
  return header?.dataset == null ? null : taskOfData(header.dataset);
}

export function taskOfTest(test: TestEvaluation): Task {
  const task = ALL.find((one) => one.isOwn(test));
  if (task === undefined) throw new RangeError('the test is of no task');
  return task;
}

/** How a metric is told; null: the study has no data. */
export function describeMetric(task: Task | null, name: string): Omit<TaskMetric, 'name'> {
  const own = task?.metrics.find((metric) => metric.name === name);
  const text = printable(name);
  return own ?? { head: text, title: text, format: formatObjective };
}
