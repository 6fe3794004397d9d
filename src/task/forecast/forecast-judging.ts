// How good forecasts are: errors in normalised units, beside naive persistence on the same windows.

import type { SeriesFacts } from '../../dataset/dataset.js';
import { horizonOf, persistenceOver } from '../../dataset/series/naive-persistence.js';
import { judgedRows } from '../../dataset/windows.js';
import { compareForecasts } from '../../statistics/forecast-test.js';
import { meanInterval } from '../../statistics/sample-mean.js';
import type { ForecastTest } from '../../study/events.js';
import type { ForecastTask } from '../../study/trial/trial.js';
import { formatObjective } from '../../wording/figures.js';
import { validationLossOf } from '../evaluation.js';
import type { TaskJudging } from '../task.js';
import { meanBySeries, overTime, windowsOfSeries } from './errors-over-time.js';
import { describeRivals, scalesOf } from './rival-errors.js';
import { rivalsOver, scaleOfErrors } from './rivals.js';

/** The stride over the test split. */
const EVERY_SAMPLE = 1;

/** Errors of windows whose horizons overlap are dependent. */
function overlap({ window }: ForecastTask, stride: number): number {
  return Math.ceil(window.delay / stride);
}

export const forecastJudging: TaskJudging<ForecastTask, ForecastTest> = {
  metrics: [
    { name: 'validationMae', head: 'val MAE', title: 'MAE', format: formatObjective },
    { name: 'validationMse', head: 'val MSE', title: 'validationMse', format: formatObjective },
    { name: 'validationRmse', head: 'val RMSE', title: 'validationRmse', format: formatObjective },
    { name: 'validationLoss', head: 'val loss', title: 'validationLoss', format: formatObjective },
  ],
  loss: 'mae',
  metricsOf(evaluation, loss) {
    const { mae, mse } = evaluation;
    return {
      validationLoss: validationLossOf(evaluation, loss),
      validationMae: mae,
      validationMse: mse,
      validationRmse: Math.sqrt(mse),
    };
  },
  overlap,
  overTime,
  baselineOver(dataset, spec, rows, splitName, stride) {
    const { mae, absoluteErrors } = persistenceOver(dataset, spec, rows, splitName, stride);
    return { value: mae, perSample: absoluteErrors };
  },
  besideBaseline: (dataset, spec, stride) => ({
    validation: rivalsOver(dataset, spec, judgedRows(spec, 'validation'), 'validation', stride),
    test: rivalsOver(dataset, spec, judgedRows(spec, 'test'), 'test', EVERY_SAMPLE),
    oneError: scaleOfErrors(dataset, spec),
  }),
  baselineFields: ({ window }, { value, perSample }) => ({
    baselineMae: value,
    horizonRows: horizonOf(window),
    validationSamples: perSample.length,
  }),
  baselineOf: ({ baselineMae }) => baselineMae,
  judge(spec, trial, { absoluteErrors, mae, predictions }, baseline, { targetStd, series, columns }) {
    const shared = overlap(spec, EVERY_SAMPLE);
    const inTime = (values: ArrayLike<number>): ArrayLike<number> =>
      overTime(spec, 'test', EVERY_SAMPLE, values);
    const errors = inTime(absoluteErrors);
    const { interval, reason } = meanInterval(errors, 'positive', shared);
    const versusBaseline = compareForecasts(errors, inTime(baseline.perSample), shared);
    return {
      trial,
      testMae: mae,
      testMaeUnits: mae * targetStd,
      interval: interval === null ? null : [interval[0] * targetStd, interval[1] * targetStd],
      ...(reason === null ? {} : { intervalReason: reason }),
      baselineTestMae: baseline.value,
      baselineTestMaeUnits: baseline.value * targetStd,
      pValueVersusBaseline: versusBaseline.pValue,
      ...(versusBaseline.reason === null ? {} : { pValueReason: versusBaseline.reason }),
      windows: absoluteErrors.length,
      ...(baseline.beside === undefined
        ? {}
        : describeRivals(baseline.beside, predictions, {
            targetStd,
            scaleOf: (split) => scalesOf(spec, split, EVERY_SAMPLE, { columns, series }),
            pValueOf: (rival) => compareForecasts(errors, inTime(rival), shared).pValue,
          })),
      ...(series === undefined
        ? {}
        : { bySeries: testBySeries(spec, absoluteErrors, baseline.perSample, targetStd, series) }),
    };
  },
  testValueOf: ({ testMae }) => testMae,
  isOwn: (test): test is ForecastTest => 'testMae' in test,
};

/** `targetStd`: of series that are normalised by themselves each has its own. */
function testBySeries(
  spec: ForecastTask,
  errors: Float32Array,
  baselineErrors: Float32Array,
  targetStd: number,
  { list }: SeriesFacts,
): NonNullable<ForecastTest['bySeries']> {
  const maes = meanBySeries(spec, 'test', EVERY_SAMPLE, errors);
  const baselines = meanBySeries(spec, 'test', EVERY_SAMPLE, baselineErrors);
  return windowsOfSeries(spec, 'test', EVERY_SAMPLE).map((windows, place) => {
    const { name = '', columns } = list[place] ?? {};
    const std = columns?.[spec.targetColumn]?.std ?? targetStd;
    const [testMae, baselineTestMae] = [maes[place]!, baselines[place]!];
    return {
      series: name,
      windows,
      testMae,
      testMaeUnits: testMae * std,
      baselineTestMae,
      baselineTestMaeUnits: baselineTestMae * std,
    };
  });
}
