// What of another study's results is told to a sampler: points of the space that is searched now, in its rules.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownPoints } from '../../../src/coordinator/search/known-points.js';
import type { Space } from '../../../src/search/space/dimension.js';
import type { Params } from '../../../src/study/trial/trial.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged } from '../../support/fixtures/study-events.js';

const BEFORE: Space = {
  cell: ['gru', 'lstm'],
  share: { type: 'choice', values: [0.1, 0.2], when: { cell: 'gru' }, otherwise: 0 },
  units: [8, 16, 32],
};
/** The best one first. */
const POINTS: readonly Params[] = [
  { cell: 'gru', share: 0.2, units: 32 },
  { cell: 'lstm', units: 16 },
  { cell: 'gru', share: 0.1, units: 8 },
];
const view = foldEvents(
  logged([
    created({ total: POINTS.length }),
    ...POINTS.map((params, index) => finished(index, 0.2 + index / 100, { params })),
  ]),
);
const paramsOf = (space: Space, constraints?: readonly string[]) =>
  knownPoints(view, BEFORE, space, constraints).known.map(({ params }) => params);

test('a parameter that is inactive at a point stays so, in the order of the new space', () => {
  const { known, best, outside } = knownPoints(view, BEFORE, BEFORE);
  assert.deepEqual(
    known.map(({ params }) => params),
    POINTS,
  );
  assert.deepEqual([best, outside], [POINTS[0], 0]);
});

test('points that break a constraint are left out, the best of the others is best', () => {
  const constraints = ['units < 32 || cell == "lstm"'];
  assert.deepEqual(paramsOf(BEFORE, constraints), POINTS.slice(1));
  const { best, outside } = knownPoints(view, BEFORE, BEFORE, constraints);
  assert.deepEqual([best, outside], [POINTS[1], 1]);
});

test('where a condition is gone the value that stood for the parameter counts, if there is one', () => {
  const always: Space = { ...BEFORE, share: [0, 0.1, 0.2] };
  assert.deepEqual(paramsOf(always), [POINTS[0], { cell: 'lstm', share: 0, units: 16 }, POINTS[2]]);
  const without: Space = { ...BEFORE, share: [0.1, 0.2] };
  assert.deepEqual(paramsOf(without), [POINTS[0], POINTS[2]]);
});

test('where a condition is new a parameter that it rules out is left out', () => {
  const ruled: Space = { ...BEFORE, units: { type: 'choice', values: [8, 16, 32], when: { cell: 'gru' } } };
  assert.deepEqual(paramsOf(ruled), [POINTS[0], { cell: 'lstm' }, POINTS[2]]);
});

test('a dimension that was not searched is spread over the points at which it is active alone', () => {
  const wider: Space = { ...BEFORE, layers: { type: 'choice', values: [1, 2], when: { cell: 'gru' } } };
  const { known, best, spread } = knownPoints(view, BEFORE, wider);
  assert.deepEqual(
    known.map(({ params }) => Object.hasOwn(params, 'layers')),
    [true, false, true],
  );
  assert.deepEqual([best, spread], [null, ['layers']]);
});
