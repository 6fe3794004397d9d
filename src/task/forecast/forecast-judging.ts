// How good forecasts are: errors in normalised units, beside naive persistence on the same windows.

import type { SeriesFacts } from '../../dataset/dataset.js';
import { horizonOf, persistenceOver } from '../../dataset/series/naive-persistence.js';
import { judgedRows } from '../../dataset/windows.js';
import { compareForecasts } from '../../statistics/forecast-test.js';
import { meanInterval } from '../../statistics/sample-mean.js';
import type { ForecastTest } from '../../study/test-evaluation.js';
import type {
  Band,
  ColumnFigures,
  OutputErrors,
  StepErrors,
  StepFigures,
} from '../../study/trial/output-errors.js';
import {
  delaysOf,
  type ForecastTask,
  ofColumn,
  type TrialResult,
  targetColumnsOf,
  type WindowSpec,
} from '../../study/trial/trial.js';
import { formatObjective } from '../../wording/figures.js';
import { validationLossOf } from '../evaluation.js';
import { claimOf } from '../quantiles.js';
import type { Baseline, TaskJudging } from '../task.js';
import { meanBySeries, overTime, windowsOfSeries } from '../windows/errors-over-time.js';
import { describeRivals, measureRivals, scalesOf } from './baselines/rival-errors.js';
import { rivalsOver, scaleOfErrors } from './baselines/rivals.js';
import { validationRivals } from './block-tasks.js';
import { stdOfSeries, testByColumn } from './column-figures.js';

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
    const all = targetColumnsOf(spec).map((_, place) => {
      const one = ofColumn(spec, place);
      const found = persistenceOver(dataset, one, rows, splitName, stride);
      // As the trial's own errors are told.
      const scale = splitName === 'validation' ? (one.errorScale ?? 1) : 1;
      return {
        value: found.mae * scale,
        perSample: scale === 1 ? found.absoluteErrors : found.absoluteErrors.map((error) => error * scale),
        bySteps: found.bySteps.map((error) => error * scale),
      };
    });
    const { bySteps, ...mean } = all.length === 1 ? all[0]! : meanBaseline(all);
    return {
      ...mean,
      ...(spec.window.delays === undefined ? {} : { bySteps }),
      ...(all.length === 1 ? {} : { byColumns: all.map(({ value }) => value) }),
    };
  },
  besideBaseline(dataset, spec, stride) {
    const steps = delaysOf(spec.window).length;
    const columns = targetColumnsOf(spec).map((_, place) => ofColumn(spec, place));
    const [validation, test] = (['validation', 'test'] as const).map((split) => judgedRows(spec, split));
    const rows = Math.max(...[validation!, test!].map(({ start, end }) => end - start));
    const targets = steps * columns.length;
    if (targets > 1 && rows * targets > MOST_RIVAL_TARGETS) return null;
    const [first, ...others] = columns.map((one) => ({
      validation: validationRivals(dataset, one, stride),
      test: rivalsOver(dataset, one, test!, 'test', EVERY_SAMPLE),
      oneError: scaleOfErrors(dataset, one),
    }));
    return { ...first!, steps, others };
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
    const scaleOf = (place: number) =>
      scalesOf(ofColumn(spec, place), 'test', EVERY_SAMPLE, { columns, series });
    const measured = baseline.beside === undefined ? null : measureRivals(baseline.beside, scaleOf);
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
      ...testByColumn(spec, outputs, baseline, measured, { columns, series }),
      ...(baseline.beside === undefined || measured === null
        ? {}
        : describeRivals(baseline.beside, measured, predictions, {
            targetStd,
            scaleOf,
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

/** Over several columns. */
function meanBaseline<One extends Baseline & { readonly bySteps: readonly number[] }>(all: readonly One[]) {
  const mean = (of: (one: One) => number): number => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  const [first] = all as readonly [One];
  return {
    value: mean(({ value }) => value),
    perSample: first.perSample.map((_, at) => mean(({ perSample }) => perSample[at]!)),
    bySteps: first.bySteps.map((_, at) => mean(({ bySteps }) => bySteps[at]!)),
  };
}

/** Of the outputs by step and by column only what is not in `bySteps` and `byColumns`. */
function outputFields(
  { window, quantiles }: ForecastTask,
  outputs: OutputErrors | undefined,
  { bySteps = [], byColumns = [] }: Baseline,
): Pick<TrialResult, 'bySteps' | 'byColumns' | 'band' | 'outputs'> {
  const { steps = [], columns = [], ...rest } = outputs ?? {};
  const band = bandOf(quantiles, steps);
  return {
    ...(window.delays === undefined ? {} : { bySteps: stepFigures(window, steps, bySteps) }),
    ...(columns.length === 0
      ? {}
      : {
          byColumns: columns.map(
            (errors, place): ColumnFigures => ({ ...errors, baselineMae: byColumns[place] ?? Number.NaN }),
          ),
        }),
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
  const maes = meanBySeries([spec], 'test', EVERY_SAMPLE, errors);
  const baselines = meanBySeries([spec], 'test', EVERY_SAMPLE, baselineErrors);
  return windowsOfSeries(spec, 'test', EVERY_SAMPLE).map((windows, place) => {
    const { name = '', columns } = list[place] ?? {};
    const std = stdOfSeries(spec, columns) ?? targetStd;
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
