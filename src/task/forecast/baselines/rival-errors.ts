// How good forecasts without a model are, beside the model's on the same windows: the figures of a test, of `sweep baseline`
// and of the leaderboard.
import type { DatasetMetadata, OneSeries, SeriesFacts } from '../../../dataset/dataset.js';
import type { ForecastTest } from '../../../study/test-evaluation.js';
import type { ForecastTask, SplitName } from '../../../study/trial/trial.js';
import { countOf } from '../../../wording/plural.js';
import { windowsOfSeries } from '../../windows/errors-over-time.js';
import { type ForecastErrors, meanErrors, measureErrors, type Scale } from '../scaled-errors.js';
import type { BesideBaseline, BesideColumn, RivalForecast, RivalName } from './rivals.js';

export type RivalFigures = NonNullable<ForecastTest['baselines']>[number];
type ScaleOf = (window: number) => Scale;

const NAMES: Readonly<Record<RivalName, string>> = {
  persistence: 'naive persistence',
  seasonal: 'seasonal naive',
  seasonalMean: 'mean of three seasons',
  drift: 'drift',
  linear: 'linear on the window',
};

/** `seasonal naive, 24 rows`. */
export function nameRival({ name, period }: { readonly name: string; readonly period?: number }): string {
  const known = Object.hasOwn(NAMES, name) ? NAMES[name as RivalName] : name;
  return period === undefined ? known : `${known}, ${countOf(period, 'row')}`;
}

/** The unit of each window's target, of one column: of series that are normalised by themselves each has its own. */
export function scalesOf(
  task: ForecastTask,
  split: SplitName,
  stride: number,
  {
    columns,
    series,
  }: Pick<DatasetMetadata, 'columns'> & {
    readonly series?:
      | (Pick<SeriesFacts, 'normalise'> & { readonly list: readonly Pick<OneSeries, 'columns'>[] })
      | undefined;
  },
): ScaleOf {
  const { mean, std } = columns[task.targetColumn] ?? { mean: 0, std: 1 };
  if (series === undefined || series.normalise === 'together') return () => ({ mean, std });
  const scales = windowsOfSeries(task, split, stride).flatMap((windows, place) => {
    const own = series.list[place]?.columns?.[task.targetColumn] ?? { mean, std };
    return Array.from({ length: windows }, (): Scale => own);
  });
  return (window) => scales[window]!;
}

/** Of the test windows, of the target column at `place`. */
type ScalesOf = (place: number) => ScaleOf;

export interface RivalMeasures {
  readonly rival: Pick<RivalForecast, 'name' | 'period'>;
  readonly validation: ForecastErrors;
  readonly test: ForecastErrors;
}

export interface MeasuredRivals {
  readonly byColumn: readonly (readonly RivalMeasures[])[];
  readonly all: readonly RivalMeasures[];
}

/** Each rival on both splits, where it can be told on both: of each target column, and the mean over those of all columns. */
export function measureRivals(beside: BesideBaseline, scaleOf: ScalesOf): MeasuredRivals {
  const { steps } = beside;
  const columns: readonly BesideColumn[] = [beside, ...beside.others];
  const byColumn = columns.map((one, place) => measureColumn(one, steps, scaleOf(place)));
  const all = byColumn[0]!.flatMap((first): RivalMeasures[] => {
    const same = byColumn.flatMap((rivals) => rivals.filter(({ rival }) => rival.name === first.rival.name));
    if (same.length < columns.length) return [];
    const { name, period } = first.rival;
    const isOneSeason = period !== undefined && same.every(({ rival }) => rival.period === period);
    return [
      {
        rival: isOneSeason ? { name, period } : { name },
        validation: meanErrors(same.map(({ validation }) => validation)),
        test: meanErrors(same.map(({ test }) => test)),
      },
    ];
  });
  return { byColumn, all };
}

function measureColumn(
  { validation, test, oneError }: BesideColumn,
  steps: number,
  ofTest: ScaleOf,
): RivalMeasures[] {
  const ofValidation: ScaleOf = (window) => validation.scales[window]!;
  return test.forecasts.flatMap((rival) => {
    const known = validation.forecasts.find(({ name }) => name === rival.name);
    if (known === undefined) return [];
    return {
      rival,
      validation: measureErrors(known.predictions, validation.targets, oneError, ofValidation, steps),
      test: measureErrors(rival.predictions, test.targets, oneError, ofTest, steps),
    };
  });
}

/** Of `[windows, columns, steps]` what belongs to a column; themselves where there is one. */
function pickColumn(values: Float32Array, place: number, columns: number, steps: number): Float32Array {
  if (columns === 1) return values;
  const windows = values.length / (columns * steps);
  const own = new Float32Array(windows * steps);
  for (let window = 0; window < windows; window++) {
    const begin = (window * columns + place) * steps;
    own.set(values.subarray(begin, begin + steps), window * steps);
  }
  return own;
}

/** `predictions`: the model's, on the test windows, `[windows, columns, steps]`. */
export function describeRivals(
  beside: BesideBaseline,
  { all }: MeasuredRivals,
  predictions: Float32Array,
  told: {
    readonly targetStd: number;
    readonly scaleOf: ScalesOf;
    readonly pValueOf: (errors: Float32Array) => number | null;
  },
): Pick<ForecastTest, 'testRmse' | 'testRmseUnits' | 'testMase' | 'testSmape' | 'baselines'> {
  const { targetStd, scaleOf, pValueOf } = told;
  const { steps } = beside;
  const columns: readonly BesideColumn[] = [beside, ...beside.others];
  const own = meanErrors(
    columns.map(({ test, oneError }, place) => {
      const answers = pickColumn(predictions, place, columns.length, steps);
      return measureErrors(answers, test.targets, oneError, scaleOf(place), steps);
    }),
  );
  return {
    testRmse: own.rmse,
    testRmseUnits: own.rmse * targetStd,
    testMase: own.mase,
    testSmape: own.smape,
    baselines: all.map(({ rival: { name, period }, validation, test }) => ({
      name,
      ...(period === undefined ? {} : { period }),
      validationMae: validation.mae,
      validationMaeUnits: validation.mae * targetStd,
      validationRmse: validation.rmse,
      validationMase: validation.mase,
      validationSmape: validation.smape,
      testMae: test.mae,
      testMaeUnits: test.mae * targetStd,
      testRmse: test.rmse,
      testMase: test.mase,
      testSmape: test.smape,
      pValue: pValueOf(test.absoluteErrors),
    })),
  };
}
