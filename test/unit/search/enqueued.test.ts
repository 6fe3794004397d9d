// Points that the sweep file wants tried first, whatever the sampler.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler, SAMPLERS } from '../../../src/search/registry.js';
import type { Sampler } from '../../../src/search/sampler.js';
import type { Space } from '../../../src/search/space/dimension.js';
import { playStudy } from '../../contract/sampler-contract.js';
import { errorAt, errorsOf, gruGridDocument, parseDocument } from '../../support/fixtures/sweep-documents.js';

const SPACE: Space = {
  cell: ['gru', 'lstm'],
  units: { type: 'int', low: 1, high: 4, log: false },
};
const FIRST = [
  { units: 3, cell: 'lstm' },
  { units: 1, cell: 'gru' },
];

test('enqueued points come first and no second time, with every sampler', () => {
  for (const type of Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[]) {
    const create = (): Sampler =>
      createSampler({
        space: SPACE,
        sampler: SAMPLERS[type].schema.parse({ type }) as never,
        seed: 3,
        enqueue: FIRST,
      });
    assert.equal(create().count, 8, type);
    const all = playStudy(create(), 20);
    assert.deepEqual(all.slice(0, 2), FIRST, type);
    assert.deepEqual(Object.keys(all[0] ?? {}), Object.keys(SPACE), `${type}: in the order of the space`);
    assert.equal(new Set(all.map((params) => JSON.stringify(params))).size, 8, type);
    assert.equal(all.length, 8, type);
  }
});

test('after a resume the points behind the enqueued ones are the same', () => {
  for (const type of ['grid', 'random', 'sobol'] as const) {
    const create = () =>
      createSampler({
        space: SPACE,
        sampler: SAMPLERS[type].schema.parse({ type }) as never,
        seed: 3,
        enqueue: FIRST,
      });
    const all = playStudy(create(), 20);
    assert.deepEqual(create().suggest(5, { told: [], pending: [] }), all[5], type);
  }
});

test('an enqueued point that the space does not hold is refused, with its place', () => {
  const document = gruGridDocument();
  const good = Object.fromEntries(
    Object.entries(document.space).map(([name, values]) => [
      name,
      Array.isArray(values) ? values[0] : (values as { low: number }).low,
    ]),
  );
  assert.deepEqual(parseDocument({ ...document, enqueue: [good] }).enqueue, [good]);
  const { units: _left, ...missing } = good;
  const errors = errorsOf(() =>
    parseDocument({
      ...document,
      enqueue: [good, { ...good, units: 17 }, { ...good, unit: 1 }, missing, good],
    }),
  );
  assert.match(errorAt(errors, 'enqueue[1].units').message, /17/);
  assert.match(errorAt(errors, 'enqueue[2].unit').hint ?? '', /units/);
  assert.match(errorAt(errors, 'enqueue[3].units').message, /required/);
  assert.match(errorAt(errors, 'enqueue[4]').message, /same point/);
});
