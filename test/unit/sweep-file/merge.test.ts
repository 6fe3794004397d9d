import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeDocuments, replaceStated } from '../../../src/sweep-file/text/merge.js';

test('objects merge field by field, lists and values are replaced', () => {
  assert.deepEqual(mergeDocuments({ a: { b: 1, c: [1, 2] }, d: 3 }, { a: { c: [9], e: null }, f: false }), {
    a: { b: 1, c: [9], e: null },
    d: 3,
    f: false,
  });
  assert.deepEqual(mergeDocuments({ a: { b: 1 } }, { a: 'x' }), { a: 'x' });
  assert.deepEqual(mergeDocuments({ a: 'x' }, { a: { b: 1 } }), { a: { b: 1 } });
});

test('an object of another type replaces, one of the same type or of none merges', () => {
  const model = { type: 'recurrent', cell: 'lstm', units: 8 };
  assert.deepEqual(mergeDocuments(model, { type: 'dense' }), { type: 'dense' });
  assert.deepEqual(mergeDocuments(model, { type: 'recurrent', units: 4 }), { ...model, units: 4 });
  assert.deepEqual(mergeDocuments(model, { units: 4 }), { ...model, units: 4 });
});

test('only fields that are stated are replaced, and none of an object of another type', () => {
  assert.deepEqual(
    replaceStated({ epochs: 40, optimizer: { type: 'adam', beta1: 0.8 } }, { epochs: 2, loss: 'mse' }),
    {
      epochs: 2,
      optimizer: { type: 'adam', beta1: 0.8 },
    },
  );
  const model = { model: { type: 'dense', units: 8 } };
  assert.deepEqual(replaceStated(model, { model: { type: 'recurrent', units: 4 } }), model);
  assert.deepEqual(replaceStated(model, { model: { units: 4 } }), { model: { type: 'dense', units: 4 } });
});
