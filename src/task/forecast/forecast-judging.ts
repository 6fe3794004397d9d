// How good forecasts are: errors in normalised units, beside naive persistence on the same windows.

import type { SeriesFacts } from '../../dataset/dataset.js';
import { horizonOf, persistenceOver } from '../../dataset/series/naive-persistence.js';
import { judgedRows } from '../../dataset/windows.js';
import { compareForecasts } from '../../statistics/forecast-test.js';
import { meanInterval } from '../../statistics/sample-mean.js';
import type { ForecastTest } from '../../study/test-evaluation.js';
import type { Band, OutputErrors, StepErrors, StepFigures } from '../../study/trial/output-errors.js';
import { delaysOf, type ForecastTask, type TrialResult, type WindowSpec } from '../../study/trial/trial.js';
import { formatObjective } from '../../wording/figures.js';
import { validationLossOf } from '../evaluation.js';
import { claimOf } from '../quantiles.js';
import type { Baseline, TaskJudging } from '../task.js';
import { validationRivals } from './block-tasks.js';
import { meanBySeries, overTime, windowsOfSeries } from './errors-over-time.js';
import { describeRivals, scalesOf } from './rival-errors.js';
import { rivalsOver, scaleOfErrors } from './rivals.js';

/** The stride over the test split. */
const EVERY_SAMPLE = 1;
/** Of several steps: forecasts of more are not held beside each other (16 MB each). */
const MOST_RIVAL_TARGETS = 2 ** 22;

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
  areIndependent: false,
  unmeasured: () => null,
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
    const found = persistenceOver(dataset, spec, rows, splitName, stride);
    // As the trial's own errors are told.
    const scale = splitName === 'validation' ? (spec.errorScale ?? 1) : 1;
    const bySteps = found.bySteps.map((error) => error * scale);
    const isSingle = spec.window.delays === undefined;
    return {
      value: found.mae * scale,
      perSample: scale === 1 ? found.absoluteErrors : found.absoluteErrors.map((error) => error * scale),
      ...(isSingle ? {} : { bySteps }),
    };
  },
  besideBaseline(dataset, spec, stride) {
    const steps = delaysOf(spec.window).length;
    const [validation, test] = (['validation', 'test'] as const).map((split) => judgedRows(spec, split));
    const rows = Math.max(...[validation!, test!].map(({ start, end }) => end - start));
    if (steps > 1 && rows * steps > MOST_RIVAL_TARGETS) return null;
    return {
      validation: validationRivals(dataset, spec, stride),
      test: rivalsOver(dataset, spec, test!, 'test', EVERY_SAMPLE),
      oneError: scaleOfErrors(dataset, spec),
      steps,
    };
  },
  baselineFields: ({ window }, { value, perSample }) => ({
    baselineMae: value,
    horizonRows: horizonOf(window),
    validationSamples: perSample.length,
  }),
  baselineOf: ({ baselineMae }) => baselineMae,
  outputFields,
  judge(
    spec,
    trial,
    { absoluteErrors, mae, predictions, outputs },
    baseline,
    { targetStd, series, columns },
  ) {
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
      ...testOfOutputs(spec, outputs, baseline, targetStd),
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

/** Of the outputs by step only what is not in `bySteps`. */
function outputFields(
  { window, quantiles }: ForecastTask,
  outputs: OutputErrors | undefined,
  { bySteps = [] }: Baseline,
): Pick<TrialResult, 'bySteps' | 'band' | 'outputs'> {
  const { steps = [], ...rest } = outputs ?? {};
  const band = bandOf(quantiles, steps);
  return {
    ...(window.delays === undefined ? {} : { bySteps: stepFigures(window, steps, bySteps) }),
    ...(band === null ? {} : { band }),
    ...(Object.keys(rest).length === 0 ? {} : { outputs: rest }),
  };
}

function stepFigures(
  window: WindowSpec,
  steps: readonly StepErrors[],
  baselines: readonly number[],
): StepFigures[] {
  return delaysOf(window).flatMap((delay, place) => {
    const errors = steps[place];
    const baselineMae = baselines[place];
    if (errors === undefined || baselineMae === undefined) return [];
    return [{ ...errors, horizonRows: horizonOf({ step: window.step, delay }), baselineMae }];
  });
}

function bandOf(quantiles: readonly number[] | undefined, steps: readonly StepErrors[]): Band | null {
  const nominal = claimOf(quantiles ?? []);
  if (nominal === null || steps.length === 0) return null;
  const mean = (of: (step: StepErrors) => number): number =>
    steps.reduce((sum, step) => sum + of(step), 0) / steps.length;
  return { nominal, coverage: mean(({ coverage = 0 }) => coverage), width: mean(({ width = 0 }) => width) };
}

/** The same on the test windows, in the target's unit too. */
function testOfOutputs(
  { window, quantiles }: ForecastTask,
  outputs: OutputErrors | undefined,
  { bySteps = [] }: Baseline,
  std: number,
): Pick<ForecastTest, 'bySteps' | 'band' | 'pinball'> {
  const { steps = [], quantiles: ofQuantiles = [] } = outputs ?? {};
  const band = bandOf(quantiles, steps);
  const pinball = ofQuantiles.reduce((sum, one) => sum + one.pinball, 0) / Math.max(1, ofQuantiles.length);
  return {
    ...(window.delays === undefined
      ? {}
      : {
          bySteps: stepFigures(window, steps, bySteps).map((step) => ({
            ...step,
            maeUnits: step.mae * std,
            baselineMaeUnits: step.baselineMae * std,
          })),
        }),
    ...(band === null ? {} : { band: { ...band, widthUnits: band.width * std } }),
    ...(ofQuantiles.length === 0 ? {} : { pinball }),
  };
}

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
