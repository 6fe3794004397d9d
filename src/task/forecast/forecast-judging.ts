// How good forecasts are: errors in normalised units, beside naive persistence on the same windows.
import { horizonOf, persistenceOver } from '../../dataset/series/naive-persistence.js';
import { compareForecasts } from '../../statistics/forecast-test.js';
import { meanInterval } from '../../statistics/sample-mean.js';
import type { ForecastTest } from '../../study/events.js';
import type { ForecastTask } from '../../study/trial/trial.js';
import { formatObjective } from '../../wording/figures.js';
import { validationLossOf } from '../evaluation.js';
import type { TaskJudging } from '../task.js';

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
  baselineOver(dataset, spec, rows, splitName, stride) {
    const { mae, absoluteErrors } = persistenceOver(dataset, spec, rows, splitName, stride);
    return { value: mae, perSample: absoluteErrors };
  },
  baselineFields: ({ window }, { value, perSample }) => ({
    baselineMae: value,
    horizonRows: horizonOf(window),
    validationSamples: perSample.length,
  }),
  baselineOf: ({ baselineMae }) => baselineMae,
  judge(spec, trial, { absoluteErrors: errors, mae }, baseline, targetStd) {
    const shared = overlap(spec, EVERY_SAMPLE);
    const { interval, reason } = meanInterval(errors, 'positive', shared);
    const versusBaseline = compareForecasts(errors, baseline.perSample, shared);
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
      windows: errors.length,
    };
  },
  testValueOf: ({ testMae }) => testMae,
  isOwn: (test): test is ForecastTest => 'testMae' in test,
};
