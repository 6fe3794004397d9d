import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { countTrials } from '../../../src/coordinator/plan/spec-plan.js';
import { estimateWork } from '../../../src/coordinator/plan/trial-work.js';
import { createSampler } from '../../../src/search/registry.js';
import { NO_HISTORY } from '../../../src/search/sampler.js';
import { spreadPoints } from '../../../src/search/space/spread.js';
import { calendarColumns } from '../../../src/study/calendar-fields.js';
import { formatJsonSchema } from '../../../src/sweep-file/json-schema.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { resolveTrial } from '../../../src/sweep-file/resolve-trial.js';
import type { SweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import {
  gruGridDocument,
  IMDB_SHAPE,
  JENA_SHAPE,
  layerDocument,
} from '../../support/fixtures/sweep-documents.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const files = readdirSync(`${root}/sweeps`).filter((file) => file.endsWith('.json'));
const publishedSchema = z.fromJSONSchema(JSON.parse(formatJsonSchema()));

const trialsOf = (spec: SweepSpec) =>
  countTrials(spec, createSampler({ ...spec, seed: 0, enqueue: [] }).count);
/** Of series that others publish the columns that the file names, and the calendar's. */
function shapeOf({ dataset }: SweepSpec) {
  if (dataset?.kind === 'reviews') return IMDB_SHAPE;
  const isJena = JENA_SHAPE.columns.some(({ name }) => name === dataset?.target);
  if (dataset === null || isJena) return JENA_SHAPE;
  const columns = [dataset.target, ...calendarColumns(dataset.calendar ?? [])].map((name) => ({ name }));
  return { ...JENA_SHAPE, columns };
}

for (const file of files) {
  test(`sweeps/${file} is a valid sweep file with an exact number of trials, by parser and by JSON Schema`, () => {
    const text = readFileSync(`${root}/sweeps/${file}`, 'utf8');
    const spec = parseSweepSpec(text, `${root}/sweeps/${file}`);
    assert.equal(`${spec.name}.json`, file);
    const { $schema } = JSON.parse(text);
    assert.equal($schema, '../src/sweep-file/sweep.schema.json');
    assert.ok(publishedSchema.safeParse(JSON.parse(text)).success);

    const trials = trialsOf(spec) ?? 0;
    assert.ok(trials > 1);
    const points = [...spreadPoints(spec.space, trials, spec.constraints)];
    assert.equal(points.length, trials);
    for (const params of points)
      assert.equal(resolveTrial(spec, params, spec.seed, shapeOf(spec)).kind, 'train');
  });
}

for (const file of files) {
  const text = readFileSync(`${root}/sweeps/${file}`, 'utf8');
  for (const profile of Object.keys(JSON.parse(text).profiles ?? {}))
    test(`sweeps/${file} is right with its profile ${profile}, which asks for less or stops trials`, () => {
      const { scheduler } = parseSweepSpec(text, `${root}/sweeps/${file}`, { profile });
      const [whole, part] = [{}, { profile }].map((options) => {
        const spec = parseSweepSpec(text, `${root}/sweeps/${file}`, options);
        const sampler = createSampler({ ...spec, seed: 0 });
        const configs = Array.from({ length: sampler.count ?? 0 }, (_, index) =>
          resolveTrial(spec, sampler.suggest(index, NO_HISTORY) ?? {}, spec.seed, shapeOf(spec)),
        );
        return configs.reduce((sum, config) => sum + estimateWork(config).total, 0);
      });
      // How much a scheduler saves shows in the running.
      if (scheduler.type !== 'none') assert.equal(part, whole);
      else assert.ok((part ?? 0) > 0 && (part ?? 0) < (whole ?? 0) / 3, `${part} of ${whole}`);
    });
}

test('the sweep files have the number of trials that the guides speak of', () => {
  const counts = files.map((file) => {
    const spec = parseSweepSpec(readFileSync(`${root}/sweeps/${file}`, 'utf8'), file);
    return [file, trialsOf(spec)];
  });
  assert.deepEqual(Object.fromEntries(counts), {
    'chapter6-imdb.json': 4,
    'chapter6-jena-hourly.json': 11,
    'chapter6-jena.json': 11,
    'conv-hyperband.json': 27,
    'electricity.json': 60,
    'etth1-long.json': 12,
    'etth1.json': 64,
    'gru-auto.json': 24,
    'gru-grid.json': 64,
    'gru-pareto.json': 48,
    'jena-hourly.json': 4,
    'lstm-random.json': 32,
    'occupancy.json': 16,
    'quick.json': 8,
    'text-classes.json': 8,
  });
});

test('the published JSON Schema is in step with the parser', () => {
  const published = readFileSync(`${root}/src/sweep-file/sweep.schema.json`, 'utf8');
  assert.equal(published, formatJsonSchema(), 'run "npm run schema" and commit the result');
});

test('the published JSON Schema takes references where values stand, and refuses what the parser refuses', () => {
  const accepted = [
    gruGridDocument(),
    layerDocument([{ type: 'gru', units: '$units', returnSequences: '$flag' }]),
    { ...gruGridDocument(), training: { optimizer: '$optimizer', stepsPerEpoch: '$steps' } },
    { name: 'f', objective: { type: 'function', name: 'noop' } },
  ];
  for (const document of accepted)
    assert.ok(publishedSchema.safeParse(document).success, JSON.stringify(document));
  const refused = [
    { ...gruGridDocument(), colour: 'red' },
    { ...gruGridDocument(), seed: '$seed' },
    { ...gruGridDocument(), name: 'a b' },
    layerDocument([{ type: 'gru', units: 1e9 }]),
    layerDocument([{ type: 'gru' }]),
    layerDocument([{ type: 'conv9d' }]),
  ];
  for (const document of refused)
    assert.ok(!publishedSchema.safeParse(document).success, JSON.stringify(document));
});
