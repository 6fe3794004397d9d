// What classifiers of windows are compared with where samples are not one series: blocks of a rolling origin, several series.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FinishedRow } from '../../../src/study/finished-row.js';
import type { StudyView } from '../../../src/study/study-view.js';
import type { LabelTask } from '../../../src/study/trial/trial.js';
import { isBetterThanBaseline } from '../../../src/task/forecast/baselines/naive-baselines.js';
import { labelExport } from '../../../src/task/label/label-export.js';
import { labelJudging } from '../../../src/task/label/label-judging.js';
import type { LabelUse } from '../../../src/task/label/label-use.js';
import { labelWording } from '../../../src/task/label/label-wording.js';

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

test('of several series with windows without a label nothing is said to be sure', () => {
  const rows = 100;
  const part = (place: number) => ({ start: place * 2 * rows, end: (place + 1) * 2 * rows });
  const stretches: [number, number][] = [
    [0, rows],
    [0, rows],
  ];
  const task: LabelTask = {
    kind: 'label',
    window: { lookback: 1, step: 1, delay: -1 },
    split: { train: part(0), validation: part(1), test: part(2) },
    stretches: { train: stretches, validation: stretches, test: stretches },
  };
  const judged = (count: number) => {
    const hits = Float32Array.from({ length: count }, (_, at) => ((at * 7) % 10 < 7 ? 1 : 0));
    const perSample = Float32Array.from(hits, (_, at) => ((at * 3) % 7 < 4 ? 1 : 0));
    return labelJudging.judge(
      task,
      'a'.repeat(64),
      { hits } as never,
      { value: 0.5, perSample } as never,
      null as never,
    );
  };
  const one = judged(2 * rows);
  assert.ok(one.interval !== null && one.intervalReason === undefined, JSON.stringify(one));
  const { interval, intervalReason, pValueVersusBaseline, pValueReason } = judged(2 * rows - 1);
  assert.deepEqual(
    { interval, intervalReason, pValueVersusBaseline, pValueReason },
    { interval: null, intervalReason: 'unlabelled', pValueVersusBaseline: null, pValueReason: 'unlabelled' },
  );
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
