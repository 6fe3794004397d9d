// Laying documents over each other, for any documents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonPath, valueAt } from '../../../src/sweep-file/text/json-path.js';
import { isObject, mergeDocuments, replaceStated } from '../../../src/sweep-file/text/merge.js';

const key = fc.constantFrom('a', 'b', 'c', 'type');
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const { document } = fc.letrec((tie) => ({
  document: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, tie('document')), { maxKeys: 4 }),
}));
/** Without `type`, on which merging depends. */
const typeless = (document as fc.Arbitrary<Record<string, unknown>>).map(withoutTypes);

function withoutTypes(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'type')
      .map(([name, item]) => [name, isObject(item) ? withoutTypes(item) : item]),
  );
}

/** Paths of all values that are no object, and of empty objects. */
function leavesOf(value: unknown, path: JsonPath = []): JsonPath[] {
  if (!isObject(value) || Object.keys(value).length === 0) return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([name, item]) => leavesOf(item, [...path, name]));
}

test('a merged document says what the upper one says, and what the lower one says where the upper is silent', () => {
  fc.assert(
    fc.property(typeless, typeless, (base, over) => {
      const merged = mergeDocuments(base, over);
      for (const path of leavesOf(over)) {
        const value = valueAt(over, path);
        // An empty object says nothing of the fields below it.
        if (isObject(value)) assert.ok(isObject(valueAt(merged, path)));
        else assert.deepEqual(valueAt(merged, path), value);
      }
      for (const path of leavesOf(base)) {
        const spoken = path.some((_, length) => {
          const above = valueAt(over, path.slice(0, length + 1));
          return above !== undefined && (!isObject(above) || length + 1 === path.length);
        });
        if (!spoken) assert.deepEqual(valueAt(merged, path), valueAt(base, path));
      }
    }),
  );
});

test('merging over nothing, nothing over, and twice the same change nothing', () => {
  fc.assert(
    fc.property(typeless, typeless, (one, two) => {
      assert.deepEqual(mergeDocuments({}, one), one);
      assert.deepEqual(mergeDocuments(one, {}), one);
      const merged = mergeDocuments(one, two);
      assert.deepEqual(mergeDocuments(merged, two), merged);
    }),
  );
});

test('replacing what is stated adds no field and loses none', () => {
  fc.assert(
    fc.property(typeless, typeless, (target, source) => {
      const replaced = replaceStated(target, source);
      assert.deepEqual(Object.keys(replaced as object), Object.keys(target));
      for (const path of leavesOf(target)) {
        const isUnspoken = valueAt(source, path.slice(0, 1)) === undefined;
        if (isUnspoken) assert.deepEqual(valueAt(replaced, path), valueAt(target, path));
      }
    }),
  );
});
