// The examples of docs/forecast-inputs.md are right sweep files, each for its point.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { resolveBlocks } from '../../../src/dataset/series/split/rolling-blocks.js';
import type { RollingSplit, SeriesSpec } from '../../../src/study/dataset-source.js';
import { RIVALS } from '../../../src/task/forecast/baselines/rivals.js';
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

test('the rows of the rolling origin are those that the page names', () => {
  const [text] = /```json\n([^`]*"rolling"[^`]*)```/.exec(page)?.slice(1) ?? [];
  const { split } = parseDocument({ name: 'example', ...JSON.parse(text!) }).dataset as SeriesSpec;
  assert.equal(split.type, 'rolling');
  const blocks = resolveBlocks(split as RollingSplit, 12_000);
  const named = (start: number, end: number) =>
    `rows ${start.toLocaleString('en-US')} to ${(end - 1).toLocaleString('en-US')}`;
  for (const [number, { train, validation }] of [
    [5, blocks[0]!],
    [1, blocks[4]!],
  ] as const)
    assert.ok(
      page.includes(
        `block ${number} is judged on ${named(validation.start, validation.end)} and learns from ${named(train.start, train.end)}`,
      ),
    );
  assert.ok(page.includes(`the test part is ${named(blocks[0]!.test.start, blocks[0]!.test.end)}`));
});
