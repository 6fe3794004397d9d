// The figures of a study's page in one scale: the target's unit where there is one, and how they are written.
import { describeMetric, TASKS } from '../../task/registry.js';
import { formatUnits, spreadOf, unitSign } from '../../wording/figures.js';
import type { Experiment, StudyReport } from '../study-report.js';

export interface StudyFigures {
  /** `validation MAE, °C`. */
  readonly title: string;
  readonly metric: string;
  /** With its unit: `2.35 °C`. */
  readonly sign: string;
  /** What the objective is times to be in the unit. */
  readonly scale: number;
  readonly isLess: boolean;
  /** Common sense in the same scale, with its name; null: there is none, or one for each horizon. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  text(value: number): string;
  valueOf(experiment: Experiment): number;
  intervalOf(experiment: Experiment): readonly [number, number] | null;
}

export function figuresOf(report: StudyReport, direction: 'minimize' | 'maximize'): StudyFigures {
  const { experiments, metric, data } = report;
  const task = data.task === null ? null : TASKS[data.task];
  const known = experiments.find(
    ({ objective, objectiveUnits }) => objectiveUnits !== null && objective !== 0,
  );
  const scale = known === undefined ? 1 : known.objectiveUnits! / known.objective;
  const sign = known === undefined ? '' : unitSign(report.unit);
  const { title, format } = describeMetric(task, metric);
  const values = experiments.map(({ objective }) => objective);
  const [spread, inUnits] = [spreadOf(values), spreadOf(values.map((value) => value * scale))];
  return {
    title: sign === '' ? title : `${title}, ${sign}`,
    metric: title,
    sign,
    scale,
    isLess: direction === 'minimize',
    baseline:
      report.baseline === null || task === null
        ? null
        : { name: task.words.commonSense, value: report.baseline * scale },
    text: (value) => (known === undefined ? format(value, spread) : formatUnits(value, inUnits)),
    valueOf: ({ objective }) => objective * scale,
    intervalOf: ({ objectiveInterval }) =>
      objectiveInterval === null ? null : [objectiveInterval[0] * scale, objectiveInterval[1] * scale],
  };
}
