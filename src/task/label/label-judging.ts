// How good a classifier of windows is: the share that it gets right, beside always answering with the most frequent class. Neighbouring
// windows are alike, so that intervals and tests are those of a series, as forecasts have them.
import { compareForecasts } from '../../statistics/forecast-test.js';
import { meanInterval } from '../../statistics/sample-mean.js';
import type { LabelTest } from '../../study/test-evaluation.js';
import type { LabelTask } from '../../study/trial/trial.js';
import { CLASS_METRICS, explainUnmeasured, metricsOfClasses } from '../classes/class-metrics.js';
import type { Baseline, TaskJudging } from '../task.js';
import { overTime } from '../windows/errors-over-time.js';
import { type FrequentClass, frequentClassOver } from './label-baselines.js';

/** The stride over the test split. */
const EVERY_SAMPLE = 1;

export const labelJudging: TaskJudging<LabelTask, LabelTest> = {
  metrics: CLASS_METRICS,
  loss: 'binaryCrossentropy',
  areIndependent: false,
  metricsOf: metricsOfClasses,
  unmeasured: ({ classes = 2 }, metric) => explainUnmeasured(classes, metric, 'the series has'),
  overlap,
  overTime,
  baselineOver: frequentClassOver,
  besideBaseline: () => null,
  baselineFields: (_spec, { value, perSample }) => ({
    baselineMae: null,
    validationSamples: perSample.length,
    baselineAccuracy: value,
  }),
  baselineOf: ({ baselineAccuracy }) => baselineAccuracy ?? null,
  outputFields: (_spec, outputs) => (outputs === undefined ? {} : { outputs }),
  judge(spec, trial, { hits, outputs, kept }, baseline) {
    const shared = overlap(spec, EVERY_SAMPLE);
    const inTime = (values: Float32Array) => overTime(spec, 'test', EVERY_SAMPLE, values, kept);
    const told = inTime(hits);
    const { interval, reason } = meanInterval(told, 'share', shared);
    const against = (rival: Float32Array) => compareForecasts(wrongOf(told), wrongOf(inTime(rival)), shared);
    const versusBaseline = against(baseline.perSample);
    return {
      trial,
      testAccuracy: hits.reduce((sum, hit) => sum + hit, 0) / hits.length,
      interval: interval === null ? null : [interval[0], interval[1]],
      ...(reason === null ? {} : { intervalReason: reason }),
      baselineTestAccuracy: baseline.value,
      pValueVersusBaseline: versusBaseline.pValue,
      ...(versusBaseline.reason === null ? {} : { pValueReason: versusBaseline.reason }),
      windows: hits.length,
      baselines: rivalsIn(baseline).map(({ name, period, accuracy, hits: rival }) => ({
        name,
        ...(period === undefined ? {} : { period }),
        testAccuracy: accuracy,
        pValue: against(rival).pValue,
      })),
      ...(outputs?.classes === undefined ? {} : { classes: outputs.classes }),
    };
  },
  testValueOf: ({ testAccuracy }) => testAccuracy,
  isOwn: (test): test is LabelTest => 'testAccuracy' in test && 'windows' in test,
};

export function rivalsIn(baseline: Baseline): FrequentClass['rivals'] {
  return 'rivals' in baseline ? (baseline as FrequentClass).rivals : [];
}

function overlap({ window }: LabelTask, stride: number): number {
  return Math.max(1, Math.ceil(window.delay / stride));
}

function wrongOf(hits: ArrayLike<number>): Float64Array {
  return Float64Array.from(hits, (hit) => 1 - hit);
}
