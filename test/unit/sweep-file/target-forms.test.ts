// How a target is learnt and what windows are told from, in a sweep file: fixed, searched, by variant, there and back, refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepError } from '../../../src/errors.js';
import type { SeriesSpec } from '../../../src/study/dataset-source.js';
import type { ForecastTask, Params, TrainConfig } from '../../../src/study/trial/trial.js';
import { type ParseOptions, parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { documentOf } from '../../../src/sweep-file/sweep-document.js';
import type { SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';

const BASE = {
  name: 'loads',
  dataset: { source: './loads.csv', target: 'load' },
  window: { lookback: 48, delay: 23 },
  model: { type: 'linear' },
};
const DATA = {
  digest: 'a'.repeat(64),
  columns: [{ name: 'wind' }, { name: 'load' }],
  split: {
    train: { start: 0, end: 500 },
    validation: { start: 500, end: 750 },
    test: { start: 750, end: 1000 },
  },
};

const parse = (document: unknown, options: ParseOptions = {}): SweepSpec =>
  parseSweepSpec(JSON.stringify(document), 'loads.json', options);
const withTarget = (target: unknown, more: object = {}) => ({
  ...BASE,
  dataset: { ...BASE.dataset, target },
  ...more,
});
const taskAt = (spec: SweepSpec, params: Params = {}): ForecastTask =>
  (resolveTrial(spec, params, 1, DATA) as TrainConfig).task as ForecastTask;

/** What is told of it, with the places. */
function refusalOf(document: unknown): string {
  try {
    parse(document);
  } catch (thrown) {
    const { message, path } = thrown as SweepError;
    return `${path}: ${message}`;
  }
  return assert.fail('it was taken');
}

test('a level is learnt unless the file says otherwise, and its trials are those that they were', () => {
  const plain = taskAt(parse(BASE));
  assert.deepEqual(plain, {
    kind: 'forecast',
    targetColumn: 1,
    window: { lookback: 48, step: 1, delay: 23 },
    split: DATA.split,
  });
  const levels = [
    withTarget({ column: 'load' }),
    withTarget({ column: 'load', as: 'level' }),
    { ...BASE, window: { ...BASE.window, normalise: 'none' } },
  ];
  for (const document of levels) assert.deepEqual(taskAt(parse(document)), plain);
});

test('how a target is learnt and what windows are told from are choices of the space', () => {
  const spec = parse(
    withTarget(
      { column: 'load', as: '$as', period: 24 },
      {
        window: { ...BASE.window, normalise: '$normalise' },
        space: {
          as: ['level', 'difference', 'seasonal-difference'],
          normalise: ['none', 'last', 'standard'],
        },
      },
    ),
  );
  assert.deepEqual(taskAt(spec, { as: 'seasonal-difference', normalise: 'last' }), {
    kind: 'forecast',
    targetColumn: 1,
    window: { lookback: 48, step: 1, delay: 23, normalise: 'last' },
    as: 'seasonal-difference',
    period: 24,
    split: DATA.split,
  });
  // The season is the baselines' as well.
  assert.deepEqual(taskAt(spec, { as: 'level', normalise: 'none' }), { ...taskAt(parse(BASE)), period: 24 });
  assert.equal(taskAt(spec, { as: 'difference', normalise: 'standard' }).window.normalise, 'standard');
});

test('a file comes back from its log and from its spec as it was', () => {
  const document = withTarget(
    { column: 'load', as: 'seasonal-difference', period: '$period' },
    { space: { period: [24, 12] } },
  );
  const spec = parse(document);
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  assert.deepEqual(parse(documentOf(spec)), spec);
});

test('variants learn a target each in its own way; another column none of them can have', () => {
  const variants = {
    changes: { model: { type: 'linear' }, dataset: { target: { as: 'difference' } } },
    levels: { model: { type: 'linear' } },
  };
  const { model: _, ...rest } = withTarget({ column: 'load', period: 24 });
  const spec = parse({ ...rest, variants });
  assert.equal(taskAt(spec, { variant: 'changes' }).as, 'difference');
  assert.equal(taskAt(spec, { variant: 'levels' }).as, undefined);
  assert.deepEqual(parse(documentOf(spec)), spec);
  const other = { ...variants, levels: { ...variants.levels, dataset: { target: 'wind' } } };
  assert.match(refusalOf({ ...rest, variants: other }), /variants\.levels\.dataset/);
});

test('a model without weights answers with levels, whatever the others learn', () => {
  const spec = parse(
    withTarget(
      { column: 'load', as: 'difference' },
      { model: { type: 'baseline' }, window: { ...BASE.window, normalise: 'mean' } },
    ),
  );
  const { as, window } = taskAt(spec);
  assert.deepEqual([as, window.normalise], [undefined, undefined]);
});

test('what is known ahead stands in the task by its places, the calendar after the columns of the table', () => {
  const dataset = { ...BASE.dataset, calendar: ['hour', 'holiday:US-CA'], known: ['wind'] };
  const spec = parse({ ...BASE, dataset });
  const columns = ['wind', 'load', 'hour sine', 'hour cosine', 'holiday:US-CA'].map((name) => ({ name }));
  const { task } = resolveTrial(spec, {}, 1, { ...DATA, columns }) as TrainConfig;
  assert.deepEqual((task as ForecastTask).ahead, [0, 2, 3, 4]);
  assert.deepEqual(parse(documentOf(spec)), spec);
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  const other = parse({ ...BASE, dataset: { ...BASE.dataset, known: ['wimd'] } });
  assert.throws(() => resolveTrial(other, {}, 1, DATA), /dataset\.known names no column/);
});

test('a split is said by dates, with a gap, and comes back', () => {
  const split = { train: { until: '2018-01-03' }, validation: { until: '2018-01-04 06:00' }, gap: 24 };
  const spec = parse({ ...BASE, dataset: { ...BASE.dataset, split } });
  assert.deepEqual((spec.dataset as SeriesSpec).split, { type: 'dates', ...split, test: {} });
  assert.deepEqual(parse(documentOf(spec)), spec);
  const shares = { train: 0.5, validation: 0.2, test: 0.2, gap: 3 };
  const ofShares = parse({ ...BASE, dataset: { ...BASE.dataset, split: shares } });
  assert.deepEqual(parse(documentOf(ofShares)), ofShares);
});

test('nlinear is a linear model of windows told from their last row, unless the window says otherwise', () => {
  const model = { type: 'nlinear' };
  const taskOf = (window: object): ForecastTask => taskAt(parse({ ...BASE, model, window }));
  assert.equal(taskOf(BASE.window).window.normalise, 'last');
  assert.equal(taskOf({ ...BASE.window, normalise: 'mean' }).window.normalise, 'mean');
  assert.equal(taskOf({ ...BASE.window, normalise: 'none' }).window.normalise, undefined);
  const linear = { ...BASE, window: { ...BASE.window, normalise: 'last' } };
  assert.deepEqual(
    resolveTrial(parse({ ...BASE, model }), {}, 1, DATA),
    resolveTrial(parse(linear), {}, 1, DATA),
  );
  const reviews = { name: 'texts', dataset: { kind: 'reviews', source: 'imdb' }, model };
  assert.match(refusalOf(reviews), /a text has no last value/);
});

const withData = (more: object) => ({ ...BASE, dataset: { ...BASE.dataset, ...more } });
const REFUSED: readonly [string, unknown, string][] = [
  ['no period', withTarget({ column: 'load', as: 'seasonal-difference' }), 'dataset.target.period'],
  [
    'a season out of reach',
    withTarget({ column: 'load', as: 'seasonal-difference', period: 168 }),
    'window.lookback',
  ],
  [
    'a season between the rows that are read',
    withTarget(
      { column: 'load', as: 'seasonal-difference', period: 24 },
      { window: { lookback: 48, step: 4, delay: 23 } },
    ),
    'window.step',
  ],
  [
    'a window of one row',
    { ...BASE, window: { lookback: 1, delay: 0, normalise: 'last' } },
    'window.normalise',
  ],
  ['a word nobody knows', withTarget({ column: 'load', as: 'differences' }), 'dataset.target.as'],
  [
    'one point of the space',
    withTarget({ column: 'load', as: '$as' }, { space: { as: ['level', 'seasonal-difference'] } }),
    'dataset.target.period',
  ],
  ['a target that is known ahead', withData({ known: ['wind', 'load'] }), 'dataset.known[1]'],
  ['a calendar of tides', withData({ calendar: ['hour', 'tide'] }), 'dataset.calendar[1]'],
  [
    'a validation part before the training',
    withData({ split: { train: { until: '2018-03-01' }, validation: { until: '2018-02-01' } } }),
    'dataset.split.validation.until',
  ],
  [
    'a day that there is not',
    withData({ split: { train: { until: '2018-02-30' }, validation: { until: '2018-04-01' } } }),
    'dataset.split.train.until',
  ],
  [
    'a date by another habit',
    withData({ split: { train: { until: '03/01/2018' }, validation: { until: '2018-04-01' } } }),
    'dataset.split.train.until',
  ],
  [
    'a gap between rows that are counted',
    withData({ split: { train: [0, 5], validation: [5, 8], test: [8, null], gap: 1 } }),
    'dataset.split',
  ],
  ['a dimension that there is not', withTarget({ column: 'load', as: '$how' }), 'dataset.target.as'],
];
for (const [what, document, path] of REFUSED)
  test(`refused with its place: ${what}`, () => {
    assert.ok(refusalOf(document).includes(path), refusalOf(document));
  });

test('several columns are a list, or "columns"; one in a list is that one', () => {
  const columns = ['load', 'wind'];
  const listed = parse(withTarget(columns));
  assert.deepEqual((listed.dataset as SeriesSpec).targets, columns);
  const task = taskAt(listed);
  assert.deepEqual([task.targetColumn, task.targetColumns], [1, [1, 0]]);
  assert.deepEqual(taskAt(parse(withTarget({ columns }))), task);
  assert.deepEqual((resolveTrial(listed, {}, 1, DATA) as TrainConfig).layers.at(-1), {
    ...((resolveTrial(listed, {}, 1, DATA) as TrainConfig).layers.at(-1) as object),
    units: 2,
  });
  for (const one of [['load'], { columns: ['load'] }])
    assert.deepEqual(taskAt(parse(withTarget(one))), taskAt(parse(BASE)));
  const changes = parse(withTarget({ columns, as: 'difference', period: 24 }));
  assert.deepEqual(
    [taskAt(changes).as, taskAt(changes).period, taskAt(changes).targetColumns],
    ['difference', 24, [1, 0]],
  );
  for (const spec of [listed, changes])
    assert.deepEqual(parse(documentOf(reviveSweepSpec(JSON.parse(JSON.stringify(spec))))), spec);
});

test('several columns that cannot be forecast are refused by name', () => {
  assert.match(refusalOf(withTarget(['load', 'wind', 'load'])), /target.*names "load" again/);
  assert.match(refusalOf(withTarget([])), /dataset\.target/);
  assert.match(refusalOf(withTarget({ column: 'load', columns: ['wind'] })), /"columns"/);
  assert.match(refusalOf(withTarget({ as: 'difference' })), /"columns"/);
  const dataset = { ...BASE.dataset, target: ['load', 'wind'], known: ['wind'] };
  assert.match(refusalOf({ ...BASE, dataset }), /dataset\.known\[0\].*one of the targets/);
  const source = { csv: './loads.csv', columns: ['load'] };
  assert.match(
    refusalOf({ ...BASE, dataset: { ...BASE.dataset, source, target: ['load', 'wind'] } }),
    /dataset\.target.*"wind"/,
  );
  assert.throws(() => taskAt(parse(withTarget(['load', 'wnd']))), /"wnd"/);
});
