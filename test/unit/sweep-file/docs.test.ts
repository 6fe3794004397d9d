// docs/sweep-file.md is held against the schema: every field stands in it, and its examples are right.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { withDocsTables } from '../../../src/build/docs-tables.js';
import { LAYER_TYPES, LAYERS, type LayerType } from '../../../src/model/layers/registry.js';
import { ARCHITECTURES } from '../../../src/sweep-file/model/architecture.js';
import { mergeDocuments } from '../../../src/sweep-file/text/merge.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';
import { parseDocument } from '../../support/fixtures/sweep-documents.js';

const page = readFileSync(join(REPOSITORY, 'docs/sweep-file.md'), 'utf8');
const schema: unknown = JSON.parse(
  readFileSync(join(REPOSITORY, 'src/sweep-file/sweep.schema.json'), 'utf8'),
);

/** Names of all fields, and all texts that a field may be. */
function wordsOf(node: unknown, words = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return words;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) words.add(name);
    const texts = key === 'enum' ? (value as unknown[]) : key === 'const' ? [value] : [];
    for (const text of texts) if (typeof text === 'string') words.add(text);
    wordsOf(value, words);
  }
  return words;
}

test('every field of the schema, and every value that it can have by name, stands in the page', () => {
  const missing = [...wordsOf(schema)].filter(
    (word) => !page.includes(`\`${word}\``) && !page.includes(`"${word}"`),
  );
  assert.deepEqual(missing, []);
});

test('the tables of samplers, schedulers and objectives are those of the registries: npm run schema writes them', () => {
  assert.equal(page, withDocsTables(page));
});

test('a page that lost the place of a table is refused, by the name of the table', () => {
  const lost = page.replace('<!-- schedulers: npm run schema -->', '');
  assert.throws(() => withDocsTables(lost), { code: 'INTERNAL', message: /table of schedulers/ });
});

const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text ?? ''));
const BASE = {
  name: 'example',
  dataset: { source: 'jena' },
  window: { lookback: 240, step: 2, delay: 24 },
  model: { type: 'recurrent' },
};

for (const [index, example] of examples.entries()) {
  test(`example ${index + 1} of the page, of ${Object.keys(example).join(', ')}, is a right sweep file`, () => {
    const isReviews = example.dataset?.kind === 'reviews';
    const { dataset, window, model, ...bare } = BASE;
    const rest = example.objective?.command === undefined ? { ...bare, model } : bare;
    const base =
      isReviews || rest === bare
        ? rest
        : { ...rest, window, ...(example.dataset === undefined ? { dataset } : {}) };
    parseDocument(mergeDocuments(base, example));
  });
}

const models = readFileSync(join(REPOSITORY, 'docs/models.md'), 'utf8');
for (const [index, [, text = '']] of [...models.matchAll(/```json\n(\{[\s\S]*?)```/g)].entries())
  test(`example ${index + 1} of docs/models.md is a right sweep file`, () => {
    parseDocument(mergeDocuments(BASE, JSON.parse(text)));
  });

test('the page has an example of every section', () => {
  const shown = new Set(examples.flatMap((example) => Object.keys(example)));
  for (const section of [
    'dataset',
    'window',
    'space',
    'model',
    'training',
    'objective',
    'limits',
    'variants',
    'profiles',
  ])
    assert.ok(shown.has(section), section);
});

/** Lines of the table under `heading`: names of the first cell, text of the second. */
function tableUnder(
  heading: string,
  text: string,
): { readonly names: readonly string[]; readonly what: string }[] {
  const rows = text.slice(text.indexOf(heading)).split('\n').slice(2);
  return rows.slice(0, rows.indexOf('')).map((row) => {
    const [, names = '', what = ''] = row.split(/(?<!\\)\|/);
    return { names: [...names.matchAll(/`"?([\w-]+)"?`/g)].map(([, name]) => name ?? ''), what };
  });
}

/** "`units`, `activation` (`"linear"`)": field → its default as it is written, undefined where none is. */
function fieldsIn(what: string): ReadonlyMap<string, string | undefined> {
  const found = what.matchAll(/`(\w+)`(?: \((?:`([^`]+)`|([\d.]+))[^)]*\))?/g);
  return new Map([...found].map(([, field = '', text, number]) => [field, text ?? number]));
}

const layerTable = tableUnder('| layer | fields', page);

for (const type of LAYER_TYPES)
  test(`the page has the fields of ${type}, and no others, with their defaults`, () => {
    const lines = layerTable.filter(({ names }) => names.includes(type));
    assert.equal(lines.length, 1, `lines of ${type}`);
    const fields = new Map(fieldsIn(lines[0]?.what ?? ''));
    const shape: Readonly<Record<string, z.ZodType>> = LAYERS[type].schema.shape;
    const others = (lines[0]?.names ?? []).filter((name) => name !== type);
    for (const [name, field] of Object.entries(shape)) {
      if (name === 'type') continue;
      assert.ok(fields.has(name), `${name} is missing`);
      const expected = field instanceof z.ZodDefault ? JSON.stringify(field.def.defaultValue) : undefined;
      assert.equal(fields.get(name), expected, `default of ${name}`);
    }
    const known = [type, ...others].flatMap((name) => [
      name,
      ...Object.keys(LAYERS[name as LayerType].schema.shape),
    ]);
    assert.deepEqual(
      [...fields.keys()].filter((name) => !known.includes(name)),
      [],
    );
  });

test('the table of layers has no line of a layer that is none', () => {
  const named = layerTable.flatMap(({ names }) => names);
  assert.deepEqual([...named].sort(), [...LAYER_TYPES].sort());
});

test('docs/models.md has a line for every short form, and for no other', () => {
  const text = readFileSync(join(REPOSITORY, 'docs/models.md'), 'utf8');
  const named = tableUnder('| `"type"` | layers', text).flatMap(({ names }) => names);
  const shortForms = Object.keys(ARCHITECTURES).filter((name) => name !== 'layers');
  assert.deepEqual([...named].sort(), shortForms.sort());
});
