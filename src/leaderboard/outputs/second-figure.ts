// The figure of a row that stands beside its objective: one that was measured, or what the row took (weights, time, epochs).
import type { FinishedRow } from '../../study/finished-row.js';
import type { StudyView } from '../../study/study-view.js';
import { type SecondMetric, secondOf, weightsOf } from '../../study/trial/second-metric.js';
import { quantileFields } from './quantile-fields.js';

interface RowFigure {
  /** As the table heads it. */
  readonly head: string;
  readonly of: (row: FinishedRow) => number | null | undefined;
}

/** What every row has, or those of forecasts by quantiles: columns of their own show it. */
const ROW_FIGURES: ReadonlyMap<string, RowFigure> = new Map<string, RowFigure>([
  ['parameters', { head: 'weights', of: ({ seeds }) => seeds[0] && weightsOf(seeds[0].result) }],
  ['epochs', { head: 'epochs', of: ({ seeds }) => seeds[0]?.result.epochs }],
  ['durationMs', { head: 'time', of: ({ seeds }) => sum(seeds.map(({ result }) => result.durationMs)) }],
  ['pinball', { head: 'pinball', of: (row) => quantileFields(row).pinball }],
  ['coverage', { head: 'covered', of: (row) => quantileFields(row).coverage }],
]);

export function rowFigures(): readonly string[] {
  return [...ROW_FIGURES.keys()];
}

/** Its name by the head that the table gives it. */
export function figureHeaded(head: string): string | undefined {
  return rowFigures().find((name) => ROW_FIGURES.get(name)?.head === head);
}

/** Of all its seeds; null: it says nothing of it. */
export function secondOfRow(also: SecondMetric, row: FinishedRow): number | null {
  const [first] = row.seeds;
  if (first === undefined) return null;
  const reported = secondOf(also, { metrics: row.metrics, result: first.result });
  return reported ?? ROW_FIGURES.get(also.metric)?.of(row) ?? null;
}

/** How the table heads the column that has it in any case; null: it is what a program, or a training, reports. */
export function headOfFigure({ metric }: SecondMetric, { header, rows }: StudyView): string | null {
  const isReported = (): boolean => rows.some(({ metrics }) => metrics[metric] !== undefined);
  if (header?.dataset == null && (metric === 'parameters' || isReported())) return null;
  return ROW_FIGURES.get(metric)?.head ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
