// How good a classifier of windows is: the share that it gets right, beside always answering with the most frequent class. Neighbouring
// windows are alike, so that intervals and tests are those of a series, as forecasts have them.
import { compareForecasts } from '../../statistics/forecast-test.js';
import { meanInterval } from '../../statistics/sample-mean.js';
import type { LabelTest } from '../../study/test-evaluation.js';
import type { LabelTask } from '../../study/trial/trial.js';
import { CLASS_METRICS, explainUnmeasured, metricsOfClasses } from '../classify/class-metrics.js';
import { overTime, windowsOfSeries } from '../forecast/errors-over-time.js';
import type { Baseline, TaskJudging } from '../task.js';
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
  overTime: inTime,
  baselineOver: frequentClassOver,
  besideBaseline: () => null,
  baselineFields: (_spec, { value, perSample }) => ({
    baselineMae: null,
    validationSamples: perSample.length,
    baselineAccuracy: value,
  }),
  baselineOf: ({ baselineAccuracy }) => baselineAccuracy ?? null,
  outputFields: (_spec, outputs) => (outputs === undefined ? {} : { outputs }),
  judge(spec, trial, { hits, outputs }, baseline) {
    const shared = overlap(spec, EVERY_SAMPLE);
    const told = inTime(spec, 'test', EVERY_SAMPLE, hits);
    const isTimed = hasAllWindows(spec, 'test', EVERY_SAMPLE, hits);
    const { interval, reason } = isTimed ? meanInterval(told, 'share', shared) : UNTIMED;
    const against = (rival: Float32Array) =>
      !isTimed
        ? UNTIMED
        : compareForecasts(wrongOf(told), wrongOf(inTime(spec, 'test', EVERY_SAMPLE, rival)), shared);
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

/** Series at one time are alike: taken for as many independent ones they would make every figure too sure. */
const UNTIMED = { interval: null, pValue: null, reason: 'unlabelled' } as const;

/** Of several series one value a time; where windows without a label are left out nobody knows the time: as they come. */
function inTime(
  task: LabelTask,
  split: 'validation' | 'test',
  stride: number,
  values: ArrayLike<number>,
): ArrayLike<number> {
  return task.stretches !== undefined && hasAllWindows(task, split, stride, values)
    ? overTime(task, split, stride, values)
    : values;
}

function hasAllWindows(
  task: LabelTask,
  split: 'validation' | 'test',
  stride: number,
  { length }: ArrayLike<number>,
): boolean {
  if (task.stretches === undefined) return true;
  return windowsOfSeries(task, split, stride).reduce((sum, one) => sum + one, 0) === length;
}

function wrongOf(hits: ArrayLike<number>): Float64Array {
  return Float64Array.from(hits, (hit) => 1 - hit);
}
