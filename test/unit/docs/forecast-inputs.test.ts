// The examples of docs/forecast-inputs.md are right sweep files, each for its point.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RIVALS } from '../../../src/task/forecast/rivals.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';
import { parseDocument } from '../../support/fixtures/sweep-documents.js';

const page = readFileSync(join(REPOSITORY, 'docs/forecast-inputs.md'), 'utf8');
const sections = page.split(/^## /m).slice(1);

for (const section of sections) {
  const [title] = section.split('\n');
  for (const [, text] of section.matchAll(/```json\n([\s\S]*?)```/g))
    test(`${title}: the example is a right sweep file`, () => {
      const spec = parseDocument({ name: 'example', ...JSON.parse(text!) });
      assert.ok(spec.dataset !== null);
    });
}

test('every baseline stands in the table', () => {
  for (const name of RIVALS) assert.ok(page.includes(`| \`${name}\` |`), name);
});
