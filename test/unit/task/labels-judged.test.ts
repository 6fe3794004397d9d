// What classifiers of windows are compared with where samples are not one series: blocks of a rolling origin, several series.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FinishedRow } from '../../../src/study/finished-row.js';
import type { StudyView } from '../../../src/study/study-view.js';
import type { LabelTask } from '../../../src/study/trial/trial.js';
import { describeScores } from '../../../src/task/classes/class-wording.js';
import { labelExport } from '../../../src/task/label/label-export.js';
import { labelJudging } from '../../../src/task/label/label-judging.js';
import type { LabelUse } from '../../../src/task/label/label-use.js';
import { labelWording } from '../../../src/task/label/label-wording.js';
import { isBetterThanBaseline } from '../../../src/task/naive-baselines.js';
import { testStream } from '../../support/fakes/array-samples.js';

test('a mean over blocks is compared with the mean of the majority class over the same blocks', () => {
  const row = (accuracy: number, ...baselines: (number | undefined)[]) =>
    ({
      metrics: { validationAccuracy: accuracy },
      seeds: baselines.map((baselineAccuracy) => ({ result: { baselineMae: null, baselineAccuracy } })),
    }) as unknown as FinishedRow;
  assert.equal(isBetterThanBaseline(row(0.7, 0.5, 0.8)), true);
  assert.equal(isBetterThanBaseline(row(0.6, 0.5, 0.8)), false);
  assert.equal(isBetterThanBaseline(row(0.6, 0.5, undefined)), null);
  assert.equal(isBetterThanBaseline(row(0.1 * 3, 0.1 * 3, 0.1 * 3, 0.1 * 3)), false);
});

test('the majority class of a study is that of its best row, not the highest of all blocks', () => {
  const seeds = [0.9, 0.5, 0.4].map((baselineAccuracy) => ({
    result: { baselineMae: null, baselineAccuracy },
  }));
  const view = { baselineAccuracy: 0.95, rows: [{ seeds }], partialRows: new Map(), tests: [] };
  const of = view as unknown as StudyView;
  const [baseline] = labelWording.baselines(of);
  assert.ok(Math.abs(baseline!.value - 0.6) < 1e-12);
  assert.ok(Math.abs(Number(labelWording.baselineFigures(of).validationAccuracy) - 0.6) < 1e-12);
});

test('of several series windows are told in order of time, those among which some have no label too', () => {
  const rows = 100;
  const part = (place: number) => ({ start: place * 2 * rows, end: (place + 1) * 2 * rows });
  // The second begins five steps later.
  const stretches: [number, number][] = [
    [0, rows],
    [5, rows],
  ];
  const task: LabelTask = {
    kind: 'label',
    window: { lookback: 1, step: 1, delay: -1 },
    split: { train: part(0), validation: part(1), test: part(2) },
    stretches: { train: stretches, validation: stretches, test: stretches },
  };
  const timeOf = (place: number): number => (place < rows ? place : place - rows + 5);
  const all = Uint32Array.from({ length: 2 * rows }, (_, place) => place);
  const kept = all.filter((place) => place % 7 !== 3);
  const told = labelJudging.overTime(task, 'validation', 1, Float64Array.from(kept, timeOf), kept);
  // Each time once, and of two windows at one time twice the deviation from the mean of all.
  const mean = kept.reduce((sum, place) => sum + timeOf(place), 0) / kept.length;
  const times = [...new Set([...kept].map(timeOf))].sort((left, right) => left - right);
  assert.deepEqual(
    Array.from(told, (value, at) => {
      const windows = kept.filter((place) => timeOf(place) === times[at]).length;
      return Math.abs(value - mean - (times.length / kept.length) * windows * (times[at]! - mean)) < 1e-9;
    }),
    times.map(() => true),
  );
  const whole = labelJudging.overTime(task, 'validation', 1, Float64Array.from(all, timeOf));
  assert.deepEqual(labelJudging.overTime(task, 'validation', 1, Float64Array.from(all, timeOf), all), whole);
  const strided = kept.filter((_, at) => at % 3 === 0);
  const few = labelJudging.overTime(task, 'validation', 3, Float64Array.from(strided, timeOf), strided);
  const middle = strided.reduce((sum, place) => sum + timeOf(place), 0) / strided.length;
  const thirdOf = (place: number) => Math.floor(timeOf(place) / 3);
  const thirds = [...new Set([...strided].map(thirdOf))].sort((left, right) => left - right);
  const expected = thirds.map((third) => {
    const windows = strided.filter((place) => thirdOf(place) === third);
    const apart = windows.reduce((sum, place) => sum + timeOf(place) - middle, 0);
    return middle + (thirds.length / strided.length) * apart;
  });
  assert.equal(few.length, expected.length);
  assert.ok(expected.every((value, at) => Math.abs(value - few[at]!) < 1e-9));
  const random = testStream(3);
  const hits = Float32Array.from(kept, () => (random.nextNormal() < 0.5 ? 1 : 0));
  const perSample = Float32Array.from(hits, () => (random.nextNormal() < 0 ? 1 : 0));
  const { interval, pValueVersusBaseline } = labelJudging.judge(
    task,
    'a'.repeat(64),
    { hits, kept } as never,
    { value: 0.5, perSample } as never,
    null as never,
  );
  assert.ok(interval !== null && pValueVersusBaseline !== null);
});

test('among as many classes as there are every class is: that share is not told', () => {
  const of = (classes: number, topK: number[]) =>
    describeScores({ macroF1: 0.5, topK, confusion: Array.from({ length: classes }, () => []) });
  assert.equal(of(2, [0.7, 1]), 'macro F1 50.00 %');
  assert.equal(of(3, [0.5, 0.8, 1]), 'macro F1 50.00 %, top 2 80.00 %');
  assert.equal(of(5, [0.3, 0.5, 0.7, 0.9, 1]), 'macro F1 50.00 %, top 3 70.00 %');
  assert.equal(of(9, [0.3, 0.5, 0.7, 0.8, 0.9]), 'macro F1 50.00 %, top 3 70.00 %, top 5 90.00 %');
});

test('a model of series that are normalised by themselves says so of its input', () => {
  const use = {
    kind: 'label',
    target: 'state',
    classes: ['a', 'b'],
    window: { lookback: 2, step: 1, delay: -1 },
    columns: [{ name: 'x', unit: null, mean: 0, std: 1 }],
    series: { column: 'who', own: [] },
  } as unknown as LabelUse;
  assert.match(labelExport.frameOf(use).input.about, /of x, as \(value - mean\) \/ std of the series/);
  const { series: _, ...alone } = use;
  assert.doesNotMatch(labelExport.frameOf(alone as LabelUse).input.about, /of the series/);
});
