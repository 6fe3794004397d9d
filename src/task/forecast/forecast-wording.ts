// How forecasts are told: errors in the target's unit, naive persistence of each horizon, windows.
import type { DatasetMetadata, SeriesFacts } from '../../dataset/dataset.js';
import { explainReason } from '../../statistics/interval-reason.js';
import type { ForecastTest } from '../../study/test-evaluation.js';
import { type ForecastTask, ofColumn } from '../../study/trial/trial.js';
import {
  formatCount,
  formatInterval,
  formatObjective,
  formatPValue,
  formatUnits,
  spreadOf,
  unitSign,
  withSign,
  withUnit,
} from '../../wording/figures.js';
import { formatParam } from '../../wording/param-format.js';
import { countOf } from '../../wording/plural.js';
import { leadingBaseline, naiveBaselines } from '../naive-baselines.js';
import type { TaskWording } from '../task.js';
import { meanBySeries, OWN_DEVIATIONS } from '../windows/errors-over-time.js';
import { measureRivals, nameRival, scalesOf } from './baselines/rival-errors.js';
import { blockTasks } from './block-tasks.js';
import { columnFigures, describeByColumn, stdOfSeries, targetUnits } from './column-figures.js';
import { describeBand, describeBySteps, describeQuantiles } from './output-wording.js';
import { describeBySeries } from './series-wording.js';

const NAIVE = 'naive persistence';
const EVERY_SAMPLE = 1;

export const forecastWording: TaskWording<ForecastTask, ForecastTest> = {
  words: {
    sample: 'window',
    samples: 'windows',
    baseline: NAIVE,
    commonSense: NAIVE,
    baselineHead: 'naive MAE',
    measured: 'measurements',
    real: { what: 'weather', source: 'series: sweep data fetch jena' },
  },
  fields: { values: [], judged: ['validationWindows', 'baselineMae', 'betterThanBaseline'] },
  reportFacts: { isReviews: false },
  hasPlots: true,
  unitOf({ unit, target, targetStd }) {
    const sign = unitSign(unit);
    return {
      // Without a unit it is told whose error this is.
      head: (isObjective) => (isObjective && sign !== '' ? sign : `MAE ${sign || formatParam(target)}`),
      field: 'validationMaeUnits',
      scale: targetStd,
      hasOwnScale: true,
      format: formatUnits,
      say(value, spread) {
        const figure = formatUnits(value, spread);
        return unit === null ? `MAE ${formatParam(target)} ${figure}` : withUnit(figure, unit);
      },
      sayDifference: (value) => withSign(value, (size) => withUnit(formatUnits(size), unit)),
    };
  },
  baselines(view) {
    const all = naiveBaselines(view);
    return all.map(({ horizonRows, validationMae: value }) => ({
      name:
        all.length === 1 || horizonRows === null ? NAIVE : `${NAIVE}, ${countOf(horizonRows, 'row')} ahead`,
      value,
    }));
  },
  rivals(view) {
    // Known of the tested trial's problem, once there is one.
    const tested = view.tests.find((test) => 'testMae' in test);
    if (naiveBaselines(view).length !== 1) return [];
    return (tested?.baselines ?? [])
      .filter(({ name }) => name !== 'persistence')
      .map((one) => ({ name: nameRival(one), value: one.validationMae }));
  },
  baselineFigures(view) {
    const [tested] = view.tests.filter((test) => 'testMae' in test);
    const validationMae = leadingBaseline(view)?.validationMae ?? null;
    const std = view.header?.dataset?.targetStd;
    return {
      validationMae,
      validationMaeUnits: validationMae === null || std === undefined ? null : validationMae * std,
      testMae: tested?.baselineTestMae ?? null,
      testMaeUnits: tested?.baselineTestMaeUnits ?? null,
    };
  },
  describeTest(test, unit) {
    const errors = spreadOf([test.testMaeUnits, test.baselineTestMaeUnits]);
    const inUnit = (value: number): string => withUnit(formatUnits(value, errors), unit);
    return {
      result: `MAE ${inUnit(test.testMaeUnits)} (${describeInterval(test)})`,
      baseline: inUnit(test.baselineTestMaeUnits),
      samples: `${formatCount(test.windows)} ${test.windows === 1 ? 'window' : 'windows'}`,
      pValue: describePValue(test),
      beside: describeBeside(test, inUnit),
      bySeries: [
        ...describeByColumn(
          (test.byColumn ?? []).map(
            ({ column: name, unit, testMaeUnits: mae, baselineTestMaeUnits: baselineMae }) => ({
              name,
              unit,
              mae,
              baselineMae,
            }),
          ),
        ),
        ...describeBySeries(
          (test.bySeries ?? []).map(({ series, testMaeUnits: mae, baselineTestMaeUnits: baselineMae }) => ({
            series,
            mae,
            baselineMae,
          })),
        ),
        ...describeBySteps(
          (test.bySteps ?? []).map(({ horizonRows, maeUnits: mae, baselineMaeUnits: baselineMae }) => ({
            horizonRows,
            mae,
            baselineMae,
          })),
          formatUnits,
        ),
        ...describeBand(
          test.band === undefined ? undefined : { ...test.band, width: test.band.widthUnits },
          (width) => withUnit(formatUnits(width), unit),
        ),
      ],
    };
  },
  describeBaselineOf({ horizonRows, baselineMae, bySteps = [] }, figure) {
    if (baselineMae === null || horizonRows === undefined) return '';
    const far =
      bySteps.length > 1 ? `over all ${bySteps.length} steps` : `${countOf(horizonRows, 'row')} ahead`;
    return `${NAIVE} ${far} has MAE ${figure(baselineMae)}`;
  },
  describeOutputs: ({ bySteps = [], byColumns = [], band, outputs }, _classes, targets) => [
    ...describeByColumn(columnFigures(byColumns, targets)),
    ...describeBySteps(bySteps, formatObjective),
    ...describeBand(band, formatObjective),
    ...describeQuantiles(outputs?.quantiles ?? []),
  ],
  describeBaselines(spec, metadata, found) {
    const { columns, series } = metadata;
    const { window } = spec;
    const targets = targetUnits(spec, { columns, series });
    const isOne = targets.length === 1;
    const { unit, std } = isOne ? targets[0]! : { unit: OWN_DEVIATIONS, std: 1 };
    const name = targets.map((one) => one.name).join(', ');
    const { beside } = found.test;
    const rivals =
      beside === undefined
        ? { all: [], byColumn: [] }
        : measureRivals(beside, (place) =>
            scalesOf(ofColumn(spec, place), 'test', EVERY_SAMPLE, { columns, series }),
          );
    const splits = Object.entries(found).map(([split, { value, perSample, byColumns = [] }]) => ({
      split,
      windows: perSample.length,
      mae: value,
      maeUnits: value * std,
      methods: rivals.all.map(({ rival: { name, period }, ...measured }) => {
        const { mae, rmse, mase, smape } = measured[split as 'validation' | 'test'];
        const season = period === undefined ? {} : { period };
        return { name, ...season, mae, maeUnits: mae * std, rmse, rmseUnits: rmse * std, mase, smape };
      }),
      ...(isOne
        ? {}
        : {
            byColumn: targets.map((target, place) => ({
              column: target.name,
              unit: target.unit,
              mae: byColumns[place]!,
              maeUnits: byColumns[place]! * target.std,
              methods: (rivals.byColumn[place] ?? []).map(({ rival: { name, period }, ...measured }) => {
                const { mae } = measured[split as 'validation' | 'test'];
                const season = period === undefined ? {} : { period };
                return { name, ...season, mae, maeUnits: mae * target.std };
              }),
            })),
          }),
      ...(series === undefined
        ? {}
        : {
            bySeries: naiveBySeries(spec, split as 'validation' | 'test', perSample, std, {
              ...metadata,
              series,
            }),
          }),
    }));
    return {
      document: { target: name, unit, window, baseline: splits },
      name: `${NAIVE} of ${name}`,
      figures: splits.flatMap(({ split, windows, mae, maeUnits, methods, byColumn = [] }) => [
        `${split.padEnd(11)} MAE ${formatObjective(mae)}  ${withUnit(formatUnits(maeUnits), unit)}  over ${formatCount(windows)} windows`,
        ...methods.map(
          (one) =>
            `  ${nameRival(one).padEnd(28)} MAE ${formatObjective(one.mae)}  ${withUnit(formatUnits(one.maeUnits), unit)}  RMSE ${withUnit(formatUnits(one.rmseUnits), unit)}  ${one.mase === null ? '' : `MASE ${formatUnits(one.mase)}  `}sMAPE ${formatUnits(one.smape)} %`,
        ),
        ...byColumn.map(
          ({ column, unit: ownUnit, maeUnits: ofColumn, methods: own }) =>
            `  ${column.padEnd(28)} MAE ${[
              withUnit(formatUnits(ofColumn), ownUnit),
              ...own
                .filter((one) => one.name !== 'persistence')
                .map((one) => `${nameRival(one)} ${formatUnits(one.maeUnits)}`),
            ].join(', ')}`,
        ),
      ]),
    };
  },
};

/** Errors beside the MAE, and the model beside each forecast without one. */
function describeBeside(test: ForecastTest, inUnit: (value: number) => string): string[] {
  const { testRmseUnits, testMase, testSmape, baselines = [] } = test;
  if (testRmseUnits === undefined || testSmape === undefined) return [];
  const mase = testMase == null ? '' : `, MASE ${formatUnits(testMase)}`;
  return [
    `RMSE ${inUnit(testRmseUnits)}${mase}, sMAPE ${formatUnits(testSmape)} %`,
    ...baselines
      .filter(({ name }) => name !== 'persistence')
      .map(
        (one) =>
          `${nameRival(one)} ${inUnit(one.testMaeUnits)}${one.pValue === null ? '' : `, ${formatPValue(one.pValue)}`}`,
      ),
  ];
}

function naiveBySeries(
  spec: ForecastTask,
  split: 'validation' | 'test',
  errors: Float32Array,
  targetStd: number,
  metadata: Pick<DatasetMetadata, 'rolling'> & { readonly series: SeriesFacts },
): { series: string; mae: number; maeUnits: number }[] {
  const blocks = split === 'test' ? [spec] : blockTasks(spec, metadata);
  return meanBySeries(blocks, split, EVERY_SAMPLE, errors).map((mae, place) => {
    const { name = '', columns } = metadata.series.list[place] ?? {};
    return { series: name, mae, maeUnits: mae * (stdOfSeries(spec, columns) ?? targetStd) };
  });
}

/** `95 % interval a … b`, or that there is none and why. */
function describeInterval({ interval, intervalReason }: ForecastTest): string {
  if (interval !== null) return `95 % interval ${formatInterval(interval, formatUnits)}`;
  return intervalReason === undefined
    ? 'no 95 % interval'
    : `no 95 % interval: ${explainReason(intervalReason)}`;
}

/** `p = 0.02`, or that there is no p-value and why. */
function describePValue({ pValueVersusBaseline, pValueReason, intervalReason }: ForecastTest): string {
  if (pValueVersusBaseline !== null) return formatPValue(pValueVersusBaseline);
  if (pValueReason === undefined) return 'no p-value';
  return pValueReason === intervalReason && pValueReason !== 'constant'
    ? 'no p-value for the same reason'
    : `no p-value: ${explainReason(pValueReason, 'windows', 'differences')}`;
}
