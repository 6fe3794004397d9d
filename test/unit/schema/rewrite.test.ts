// One schema read from another: the sweep file's form with references, and the bus's form that spells everything out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { strictObject, wholeNumber } from '../../../src/schema/fields.js';
import { type RewriteRules, rewriteSchema } from '../../../src/schema/rewrite.js';
import { referencing } from '../../../src/sweep-file/reference.js';

const cell = strictObject({ type: z.literal('cell'), units: wholeNumber(1, 9) });
const other = strictObject({ type: z.literal('other') });
const schema = strictObject({
  type: z.literal('outer'),
  strides: wholeNumber(1, 9).nullable().default(null),
  mode: z.enum(['a', 'b']).default('a').describe('Which'),
  inner: z.discriminatedUnion('type', [cell, other]),
});
const SPELLED_OUT: RewriteRules = {
  object: (shape) => z.object(shape),
  field: (field) => field,
  keepsDefaults: false,
};

test('with references each field is a value or a reference, and what it was by default', () => {
  const file = referencing(schema);
  assert.deepEqual(file.parse({ type: 'outer', inner: { type: 'cell', units: '$units' } }), {
    type: 'outer',
    strides: null,
    mode: 'a',
    inner: { type: 'cell', units: '$units' },
  });
  for (const [field, value] of [
    ['strides', 10],
    ['mode', 'c'],
    ['mode', 'units'],
    ['type', '$type'],
    ['inner', { type: 'cell', units: 0 }],
    ['inner', { type: 'cell', units: 1, later: 2 }],
    ['inner', '$inner'],
  ] as const) {
    const document = { type: 'outer', inner: { type: 'other' }, [field]: value };
    assert.equal(file.safeParse(document).success, false, `${field}: ${JSON.stringify(value)}`);
  }
});

test('a description stands once, with the field that it is of', () => {
  const text = JSON.stringify(z.toJSONSchema(referencing(schema), { io: 'input' }));
  assert.equal(text.split('"Which"').length, 2);
});

test('spelled out, every field must stand there and others may', () => {
  const message = rewriteSchema(schema, SPELLED_OUT);
  const whole = { type: 'outer', strides: null, mode: 'b', inner: { type: 'cell', units: 3, later: true } };
  assert.equal(message.safeParse(whole).success, true);
  for (const field of Object.keys(whole)) {
    const { [field as keyof typeof whole]: _, ...rest } = whole;
    assert.equal(message.safeParse(rest).success, false, `without ${field}`);
  }
});

test('a rule over several fields is not lost in silence', () => {
  const ruled = cell.refine(({ units }) => units > 2);
  assert.throws(() => rewriteSchema(ruled, SPELLED_OUT), /rules over several fields/);
});
