// What a trial's outputs came to where it has several (by step of a horizon, of a band, by class), in the target's unit: data
// for whoever draws them. Pure.
import type { DatasetInfo } from '../../study/events.js';
import type { Band, LabelErrors, QuantileErrors, StepFigures } from '../../study/trial/output-errors.js';
import type { TrialResult } from '../../study/trial/trial.js';
import { type ColumnFigure, columnFigures } from '../../task/forecast/column-figures.js';
import { taskOfData } from '../../task/registry.js';
import { unitSign } from '../../wording/figures.js';

export interface OutputFigures {
  /** Of errors and widths; empty: they are as they are computed. */
  readonly unit: string;
  /** Empty: one step is forecast. */
  readonly steps: readonly StepFigures[];
  /** Of several target columns each in its own unit; absent: one is forecast. */
  readonly columns?: readonly ColumnFigure[];
  readonly quantiles: readonly Pick<QuantileErrors, 'quantile' | 'below'>[];
  readonly band: Band | null;
  /** Whether predictions have bands that are moved until they cover what they claim; those of here are as the model leaves them. */
  readonly isConformal: boolean;
  readonly classes: ClassFigures | null;
  /** Of samples that may have several labels. */
  readonly labels: LabelFigures | null;
}

export interface LabelFigures extends Omit<LabelErrors, 'each'> {
  /** In the order of the outputs. */
  readonly each: readonly ({ readonly name: string } & LabelErrors['each'][number])[];
}

export interface ClassFigures {
  readonly labels: readonly string[];
  readonly macroF1: number;
  /** `[class][answer]`, samples; null: there are too many classes. */
  readonly confusion: readonly (readonly number[])[] | null;
}

/** null: the trial has one output. */
export function outputFigures(
  {
    bySteps = [],
    byColumns = [],
    band,
    outputs,
  }: Pick<TrialResult, 'bySteps' | 'byColumns' | 'band' | 'outputs'>,
  dataset: DatasetInfo,
): OutputFigures | null {
  const { quantiles = [], classes, labels } = outputs ?? {};
  const all = [bySteps, byColumns, quantiles];
  const isPlain = band === undefined && classes === undefined && labels === undefined;
  if (isPlain && all.every(({ length }) => length === 0)) return null;
  const nameOf = (place: number): string => dataset.classes?.[place] ?? String(place);
  const { hasOwnScale, scale } = taskOfData(dataset).unitOf(dataset);
  const hasUnit = hasOwnScale && dataset.unit !== null;
  const times = hasUnit ? scale : 1;
  return {
    unit: unitSign(hasUnit ? dataset.unit : null),
    steps: bySteps.map((step) => ({
      ...step,
      mae: step.mae * times,
      mse: step.mse * times * times,
      baselineMae: step.baselineMae * times,
      ...(step.width === undefined ? {} : { width: step.width * times }),
    })),
    ...(byColumns.length === 0 ? {} : { columns: columnFigures(byColumns, dataset.targets) }),
    quantiles: quantiles.map(({ quantile, below }) => ({ quantile, below })),
    isConformal: outputs?.offsets !== undefined,
    band: band === undefined ? null : { ...band, width: band.width * times },
    classes:
      classes === undefined
        ? null
        : {
            labels: (classes.confusion ?? []).map((_, place) => nameOf(place)),
            macroF1: classes.macroF1,
            confusion: classes.confusion ?? null,
          },
    labels:
      labels === undefined
        ? null
        : { ...labels, each: labels.each.map((one, place) => ({ name: nameOf(place), ...one })) },
  };
}
