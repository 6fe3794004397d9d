// What a population needs of its sweep file: dimensions that may change in the middle, a training that can go on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeableDimensions } from '../../../src/sweep-file/changeable.js';
import { errorsOf, layerDocument, parseDocument } from '../../support/fixtures/sweep-documents.js';

const RATE = { type: 'float', low: 1e-4, high: 1e-2, log: true };

function documentWith(fields: object = {}, training: object = {}, scheduler: object = {}): object {
  return {
    ...layerDocument([
      { type: 'flatten' },
      { type: 'dense', units: '$units', kernelL2: '$decay' },
      { type: 'dropout', rate: '$drop' },
      { type: 'dense', units: 1 },
    ]),
    space: { units: [4, 8], drop: [0.1, 0.2, 0.3], decay: RATE, rate: RATE, momentum: [0, 0.9] },
    training: { learningRate: '$rate', optimizer: { type: 'sgd', momentum: '$momentum' }, ...training },
    sampler: { type: 'sobol' },
    scheduler: { type: 'pbt', population: 4, ...scheduler },
    ...fields,
  };
}

const textOf = (document: object): string =>
  errorsOf(() => parseDocument(document))
    .map(({ path, message, hint }) => `${path} ${message} | ${hint}`)
    .join('\n');

test('rates, shares that are dropped, penalties and the numbers of an optimiser may change, shapes may not', () => {
  const { space, model, training } = parseDocument(documentWith());
  assert.ok(model !== null && training !== null);
  assert.deepEqual(changeableDimensions(space, [{ model, training }]), ['drop', 'decay', 'rate', 'momentum']);
});

test('a dimension that also stands where nothing may change, or that others depend on, may not', () => {
  const twice = parseDocument(
    documentWith(
      { space: { units: [4, 8], drop: [0.1, 0.2], decay: [0, 0.1], rate: [1, 2], momentum: [0] } },
      {
        batchSize: '$rate',
      },
    ),
  );
  assert.ok(twice.model !== null && twice.training !== null);
  const { model, training } = twice;
  assert.deepEqual(changeableDimensions(twice.space, [{ model, training }]), ['drop', 'decay', 'momentum']);
  const ruled = { ...twice.space, decay: { type: 'choice' as const, values: [0, 0.1], when: { drop: 0.1 } } };
  assert.deepEqual(changeableDimensions(ruled, [{ model, training }]), ['decay', 'momentum']);
});

test('what cannot change in the middle is refused by name', () => {
  assert.match(
    textOf(documentWith({}, {}, { perturb: ['rate', 'units'] })),
    /scheduler\.perturb\[1\].*"units", which cannot change in the middle of a training.*here drop, decay, rate, momentum/,
  );
  assert.match(
    textOf(documentWith({}, {}, { perturb: ['rats'] })),
    /scheduler\.perturb\[0\].*"rats", which is no dimension of the space.*rate/,
  );
  const fixed = {
    ...layerDocument([{ type: 'dense', units: '$units' }]),
    space: { units: { type: 'int', low: 1, high: 99 } },
  };
  assert.match(
    textOf({ ...fixed, sampler: { type: 'sobol' }, scheduler: { type: 'pbt' } }),
    /scheduler would change nothing: no dimension of the space can change/,
  );
});

test('a training that would begin anew in every segment is refused', () => {
  for (const [training, message] of [
    [{ learningRateSchedule: 'cosine' }, /training\.learningRateSchedule.*cosine decay over all epochs/],
    [{ learningRateSchedule: 'reduceOnPlateau' }, /training\.learningRateSchedule does not go with "pbt"/],
    [{ earlyStopping: { patience: 3 } }, /training\.earlyStopping does not go with "pbt"/],
  ] as const)
    assert.match(textOf(documentWith({}, training)), message);
  parseDocument(documentWith({}, { learningRateSchedule: { type: 'cosine', decaySteps: 100 } }));
  const space = { units: [4, 8], drop: [0.1], decay: [0], rate: RATE, momentum: [0], epochs: [2, 3] };
  assert.match(textOf(documentWith({ space }, { epochs: '$epochs' })), /training\.epochs is searched/);
});

test('seeds, a share of nobody, the corner of a grid and a function are refused', () => {
  assert.match(
    textOf(documentWith({ repeats: 2 })),
    /scheduler has members of one seed each, and "repeats" is 2/,
  );
  assert.match(
    textOf(documentWith({}, {}, { share: 0.1 })),
    /scheduler would replace nobody: 0\.1 of 4 members/,
  );
  const space = { units: [4, 8], drop: [0.1, 0.2], decay: [0], rate: [0.1, 0.2], momentum: [0] };
  assert.match(
    textOf(documentWith({ space, sampler: { type: 'grid' } })),
    /scheduler\.population is 4, and the grid has 8 points/,
  );
  parseDocument(documentWith({ space, sampler: { type: 'grid' } }, {}, { population: 8 }));
  const played = {
    name: 'played',
    objective: { type: 'function', name: 'branin' },
    space: { x: { type: 'float', low: -5, high: 10 }, y: { type: 'float', low: 0, high: 15 } },
    scheduler: { type: 'pbt' },
  };
  assert.match(textOf(played), /scheduler\.type "pbt" lets trainings go on from each other's weights/);
});
