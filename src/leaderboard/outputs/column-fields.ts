// What rows say of forecasts of several columns: the error of each in its own unit, as JSON, as named fields, and as columns
// of the terminal's table.
import type { DatasetInfo } from '../../study/events.js';
import type { FinishedRow } from '../../study/finished-row.js';
import type { ColumnFigures } from '../../study/trial/output-errors.js';
import { columnFigures } from '../../task/forecast/column-figures.js';
import { formatUnits, spreadOf, unitSign } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { RankedRow } from '../ranking.js';

/** Of a target column on the validation windows, in its unit. */
export interface ColumnField {
  readonly column: string;
  readonly unit: string | null;
  readonly mae: number;
  readonly rmse: number;
  readonly baselineMae: number;
}

type KnownTargets = Pick<DatasetInfo, 'targets'> | null | undefined;

/** Means over the seeds, a RMSE over its square; empty: one column is forecast, or nobody says. */
export function columnFields({ seeds }: FinishedRow, dataset: KnownTargets): ColumnField[] {
  const { targets = [] } = dataset ?? {};
  const all = seeds.map(({ result }) => result.byColumns ?? []);
  if (all.length === 0 || all.some((one) => one.length !== targets.length)) return [];
  const meanOf = (place: number, name: 'mae' | 'mse' | 'baselineMae'): number =>
    all.reduce((sum, one) => sum + one[place]![name], 0) / all.length;
  const means = targets.map(
    (_, place): ColumnFigures => ({
      mae: meanOf(place, 'mae'),
      mse: meanOf(place, 'mse'),
      baselineMae: meanOf(place, 'baselineMae'),
    }),
  );
  return columnFigures(means, targets).map(({ name, ...figures }) => ({ column: name, ...figures }));
}

/** The name of a column's error for `--sort`, `--filter` and the CSV. */
export function columnMaeField(column: string): string {
  return `mae.${column}`;
}

/** More have no room: the page of a trial and the documents have all. */
const MOST_CELLS = 4;

export function columnCells(dataset: KnownTargets, all: readonly RankedRow[]) {
  const { targets = [] } = dataset ?? {};
  const maeOf = ({ row }: RankedRow, place: number): number | null =>
    columnFields(row, dataset)[place]?.mae ?? null;
  return targets.slice(0, MOST_CELLS).map(({ name, unit }, place) => {
    const errors = spreadOf(all.map((ranked) => maeOf(ranked, place)));
    return {
      head: `${printable(name)} ${unitSign(unit)}`.trimEnd(),
      field: columnMaeField(name),
      align: 'right' as const,
      cell: (ranked: RankedRow) => formatUnits(maeOf(ranked, place), errors),
      dropOrder: 5,
    };
  });
}
