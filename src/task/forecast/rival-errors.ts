// How good forecasts without a model are, beside the model's on the same windows: the figures of a test, of `sweep baseline`
// and of the leaderboard.
import type { DatasetMetadata, SeriesFacts } from '../../dataset/dataset.js';
import type { ForecastTest } from '../../study/test-evaluation.js';
import type { ForecastTask, SplitName } from '../../study/trial/trial.js';
import { countOf } from '../../wording/plural.js';
import { windowsOfSeries } from './errors-over-time.js';
import type { BesideBaseline, RivalForecast, RivalName } from './rivals.js';
import { type ForecastErrors, measureErrors, type Scale } from './scaled-errors.js';

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

/** The unit of each window's target: of series that are normalised by themselves each has its own. */
export function scalesOf(
  task: ForecastTask,
  split: SplitName,
  stride: number,
  { columns, series }: Pick<DatasetMetadata, 'columns'> & { readonly series?: SeriesFacts | undefined },
): ScaleOf {
  const { mean, std } = columns[task.targetColumn] ?? { mean: 0, std: 1 };
  if (series === undefined || series.normalise === 'together') return () => ({ mean, std });
  const scales = windowsOfSeries(task, split, stride).flatMap((windows, place) => {
    const own = series.list[place]?.columns?.[task.targetColumn] ?? { mean, std };
    return Array.from({ length: windows }, (): Scale => own);
  });
  return (window) => scales[window]!;
}

export interface RivalMeasures {
  readonly rival: RivalForecast;
  readonly validation: ForecastErrors;
  readonly test: ForecastErrors;
}

/** Each rival on both splits, where it can be told on both. */
export function measureRivals(
  { validation, test, oneError, steps }: BesideBaseline,
  scaleOf: (split: 'validation' | 'test') => ScaleOf,
): RivalMeasures[] {
  const ofValidation = scaleOf('validation');
  const ofTest = scaleOf('test');
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

/** `predictions`: the model's, on the test windows, `[windows, steps]`. */
export function describeRivals(
  beside: BesideBaseline,
  predictions: Float32Array,
  told: {
    readonly targetStd: number;
    readonly scaleOf: (split: 'validation' | 'test') => ScaleOf;
    readonly pValueOf: (errors: Float32Array) => number | null;
  },
): Pick<ForecastTest, 'testRmse' | 'testRmseUnits' | 'testMase' | 'testSmape' | 'baselines'> {
  const { targetStd, scaleOf, pValueOf } = told;
  const { test: judged, oneError, steps } = beside;
  const own = measureErrors(predictions, judged.targets, oneError, scaleOf('test'), steps);
  return {
    testRmse: own.rmse,
    testRmseUnits: own.rmse * targetStd,
    testMase: own.mase,
    testSmape: own.smape,
    baselines: measureRivals(beside, scaleOf).map(({ rival: { name, period }, validation, test }) => ({
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
