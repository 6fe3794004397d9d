// Conditions, constraints and fixed values in a sweep file: what is refused and where, and what a trial is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import type { Params } from '../../../src/study/trial/trial.js';
import { judgedRowsOf } from '../../../src/sweep-file/judged-rows.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import { reviveSweepSpec, type SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { errorAt, errorsOf, JENA_SHAPE, parseDocument } from '../../support/fixtures/sweep-documents.js';

const ONLY_GRU = { type: 'choice', values: [0.1, 0.2], when: { cell: 'gru' } };

function documentOf(space: object, model: object = {}, more: object = {}): object {
  return {
    name: 'rules',
    dataset: { source: 'jena' },
    window: { lookback: 240, step: 2, delay: 24 },
    model: { type: 'recurrent', ...model },
    space,
    ...more,
  };
}

const CONDITIONAL = documentOf(
  { cell: ['gru', 'lstm'], share: { ...ONLY_GRU, otherwise: 0 }, units: 8 },
  { cell: '$cell', recurrentDropout: '$share', units: '$units' },
);

function pointsOf(spec: SweepSpec): Params[] {
  const sampler = createSampler(spec);
  return Array.from({ length: sampler.count ?? 0 }, (_, point) => sampler.suggest(point, NO_HISTORY) ?? {});
}

test('an inactive parameter is no part of a point, and the trial is made of what stands for it', () => {
  const spec = parseDocument(CONDITIONAL);
  assert.deepEqual(pointsOf(spec), [
    { cell: 'gru', share: 0.1, units: 8 },
    { cell: 'gru', share: 0.2, units: 8 },
    { cell: 'lstm', units: 8 },
  ]);
  const config = resolveTrial(spec, { cell: 'lstm', units: 8 }, 1, JENA_SHAPE);
  assert.ok(config.kind === 'train');
  const [layer] = config.layers;
  assert.ok(layer?.type === 'lstm' && layer.recurrentDropout === 0 && layer.units === 8);
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
});

test('a constraint of an unknown name is answered with each known one once', () => {
  const space = { cell: ['gru', 'lstm'], units: [8, 16] };
  const model = { cell: '$cell', units: '$units' };
  const errors = errorsOf(() => parseDocument(documentOf(space, model, { constraints: ['rate < 1'] })));
  assert.equal(errorAt(errors, 'constraints[0]').hint, 'known: "cell", "units"');
});

test('a constraint of any length is refused by its length, a grid beyond counting by its size, once each', () => {
  const space = { cell: ['gru', 'lstm'], units: [8, 16] };
  const model = { cell: '$cell', units: '$units' };
  const long = errorsOf(() =>
    parseDocument(documentOf(space, model, { constraints: [`units < ${'1+'.repeat(9_000)}1`] })),
  );
  assert.match(errorAt(long, 'constraints[0]').message, /must have at most 1000 characters, not 18009/);
  const whole = (high: number) => ({ type: 'int', low: 1, high });
  const wide = { a: whole(30), b: whole(30), c: whole(1e6), d: whole(1e6), e: whole(1e6) };
  const constraints = ['a < b'];
  const objective = { module: './none.mjs' };
  const [error] = errorsOf(() =>
    parseDocument({ name: 'wide', space: wide, objective, sampler: { type: 'grid' }, constraints }),
  );
  assert.match(error?.message ?? '', /: space has about 4\.4e\+20 points, more than a grid can number$/);
  const fine = { ...space, rate: { type: 'float', low: 0, high: 1, step: 1e-12 } };
  const dense = errorsOf(() =>
    parseDocument(
      documentOf(
        fine,
        { ...model, dropout: '$rate' },
        { sampler: { type: 'grid' }, constraints: ['rate < units'] },
      ),
    ),
  );
  assert.match(
    errorAt(dense, 'space.rate').message,
    /: space\.rate takes 1000000000001 values between 0 and 1/,
  );
});

test('a place without a value at some points is refused with its path, the point and what to do', () => {
  const errors = errorsOf(() =>
    parseDocument(
      documentOf({ cell: ['gru', 'lstm'], share: ONLY_GRU }, { cell: '$cell', recurrentDropout: '$share' }),
    ),
  );
  const error = errorAt(errors, 'model.recurrentDropout');
  assert.equal(error.code, 'SPEC_REFERENCE');
  assert.match(error.message, /"\$share", which is inactive where cell is "lstm"/);
  assert.match(error.hint ?? '', /space\.share .*"otherwise"/);
});

test('a place that is not used where the parameter is inactive needs no value', () => {
  const spec = parseDocument(
    documentOf(
      { units: [8, 16], filters: { type: 'choice', values: [4, 8], when: { variant: 'conv' } } },
      {},
      {
        model: undefined,
        variants: {
          gru: { model: { type: 'recurrent', units: '$units' } },
          conv: { model: { type: 'conv1d', filters: '$filters', head: '$units' } },
        },
      },
    ),
  );
  assert.equal(pointsOf(spec).length, 2 + 4);
  for (const params of pointsOf(spec)) assert.equal(resolveTrial(spec, params, 1, JENA_SHAPE).kind, 'train');
});

test('items of a list whose parameter is inactive are left out: stacks of different depth', () => {
  const spec = parseDocument(
    documentOf(
      { depth: [1, 2], first: [8, 16], second: { type: 'choice', values: [4, 8], when: { depth: 2 } } },
      { units: ['$first', '$second'] },
    ),
  );
  const depths = pointsOf(spec).map((params) => {
    const config = resolveTrial(spec, params, 1, JENA_SHAPE);
    return config.kind === 'train' ? config.layers.filter(({ type }) => type === 'gru').length : 0;
  });
  assert.deepEqual(depths, [1, 1, 2, 2, 2, 2]);
});

test('a value that only some cells may have is checked with the cell that has it', () => {
  const errors = errorsOf(() =>
    parseDocument(
      documentOf(
        {
          cell: ['lstm', 'gru'],
          share: { type: 'choice', values: [0.1, 7], when: { cell: 'gru' }, otherwise: 0 },
        },
        { cell: '$cell', recurrentDropout: '$share' },
      ),
    ),
  );
  assert.match(errorAt(errors, 'space.share.values[1]').message, /7/);
});

const WRONG_SPACES: readonly (readonly [title: string, space: object, path: string, message: RegExp])[] = [
  [
    'an unknown dimension',
    { cell: ['gru'], share: { ...ONLY_GRU, when: { cel: 'gru' } } },
    'space.share.when.cel',
    /no dimension/,
  ],
  [
    'a value that the other does not hold',
    { cell: ['gru'], share: { ...ONLY_GRU, when: { cell: 'gruu' } } },
    'space.share.when.cell',
    /"gruu", which space.cell does not hold/,
  ],
  [
    'one of several values',
    { cell: ['gru'], share: { ...ONLY_GRU, when: { cell: ['gru', 'x'] } } },
    'space.share.when.cell[1]',
    /"x"/,
  ],
  ['itself', { cell: ['gru'], share: { ...ONLY_GRU, when: { share: 0.1 } } }, 'space.share.when', /itself/],
  [
    'a circle',
    { cell: { type: 'choice', values: ['gru'], when: { share: 0.1 } }, share: ONLY_GRU },
    'space.cell.when',
    /circle: cell needs share needs cell/,
  ],
  [
    'a real range',
    { cell: { type: 'float', low: 0, high: 1 }, share: { ...ONLY_GRU, when: { cell: 0.5 } } },
    'space.share.when.cell',
    /range of real numbers/,
  ],
  [
    'nothing',
    { cell: ['gru'], share: { ...ONLY_GRU, when: {} } },
    'space.share.when',
    /must name a dimension/,
  ],
  [
    'otherwise without when',
    { cell: ['gru'], share: { type: 'float', low: 0, high: 1, levels: 3, otherwise: 0 } },
    'space.share.otherwise',
    /without "when"/,
  ],
];
for (const [title, space, path, message] of WRONG_SPACES)
  test(`a condition on ${title} is refused at ${path}`, () => {
    const document = documentOf(space, { cell: '$cell', dropout: '$share' });
    assert.match(
      errorAt(
        errorsOf(() => parseDocument(document)),
        path,
      ).message,
      message,
    );
  });

const NUMBERS = { units: [8, 16, 32], layers: [1, 2, 4] };
const NUMBERS_USED = { units: '$units', layers: '$layers' };

test('points that break a constraint are no points of the grid', () => {
  const spec = parseDocument(documentOf(NUMBERS, NUMBERS_USED, { constraints: ['units * layers <= 32'] }));
  assert.deepEqual(
    pointsOf(spec).map(({ units, layers }) => Number(units) * Number(layers)),
    [8, 16, 32, 16, 32, 32],
  );
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))).constraints, ['units * layers <= 32']);
});

const WRONG_CONSTRAINTS: readonly (readonly [text: string, path: string, message: RegExp, hint: RegExp])[] = [
  [
    'unit * layers <= 32',
    'constraints[0]',
    /"unit" at character 1, which is no dimension/,
    /did you mean "units"/,
  ],
  ['$units * layers <= 32', 'constraints[0]', /"\$units"/, /without "\$": units/],
  ['width > 32', 'constraints[0]', /"width" at character 1/, /known: "units", "layers"/],
  ['units * layers', 'constraints[0]', /is a number/, /compare/],
  ['units * layers <', 'constraints[0]', /character 17/, /^$/],
  ['units > 32', 'constraints[0]', /next to no point/, /loosen/],
];
for (const [text, path, message, hint] of WRONG_CONSTRAINTS)
  test(`the constraint ${JSON.stringify(text)} is refused`, () => {
    const error = errorAt(
      errorsOf(() => parseDocument(documentOf(NUMBERS, NUMBERS_USED, { constraints: [text] }))),
      path,
    );
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
  });

test('constraints that contradict each other are refused, and such that leave next to nothing of a range', () => {
  const both = { constraints: ['units < 16', 'units > 16'] };
  assert.match(
    errorAt(
      errorsOf(() => parseDocument(documentOf(NUMBERS, NUMBERS_USED, both))),
      'constraints',
    ).message,
    /contradict each other/,
  );
  const rates = { rate: { type: 'float', low: 0, high: 0.9 }, share: { type: 'float', low: 0, high: 0.9 } };
  const thin = documentOf(
    rates,
    { dropout: '$rate', recurrentDropout: '$share' },
    { constraints: ['rate * share > 0.7857'] },
  );
  const [error] = errorsOf(() => parseDocument(thin));
  assert.equal(error?.path, 'constraints');
});

test('enqueued points have values for what is active alone, and break no constraint', () => {
  const enqueue = [
    { cell: 'lstm', units: 8 },
    { cell: 'lstm', units: 8, share: 0.1 },
    { cell: 'gru', units: 8 },
    { cell: 'gru', units: 8, share: 0.2 },
  ];
  const errors = errorsOf(() => parseDocument({ ...CONDITIONAL, enqueue, constraints: ['share < 0.2'] }));
  assert.deepEqual(errors.map(({ path }) => path).sort(), [
    'enqueue[1].share',
    'enqueue[2].share',
    'enqueue[3]',
  ]);
  assert.match(errorAt(errors, 'enqueue[1].share').hint ?? '', /active where cell is "gru"/);
  assert.match(errorAt(errors, 'enqueue[3]').message, /breaks the constraint "share < 0.2"/);
  const spec = parseDocument({ ...CONDITIONAL, enqueue: [{ cell: 'lstm', units: 8 }] });
  const sampler = createSampler({ ...spec, seed: 1 });
  assert.deepEqual(sampler.suggest(0, NO_HISTORY), { cell: 'lstm', units: 8 });
});

test('a plain value is a dimension of one value, and what is wrong with it is named where it stands', () => {
  const spec = parseDocument(documentOf({ units: 8, cell: 'lstm' }, { units: '$units', cell: '$cell' }));
  assert.deepEqual(pointsOf(spec), [{ units: 8, cell: 'lstm' }]);
  const wrong = documentOf({ units: -8 }, { units: '$units' });
  assert.match(
    errorAt(
      errorsOf(() => parseDocument(wrong)),
      'space.units',
    ).message,
    /-8/,
  );
});

test('a value that stands for an inactive one may make the longest window', () => {
  const spec = parseDocument({
    ...documentOf(
      {
        cell: ['gru', 'lstm'],
        back: { type: 'choice', values: [120, 240], when: { cell: 'gru' }, otherwise: 480 },
      },
      { cell: '$cell' },
    ),
    window: { lookback: '$back', step: 2, delay: 24 },
  });
  assert.equal(judgedRowsOf(spec)?.reach, 480 + 24);
});

test('a function has an input for each dimension at every point', () => {
  const x2 = { type: 'float', low: 0, high: 15, when: { x1: 3 } };
  const document = (otherwise: object) => ({
    name: 'rules',
    objective: { type: 'function', name: 'branin' },
    space: { x1: [1, 2, 3], x2: { ...x2, ...otherwise } },
    sampler: { type: 'random' },
  });
  assert.match(
    errorAt(
      errorsOf(() => parseDocument(document({}))),
      'space.x2.otherwise',
    ).message,
    /is required: the function takes a number/,
  );
  const spec = parseDocument(document({ otherwise: 4 }));
  const config = resolveTrial(spec, { x1: 1 }, 1, null);
  assert.deepEqual(config.kind === 'function' && config.params, { x1: 1, x2: 4 });
});
