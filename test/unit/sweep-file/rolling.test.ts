// A rolling origin and a gap as long as the window in a sweep file: what they mean, there and back, and what is refused; and
// the trials that a plan makes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { evaluateInBatches } from '../../../src/engine/training/evaluation.js';
import type { SweepError } from '../../../src/errors.js';
import type { SeriesSpec } from '../../../src/study/dataset-source.js';
import { describeBlock } from '../../../src/study/origin-block.js';
import type { ForecastTask, RowSplit, TrainConfig } from '../../../src/study/trial/trial.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { documentOf } from '../../../src/sweep-file/sweep-document.js';
import { reviveSweepSpec, type SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { taskOf } from '../../../src/task/registry.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';

const ROLLING = { rolling: { blocks: 3, validation: 0.1 }, test: 0.2 };
const documentWith = (split: object, more: object = {}) => ({
  name: 'loads',
  dataset: { source: './loads.csv', target: 'load', split },
  window: { lookback: '$lookback', delay: 23 },
  model: { type: 'linear' },
  space: { lookback: [24, 48] },
  ...more,
});
const parse = (document: unknown): SweepSpec => parseSweepSpec(JSON.stringify(document), 'loads.json');
const splitOf = (spec: SweepSpec) => (spec.dataset as SeriesSpec).split;

test('a gap as long as the window is as long as the longest one of the space', () => {
  const shares = { train: 0.5, validation: 0.2, test: 0.2 };
  for (const split of [
    shares,
    { train: { until: '2018-01-03' }, validation: { until: '2018-01-09' } },
    ROLLING,
  ]) {
    const spec = parse(documentWith({ ...split, gap: 'window' }));
    assert.equal((splitOf(spec) as { gap?: number }).gap, 48 + 23);
    assert.deepEqual(splitOf(parse(documentWith({ ...split, gap: 71 }))), splitOf(spec));
    assert.deepEqual(parse(documentOf(spec)), spec);
  }
  const variants = { near: {}, far: { window: { lookback: 96, delay: 11 } } };
  const ofVariants = parse(documentWith({ ...shares, gap: 'window' }, { variants }));
  assert.equal((splitOf(ofVariants) as { gap?: number }).gap, 96 + 11);
});

test('lengths of time and dates mean what they say, and come back', () => {
  const weeks = 4 * 7 * 86_400;
  for (const [split, meant] of [
    [
      { train: '4w', validation: 0.1, test: 500 },
      { type: 'lengths', train: { seconds: weeks }, validation: 0.1, test: 500 },
    ],
    [
      { validation: '30d', test: '1d12h', gap: '6h' },
      {
        type: 'lengths',
        validation: { seconds: 30 * 86_400 },
        test: { seconds: 129_600 },
        gap: { seconds: 21_600 },
      },
    ],
    [
      { validation: 0.1, test: 0.2 },
      { type: 'lengths', validation: 0.1, test: 0.2 },
    ],
    [
      { train: 0.5, validation: 0.2, test: 0.2, gap: '1d' },
      { type: 'fractions', train: 0.5, validation: 0.2, test: 0.2, gap: { seconds: 86_400 } },
    ],
    [
      { rolling: { blocks: 3, validation: '4w', train: '4w' }, test: '4w' },
      {
        type: 'rolling',
        blocks: 3,
        validation: { seconds: weeks },
        train: { seconds: weeks },
        test: { seconds: weeks },
      },
    ],
    [
      { rolling: { blocks: ['2018-01-01', '2018-02-01'] }, test: { from: '2018-03-01' } },
      { type: 'rolling', blocks: ['2018-01-01', '2018-02-01'], test: { from: '2018-03-01' } },
    ],
  ]) {
    const spec = parse(documentWith(split!));
    assert.deepEqual(splitOf(spec), meant);
    assert.deepEqual(parse(documentOf(spec)), spec);
    assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  }
  assert.equal(parse(dated(['2018-01-01', '2018-02-01', '2018-03-01'])).repeats, 3);
});

test('a rolling origin has a trial a block, and comes back', () => {
  const spec = parse(documentWith({ ...ROLLING, rolling: { ...ROLLING.rolling, train: 500 } }));
  assert.deepEqual(splitOf(spec), { type: 'rolling', blocks: 3, validation: 0.1, train: 500, test: 0.2 });
  assert.equal(spec.repeats, 3);
  assert.deepEqual(parse(documentOf(spec)), spec);
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
});

test('series that are normalised by themselves are refused beside a rolling origin', () => {
  const withSeries = (dataset: object) => {
    const document = documentWith(ROLLING);
    return { ...document, dataset: { ...document.dataset, series: 'store', ...dataset } };
  };
  assert.throws(
    () => parse(withSeries({ normalise: 'series' })),
    ({ path, message, hint }: SweepError) => {
      assert.equal(path, 'dataset.normalise');
      assert.match(message, /must be "together" beside a rolling origin/);
      return hint === '"together"';
    },
  );
  parse(withSeries({ normalise: 'together' }));
  parse(withSeries({ normalise: 'series', task: 'classify' }));
  parse(withSeries({ normalise: 'series', split: { validation: 0.1, test: 0.2 } }));
});

function dated(blocks: readonly string[], more: object = {}) {
  return documentWith({ rolling: { blocks }, test: 0.2, ...more });
}

const REFUSED: readonly [string, object, string][] = [
  ['repeats beside it', documentWith(ROLLING, { repeats: 2 }), 'repeats'],
  [
    'one block',
    documentWith({ ...ROLLING, rolling: { blocks: 1, validation: 0.1 } }),
    'dataset.split.rolling.blocks',
  ],
  [
    'no validation part',
    documentWith({ ...ROLLING, rolling: { blocks: 3 } }),
    'dataset.split.rolling.validation',
  ],
  [
    'blocks that begin in no order of time',
    dated(['2018-02-01', '2018-01-01']),
    'dataset.split.rolling.blocks[1]',
  ],
  [
    'a test part before a block',
    dated(['2018-01-01', '2018-02-01'], { test: { from: '2018-02-01' } }),
    'dataset.split.test.from',
  ],
  ['no length of time', documentWith({ ...ROLLING, test: '0d' }), 'dataset.split.test'],
  ['a length of another form', documentWith({ ...ROLLING, test: '30 days' }), 'dataset.split.test'],
  [
    'a scheduler that would never stop anyone',
    documentWith(ROLLING, { scheduler: { type: 'wilcoxon' } }),
    'scheduler',
  ],
  [
    'a population, whose members have one seed',
    documentWith(ROLLING, { scheduler: { type: 'pbt', population: 4, interval: 1 } }),
    'scheduler',
  ],
  ['a gap of another word', documentWith({ ...ROLLING, gap: 'wide' }), 'dataset.split.gap'],
];
for (const [what, document, path] of REFUSED)
  test(`${what}: refused at ${path}`, () => {
    assert.throws(
      () => parse(document),
      (error: SweepError) => error.path === path,
    );
  });

function blockAt(offset: number, trained: number, std: number) {
  const split: RowSplit = {
    train: { start: offset, end: offset + trained },
    validation: { start: offset + trained, end: offset + trained + 100 },
    test: { start: 900, end: 1000 },
  };
  return { split, columns: [{ std }] };
}
const BLOCKS = [blockAt(0, 800, 4), blockAt(1000, 700, 2), blockAt(1800, 600, 1)];
const DATA = {
  digest: 'a'.repeat(64),
  columns: [{ name: 'load' }],
  split: BLOCKS[0]!.split,
  rolling: { blocks: BLOCKS },
};

test('each repeat of a point is trained on a block of its own, told in the deviations of the latest', () => {
  const plan = planStudy(parse(documentWith(ROLLING)), DATA, TEST_ENGINE);
  assert.equal(plan.total, 6);
  const trials = BLOCKS.map((_, repeat) => plan.resolve({ lookback: 24 }, repeat));
  assert.equal(new Set(trials.map(({ trial }) => trial)).size, 3);
  const tasks = trials.map(({ config }) => (config as TrainConfig).task as ForecastTask);
  assert.deepEqual(
    tasks.map(({ split }) => split),
    BLOCKS.map(({ split }) => split),
  );
  assert.deepEqual(
    tasks.map(({ errorScale }) => errorScale),
    [undefined, 0.5, 0.25],
  );
  assert.deepEqual(taskOf(tasks[0]!).blocks(tasks[0]!, {}), [tasks[0]]);
});

test('a model without weights is another trial in each block', () => {
  const plan = planStudy(parse(documentWith(ROLLING, { model: { type: 'baseline' } })), DATA, TEST_ENGINE);
  const trials = BLOCKS.map((_, repeat) => plan.resolve({ lookback: 24 }, repeat));
  assert.deepEqual(
    trials.map(({ config }) => config.kind === 'train' && config.seed),
    [42, 43, 44],
  );
});

test('a window that is too long for the earliest block is refused in every block', () => {
  const blocks = [BLOCKS[0]!, BLOCKS[1]!, blockAt(1800, 60, 1)];
  const plan = planStudy(parse(documentWith(ROLLING)), { ...DATA, rolling: { blocks } }, TEST_ENGINE);
  assert.throws(() => plan.resolve({ lookback: 48 }, 0), /window\.lookback|60 rows/);
});

test('errors are told as so many times what the samples have', () => {
  const targets = [1, -2, 4];
  const samples = {
    count: 3,
    timesteps: 1,
    features: 1,
    gather() {},
    gatherTargets(indices: Uint32Array, first: number, rows: number, out: Float32Array, offset: number) {
      for (let row = 0; row < rows; row++) out[offset + row] = targets[indices[first + row]!]!;
    },
  };
  const model = {
    outputUnits: 1,
    penalty: () => 0,
    predict: (_: unknown, __: unknown, out: Float32Array) => out.fill(0),
  };
  const judge = (errorScale?: number) => {
    const steps = evaluateInBatches(model as never, samples, { loss: 'mse', errorScale });
    for (;;) {
      const next = steps.next();
      if (next.done === true) return next.value;
    }
  };
  assert.equal(judge().mae, 7 / 3);
  assert.equal(judge(0.5).mae, 7 / 6);
  assert.equal(judge(0.5).mse, 21 / 12);
  assert.deepEqual([...judge(0.5).losses], [0.25, 1, 4]);
});

test('a block is named by its rows, the earliest first', () => {
  const blocks = [
    { train: [0, 80] as [number, number], validation: [80, 90] as [number, number] },
    { train: [0, 70] as [number, number], validation: [70, 80] as [number, number] },
  ];
  assert.equal(
    describeBlock({ blocks }, 3),
    'block 1 of 2, trained on rows 0 to 69, judged on rows 70 to 79',
  );
  assert.equal(
    describeBlock({ blocks }, 2),
    'block 2 of 2, trained on rows 0 to 79, judged on rows 80 to 89',
  );
  assert.equal(describeBlock({}, 2), null);
});
