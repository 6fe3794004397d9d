// What is drawn of a forecast, held against the series itself: several steps, quantiles and differences, each alone and all
// together. The model answers by a rule that is written twice: as its outputs are, and as levels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawAnswers } from '../../../src/coordinator/archive/drawn-answers.js';
import type { ForecastTask } from '../../../src/study/trial/trial.js';
import { openSplit } from '../../../src/task/open-split.js';
import { PREDICTION_BATCH } from '../../../src/task/predictor.js';
import { taskOf } from '../../../src/task/registry.js';
import { smallDataset, smallTask } from '../../support/fixtures/small-dataset.js';

const ROWS = PREDICTION_BATCH + 120;
const LOOKBACK = 12;
const STEP = 2;
const PERIOD = 10;
const QUANTILES = [0.1, 0.4, 0.9];
/** What conformal bands are moved by: of two steps, those of the last one behind. */
const OFFSETS = [50, 60, 70, -0.5, 0.25, 0.5];

/** Wanders without a period, so that no two rows could be taken for each other. */
const levelAt = (row: number): number => Math.fround(Math.sin(row * row * 0.01) * 3 + row / 64);

function dataset() {
  const small = smallDataset();
  const values = new Float32Array(ROWS * 3);
  for (let row = 0; row < ROWS; row++) values.set([levelAt(row), -row, 7], row * 3);
  return { ...small, values, metadata: { ...small.metadata, rows: ROWS } };
}

const VALIDATION = { start: 40, end: ROWS };
const plain: ForecastTask = {
  ...smallTask,
  split: { train: { start: 0, end: 40 }, validation: VALIDATION, test: { start: ROWS, end: ROWS } },
  window: { lookback: LOOKBACK, step: STEP, delay: 4 },
};

/** What the model says of a step and a quantile of the window with anchor row `anchor`, as it has learnt it. */
const said = (anchor: number, step: number, quantile: number): number =>
  Math.fround(anchor / 100 + step * 1000 + [0.3, -0.2, 0.6][quantile]!);

/** The row whose value a target of the last step is told from; null: none, it is a level. */
function referenceOf(task: ForecastTask, anchor: number): number | null {
  if (task.as === 'difference') return anchor - STEP;
  return task.as === undefined ? null : anchor + task.window.delay - PERIOD;
}

async function check(task: ForecastTask): Promise<void> {
  const steps = task.window.delays?.length ?? 1;
  const of = taskOf(task);
  const { quantiles } = task;
  const each = quantiles?.length ?? 1;
  const anchorOf = (index: number): number => VALIDATION.start + LOOKBACK + index;
  const isConformal = quantiles !== undefined;
  const drawn = await drawAnswers({
    model: {
      outputUnits: steps * each,
      predict(_, indices, out) {
        for (const [row, index] of indices.entries())
          for (let at = 0; at < steps * each; at++)
            out[row * steps * each + at] = said(anchorOf(index), Math.floor(at / each), at % each);
      },
    },
    samples: openSplit(dataset(), of.lastStep(task), 'validation'),
    quantiles,
    outputs: isConformal ? { offsets: OFFSETS.slice(-steps * each) } : undefined,
    place: of.horizon(task)!.place,
  });
  const { delay } = task.window;
  assert.equal(drawn.truth.length, ROWS - VALIDATION.start - LOOKBACK - delay);
  for (const [index, truth] of drawn.truth.entries()) {
    const anchor = anchorOf(index);
    const near = (got: number | undefined, wanted: number, what: string): void =>
      assert.ok(Math.abs(got! - wanted) < 1e-3, `${what} of window ${index}: ${got}, not ${wanted}`);
    const reference = referenceOf(task, anchor);
    const base = reference === null ? 0 : levelAt(reference);
    const [low, middle, high] = isConformal
      ? // In order, then moved: −0.2 − 0.5, 0.3 + 0.25, 0.6 + 0.5.
        [-0.7, 0.55, 1.1]
      : [0.3, 0.3, 0.3];
    const level = (own: number): number => base + anchor / 100 + (steps - 1) * 1000 + own;
    near(truth, levelAt(anchor + delay), 'truth');
    near(drawn.low[index], level(low!), 'low');
    near(drawn.prediction[index], level(middle!), 'prediction');
    near(drawn.high[index], level(high!), 'high');
  }
}

const CHANGES: readonly Partial<ForecastTask>[] = [
  {},
  { as: 'difference' },
  { as: 'seasonal-difference', period: PERIOD },
];
for (const change of CHANGES)
  for (const several of [false, true])
    for (const quantiles of [undefined, QUANTILES])
      test(`drawn as it is: ${change.as ?? 'level'}, ${several ? 'two steps' : 'one step'}, ${quantiles === undefined ? 'a value' : 'quantiles'}`, async () => {
        const window = several ? { ...plain.window, delays: [2, 4] } : plain.window;
        await check({ ...plain, ...change, window, ...(quantiles === undefined ? {} : { quantiles }) });
      });
