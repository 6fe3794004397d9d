// What all points of a study are judged on follows from the sweep file, and changes nothing where they agree anyway.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { type ParseOptions, parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { TEST_ENGINE, trialAt } from '../../support/fakes/list-plan.js';
import { smallDataset } from '../../support/fixtures/small-dataset.js';

const { metadata } = smallDataset();

function specOf(more: object, options?: ParseOptions) {
  const document = {
    name: 'windows',
    dataset: { source: 'd.csv', target: 'level', split: { train: 0.6, validation: 0.2, test: 0.2 } },
    window: { lookback: 12, step: 2, delay: 3 },
    model: { type: 'linear' },
    ...more,
  };
  return parseSweepSpec(JSON.stringify(document), 'windows.json', options);
}

function taskAt(spec: ReturnType<typeof specOf>, index: number) {
  const planned = trialAt(planStudy(spec, metadata, TEST_ENGINE), index);
  assert.ok(planned?.config.kind === 'train' && planned.config.task.kind === 'forecast');
  return { trial: planned.trial, task: planned.config.task, training: planned.config.training };
}

const searched = (lookback: unknown, more: object = {}) => ({
  window: { lookback: '$lookback', step: 2, delay: 3 },
  space: { lookback },
  ...more,
});

test('where all windows reach as far, nothing stands in the spec and in no trial', () => {
  for (const more of [
    {},
    { window: { lookback: 12, step: '$step', delay: 3 }, space: { step: [1, 2, 3] } },
    { variants: { a: { window: { lookback: 10, delay: 5 } }, b: {} } },
  ]) {
    const spec = specOf(more);
    assert.ok(!('judged' in spec), JSON.stringify(more));
    assert.ok(!('commonReach' in taskAt(spec, 0).task));
  }
});

test('the trial with the longest window is the trial of a study of that window alone; a shorter one is another', () => {
  const spec = specOf(searched([12, 60]));
  assert.deepEqual(spec.judged, { reach: 63 });
  const alone = (lookback: number) => taskAt(specOf({ window: { lookback, step: 2, delay: 3 } }), 0).trial;
  assert.equal(taskAt(spec, 1).trial, alone(60));
  assert.ok(!('commonReach' in taskAt(spec, 1).task));
  assert.notEqual(taskAt(spec, 0).trial, alone(12));
  assert.equal(taskAt(spec, 0).task.commonReach, 63);
});

test('the longest is found wherever it stands: in the middle, past maxTrials, in a range, in two dimensions', () => {
  const reachOf = (more: object, options?: ParseOptions) => specOf(more, options).judged?.reach;
  assert.equal(reachOf(searched([12, 60, 20])), 63);
  assert.equal(reachOf(searched([12, 20, 60], { limits: { maxTrials: 1 } })), 63);
  assert.equal(reachOf(searched([12, 20, 60]), { maxTrials: 1 }), 63);
  // Steps from 10 stop at 58, short of the end of the range.
  assert.equal(reachOf(searched({ type: 'int', low: 10, high: 60, step: 12 })), 61);
  assert.equal(reachOf(searched({ type: 'choice', values: [12, 60] })), 63);
  const both = { lookback: [12, 24], delay: [0, 5, 2] };
  assert.equal(reachOf({ window: { lookback: '$lookback', step: 2, delay: '$delay' }, space: both }), 29);
  assert.equal(
    reachOf({ window: { lookback: '$rows', step: 1, delay: '$rows' }, space: { rows: [4, 9] } }),
    18,
  );
});

test('an int range is checked at the values that its steps reach, not at an end that they stop short of', () => {
  const window = { lookback: '$lookback', step: 24, delay: 3 };
  const spec = specOf({ window, space: { lookback: { type: 'int', low: 24, high: 100, step: 24 } } });
  assert.deepEqual(spec.judged, { reach: 99 });
  const odd = { type: 'int', low: 24, high: 100, step: 25 };
  assert.throws(() => specOf({ window, space: { lookback: odd } }), { code: 'SPEC_INVALID' });
});

test('variants, profiles and --set change what is judged on', () => {
  const variants = { short: {}, long: { window: { lookback: 60 } }, late: { window: { delay: 40 } } };
  assert.deepEqual(specOf({ variants }).judged, { reach: 63 });
  assert.equal(specOf({ variants }, { overrides: ['window.lookback=24'] }).judged?.reach, 64);
  assert.deepEqual(
    specOf({ variants, profiles: { far: { window: { delay: 10 } } } }, { profile: 'far' }).judged,
    { reach: 70 },
  );
  const mixed = specOf({
    variants: { none: {}, some: { window: { lookback: '$lookback' } } },
    space: { lookback: [4, 80] },
  });
  assert.deepEqual(mixed.judged, { reach: 83 });
  // The variant alone is judged as in its study.
  assert.equal(taskAt({ ...mixed, space: { variant: ['none'] } }, 0).task.commonReach, 83);
});

test('of several validation strides the greatest holds for all', () => {
  const spec = specOf({ training: { validationStride: '$every' }, space: { every: [1, 5, 2] } });
  assert.deepEqual(spec.judged, { validationStride: 5 });
  for (const index of [0, 1, 2]) assert.equal(taskAt(spec, index).training.validationStride, 5);
});

test('functions and reviews have no windows', () => {
  const space = { x: [1, 2], y: [1, 2] };
  const named = { name: 'f', objective: { type: 'function', name: 'branin' }, space };
  assert.ok(!('judged' in parseSweepSpec(JSON.stringify(named), 'f.json')));
  const reviews = {
    name: 'r',
    dataset: { kind: 'reviews', source: 'reviews-synthetic', maxLength: '$words' },
    model: {
      type: 'layers',
      layers: [
        { type: 'embedding', inputDim: 10000, outputDim: 4 },
        { type: 'flatten' },
        { type: 'dense', units: 1, activation: 'sigmoid' },
      ],
    },
    space: { words: [10, 20] },
  };
  assert.ok(!('judged' in parseSweepSpec(JSON.stringify(reviews), 'r.json')));
});

test('a study keeps it through its log, and one of an older version is planned as it was', () => {
  const spec = specOf(searched([12, 60]));
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  const { judged: _, ...older } = spec;
  assert.ok(!('commonReach' in taskAt(reviveSweepSpec(older), 0).task));
});
