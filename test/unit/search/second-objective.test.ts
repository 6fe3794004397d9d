// A second objective from the sweep file to the sampler: what is read, what is refused, and what a history says of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import { SearchHistory } from '../../../src/coordinator/search/search-history.js';
import type { SweepError } from '../../../src/errors.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { documentOf } from '../../../src/sweep-file/sweep-document.js';
import { reviveSweepSpec } from '../../../src/sweep-file/sweep-spec.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { failed, finished, result } from '../../support/fixtures/study-events.js';
import { gruGridDocument, JENA_SHAPE } from '../../support/fixtures/sweep-documents.js';

const ALSO = { metric: 'parameters' };
const RANGE = {
  units: { type: 'int', low: 4, high: 64, log: true },
  rate: { type: 'float', low: 0.001, high: 0.1 },
};

function parse(objective: unknown, fields: object = {}) {
  const { space: _s, model: _m, training: _t, ...rest } = gruGridDocument();
  const document = {
    ...rest,
    window: { lookback: 1440, step: 6, delay: 144 },
    model: { type: 'recurrent', units: '$units' },
    training: { learningRate: '$rate' },
    space: RANGE,
    objective,
    ...fields,
  };
  return parseSweepSpec(JSON.stringify(document), 'second.json');
}

test('a file names it beside the first; the log and a derived sweep say the same', () => {
  const spec = parse({ metric: 'validationMae', also: ALSO });
  assert.deepEqual(spec.objective, {
    type: 'metric',
    metric: 'validationMae',
    direction: 'minimize',
    epoch: 'best',
    also: { metric: 'parameters', direction: 'minimize' },
  });
  assert.deepEqual(planStudy(spec, JENA_SHAPE, TEST_ENGINE).also, {
    metric: 'parameters',
    direction: 'minimize',
  });
  assert.deepEqual(reviveSweepSpec(JSON.parse(JSON.stringify(spec))), spec);
  assert.deepEqual(parseSweepSpec(JSON.stringify(documentOf(spec)), 'again.json').objective, spec.objective);
});

test('a file without it is as before, and its trials and their results are the same', () => {
  const [one, two] = [parse({}), parse({ also: ALSO })];
  assert.ok(!('also' in one.objective));
  const [plain, both] = [one, two].map((spec) =>
    planStudy(spec, JENA_SHAPE, TEST_ENGINE).resolve({ units: 8, rate: 0.01 }, 0),
  );
  assert.deepEqual([both?.trial, both?.resultKey], [plain?.trial, plain?.resultKey]);
});

test('without a sampler the file gets the one that looks for a front, of a list still the grid', () => {
  assert.equal(parse({ also: ALSO }).sampler.type, 'nsga2');
  assert.equal(parse({}).sampler.type, 'auto');
  assert.equal(parse({ also: ALSO }, { space: { units: [4, 8], rate: [0.01] } }).sampler.type, 'grid');
});

test('what cannot be weighed is refused with its place', () => {
  for (const [also, path] of [
    [{ metric: 'durationMs' }, 'objective.also.metric'],
    [{ metric: 'parameters', direction: 'maximize' }, 'objective.also.direction'],
    [{}, 'objective.also.metric'],
    [{ metric: 'parameters', weight: 2 }, 'objective.also.weight'],
  ] as const)
    assert.throws(
      () => parse({ also }),
      (error: SweepError) => error.path === path,
      path,
    );
});

const OBJECTIVE = { metric: 'validationMae', direction: 'minimize', epoch: 'best' } as const;
const resultOf = (objective: number, parameters: number) => ({
  result: { ...result(objective), parameters },
});

test('a history has a loss for each objective, the mean over the seeds', () => {
  const history = new SearchHistory({
    objective: OBJECTIVE,
    also: { metric: 'parameters', direction: 'minimize' },
    repeats: 2,
    total: 6,
    resultsNeeded: (point) => point,
  });
  for (const event of [
    finished(0, 0.2, resultOf(0.2, 50)),
    finished(1, 0.4, resultOf(0.4, 50)),
    finished(2, 0.3, resultOf(0.3, 80)),
    failed(3, { final: true }),
    failed(4, { final: true }),
    failed(5, { final: true }),
  ])
    history.observe(event);
  const { told } = history.before(3);
  assert.deepEqual(
    told.map(({ state, losses }) => [state, losses.map((loss) => Number(loss.toFixed(9)))]),
    [
      ['COMPLETE', [0.3, 50]],
      ['COMPLETE', [0.3, 80]],
      ['FAILED', []],
    ],
  );
});

test('a trial that was stopped counts up to its stop in the first objective, and whole in the second', () => {
  const history = new SearchHistory({
    objective: OBJECTIVE,
    also: { metric: 'parameters', direction: 'minimize' },
    repeats: 1,
    total: 2,
    resultsNeeded: (point) => point,
  });
  history.stop({ index: 0, counted: { epoch: 1, metrics: { validationMae: 0.7 } } });
  history.observe(finished(0, 0.2, resultOf(0.2, 50)));
  assert.deepEqual(
    history.before(1).told.map(({ state, losses }) => [state, losses]),
    [['PRUNED', [0.7, 50]]],
  );
});
