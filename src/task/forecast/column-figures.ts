// What a forecast of several columns came to, column by column and in the unit of each: of a trial, of the test, of common
// sense. Over all columns errors are means of those in deviations of each, which have no other unit.
import type { DatasetMetadata, SeriesFacts } from '../../dataset/dataset.js';
import type { DatasetInfo } from '../../study/events.js';
import type { ForecastTest } from '../../study/test-evaluation.js';
import type { ColumnFigures, OutputErrors } from '../../study/trial/output-errors.js';
import { type ForecastTask, targetColumnsOf } from '../../study/trial/trial.js';
import { formatUnits, withUnit } from '../../wording/figures.js';
import { formatParam } from '../../wording/param-format.js';
import type { Baseline } from '../task.js';
import { OWN_DEVIATIONS } from '../windows/errors-over-time.js';
import type { MeasuredRivals } from './baselines/rival-errors.js';

export interface TargetUnit {
  readonly name: string;
  readonly unit: string | null;
  /** A normalised error times this is in the unit. */
  readonly std: number;
}

/** Of a task's target columns; of series that are normalised by themselves the unit is deviations of each. */
export function targetUnits(
  task: Pick<ForecastTask, 'targetColumn' | 'targetColumns'>,
  { columns, series }: Pick<DatasetMetadata, 'columns'> & { readonly series?: SeriesFacts | undefined },
): TargetUnit[] {
  return targetColumnsOf(task).map((place) => {
    const { name = 'the target', unit = null, std = 1 } = columns[place] ?? {};
    return { name, unit: series?.normalise === 'series' ? OWN_DEVIATIONS : unit, std };
  });
}

/** The deviation of a series' target, by which its errors are in the unit; undefined: they are told in deviations. */
export function stdOfSeries(
  { targetColumn, targetColumns }: Pick<ForecastTask, 'targetColumn' | 'targetColumns'>,
  columns: readonly { readonly std: number }[] | undefined,
): number | undefined {
  return targetColumns === undefined ? columns?.[targetColumn]?.std : undefined;
}

/** Of one column there is nothing to add. */
export function testByColumn(
  task: ForecastTask,
  outputs: OutputErrors | undefined,
  { byColumns = [] }: Baseline,
  measured: MeasuredRivals | null,
  dataset: Pick<DatasetMetadata, 'columns'> & { readonly series?: SeriesFacts | undefined },
): Pick<ForecastTest, 'byColumn'> {
  const { columns = [] } = outputs ?? {};
  if (columns.length === 0) return {};
  const units = targetUnits(task, dataset);
  const byColumn = columns.map(({ mae, mse }, place) => {
    const { name, unit, std } = units[place]!;
    const baselineTestMae = byColumns[place] ?? Number.NaN;
    const rivals = measured?.byColumn[place];
    return {
      column: name,
      unit,
      testMae: mae,
      testMaeUnits: mae * std,
      testRmse: Math.sqrt(mse),
      testRmseUnits: Math.sqrt(mse) * std,
      baselineTestMae,
      baselineTestMaeUnits: baselineTestMae * std,
      ...(rivals === undefined
        ? {}
        : {
            baselines: rivals.map(({ rival: { name, period }, test }) => ({
              name,
              ...(period === undefined ? {} : { period }),
              testMae: test.mae,
              testMaeUnits: test.mae * std,
            })),
          }),
    };
  });
  return { byColumn };
}

/** A column's error in its unit, beside naive persistence. */
export interface ColumnFigure {
  readonly name: string;
  readonly unit: string | null;
  readonly mae: number;
  readonly baselineMae: number;
}

/** Of a trial on its validation windows, in the unit of each; empty: one column is forecast. */
export function columnFigures(
  byColumns: readonly ColumnFigures[],
  targets: DatasetInfo['targets'] = [],
): (ColumnFigure & { readonly rmse: number })[] {
  return byColumns.map(({ mae, mse, baselineMae }, place) => {
    const { name, unit, std } = targets[place] ?? {
      name: `column ${place + 1}`,
      unit: OWN_DEVIATIONS,
      std: 1,
    };
    return { name, unit, mae: mae * std, rmse: Math.sqrt(mse) * std, baselineMae: baselineMae * std };
  });
}

/** More are not listed. */
const MOST_LISTED = 12;

/** Empty: one column is forecast. */
export function describeByColumn(figures: readonly ColumnFigure[]): string[] {
  if (figures.length === 0) return [];
  const better = figures.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  const listed = figures
    .slice(0, MOST_LISTED)
    .map(
      ({ name, unit, mae, baselineMae }) =>
        `${formatParam(name)} ${withUnit(formatUnits(mae), unit)} (naive ${formatUnits(baselineMae)})`,
    );
  const more = figures.length > MOST_LISTED ? '; all of them: --json' : '';
  return [
    `MAE by column, better than naive persistence in ${better} of ${figures.length}: ${listed.join(', ')}${more}`,
  ];
}
