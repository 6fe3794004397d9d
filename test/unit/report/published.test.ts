// The published figures stand beside the experiments that they are of.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CHAPTERS } from '../../../src/report/published-figures.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';

const sweeps = fileURLToPath(new URL('../../../../sweeps/', import.meta.url));

for (const [name, chapter] of Object.entries(CHAPTERS)) {
  const file = `${sweeps}${name}.json`;

  test(`${name}: every figure is of a variant of the sweep file, with its source and an epoch that was trained`, () => {
    assert.ok(existsSync(file), file);
    const spec = parseSweepSpec(readFileSync(file, 'utf8'), file);
    assert.equal(spec.name, name);
    assert.equal(spec.objective.metric, chapter.metric);
    assert.ok(Object.keys(chapter.figures).length >= 4);
    for (const [variant, figure] of Object.entries(chapter.figures)) {
      const training = spec.variants?.[variant]?.training;
      assert.ok(training !== undefined, `${variant} is no variant`);
      assert.match(figure.source, /notebook 6\.[234]/, variant);
      assert.ok(figure.value > 0.2 && figure.value < 0.9, `${variant}: ${figure.value}`);
      if (figure.bestEpoch === null) assert.equal(figure.secondsPerEpoch, null);
      else assert.ok(figure.bestEpoch <= Number(training.epochs), `${variant}: epoch ${figure.bestEpoch}`);
    }
  });
}

test('the figures that the chapter is known for', () => {
  const { naive, gru } = CHAPTERS['chapter6-jena']!.figures;
  assert.deepEqual([naive?.value, naive?.units], [0.29, 2.57]);
  assert.deepEqual([gru?.value, gru?.units], [0.265, 2.35]);
});
