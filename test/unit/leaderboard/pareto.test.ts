// The front of two objectives on the leaderboard: in its rows, JSON, CSV and table, and alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SweepError } from '../../../src/errors.js';
import { selectRows } from '../../../src/leaderboard/filter.js';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { isRanked, listBoard, rankView } from '../../../src/leaderboard/ranking.js';
import { dominates } from '../../../src/statistics/pareto.js';
import { StudyFold } from '../../../src/study/fold.js';
import { emptyView } from '../../../src/study/study-view.js';
import { created, failed, finished, logged, result } from '../../support/fixtures/study-events.js';

const SPEC = {
  objective: {
    metric: 'validationMae',
    direction: 'minimize',
    epoch: 'best',
    also: { metric: 'parameters', direction: 'minimize' },
  },
  repeats: 1,
};
type Trial = readonly [objective: number, parameters: number];

function viewOf(trials: readonly Trial[], spec: unknown = SPEC, rowLimit = 1000) {
  const fold = new StudyFold(emptyView(rowLimit));
  const ends = trials.map(([objective, parameters], index) =>
    finished(index, objective, { result: { ...result(objective), parameters } }),
  );
  for (const event of logged([created({ spec, total: trials.length + 1 }), ...ends])) fold.apply(event);
  return fold.view;
}
const TRIALS: readonly Trial[] = [
  [0.3, 100],
  [0.25, 900],
  [0.28, 400],
  [0.29, 500],
  [0.27, 900],
];
const onFront = (view: ReturnType<typeof viewOf>): number[] =>
  rankView(view).flatMap((ranked) => (ranked.onFront === true ? [ranked.row.seeds[0]?.index ?? -1] : []));

test('rows that no other one beats in both objectives are marked, and ranked by the first as ever', () => {
  const view = viewOf(TRIALS);
  assert.deepEqual(
    rankView(view).map(({ row, onFront: mark }) => [row.objective, mark]),
    [
      [0.25, true],
      [0.27, false],
      [0.28, true],
      [0.29, false],
      [0.3, true],
    ],
  );
  const document = leaderboardDocument(view);
  assert.equal(document.also, 'parameters');
  assert.deepEqual(
    document.leaderboard.map(({ pareto }) => pareto),
    [true, false, true, false, true],
  );
  const [head = '', best = '', second = ''] = leaderboardCsv(view).split('\r\n');
  const column = head.split(',').indexOf('pareto');
  assert.deepEqual([best.split(',')[column], second.split(',')[column]], ['true', 'false']);
});

test('the front is what a comparison of all with all gives, in either direction and with equals', () => {
  const trials = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 })), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(trials, fc.constantFrom('minimize', 'maximize'), (all, direction) => {
      const sign = direction === 'minimize' ? 1 : -1;
      const lossesOf = ([objective, parameters]: Trial): Trial => [sign * objective, parameters];
      const expected = all.flatMap((own, index) =>
        all.some((other) => dominates(lossesOf(other), lossesOf(own))) ? [] : [index],
      );
      const view = viewOf(all, { ...SPEC, objective: { ...SPEC.objective, direction } });
      assert.deepEqual(
        onFront(view).sort((one, other) => one - other),
        expected,
      );
    }),
  );
});

test('rows that were dropped for being worse cannot take a kept one off the front', () => {
  assert.deepEqual(onFront(viewOf(TRIALS, SPEC, 3)), [1, 2]);
});

test('a trial that was stopped or failed is not on the front, and takes none off it', () => {
  const fold = new StudyFold(emptyView());
  const pruned = { ...result(0.2), parameters: 1, state: 'PRUNED' as const };
  for (const event of logged([
    created({ spec: SPEC, total: 3 }),
    finished(0, 0.3, { result: { ...result(0.3), parameters: 50 } }),
    finished(1, 0.2, { result: pruned }),
    failed(2, { final: true }),
  ]))
    fold.apply(event);
  assert.deepEqual(onFront(fold.view), [0]);
  assert.deepEqual(
    leaderboardDocument(fold.view).leaderboard.map(({ pareto }) => pareto),
    [true, false, undefined],
  );
});

test('the table marks the front beside the weights, however narrow it is, and says what it is of', () => {
  const text = leaderboardTable(viewOf(TRIALS), { width: 60, useColor: false });
  assert.match(text, /front +weights/);
  assert.match(text, /● +900/);
  assert.match(text, /● marks the front of .+ and weights: 3 trials that no other one beats in both/);
  const dropped = leaderboardTable(viewOf(TRIALS, SPEC, 3), { width: 120, useColor: false });
  assert.match(dropped, /2 trials that no other one beats in both, among the 3 best; --pareto looks at all/);
});

test('--pareto leaves the front alone, and together with other conditions what of it satisfies them', () => {
  const view = viewOf(TRIALS);
  const select = (selection: Parameters<typeof selectRows>[2]): number[] =>
    selectRows(listBoard(view), view, selection)
      .filter(isRanked)
      .map(({ rank }) => rank);
  assert.deepEqual(select({ pareto: true }), [1, 3, 5]);
  assert.deepEqual(select({ pareto: true, top: 1, sort: 'parameters' }), [5]);
  assert.deepEqual(select({ pareto: true, filter: ['parameters<500'] }), [3, 5]);
  assert.deepEqual(select({ filter: ['pareto=false'] }), [2, 4]);
  assert.deepEqual(select({ filter: ['front=●'] }), [1, 3, 5]);
});

test('a study of one objective has no front: no mark, no field, and --pareto says how to have one', () => {
  const { also: _, ...one } = SPEC.objective;
  const view = viewOf(TRIALS, { ...SPEC, objective: one });
  assert.ok(rankView(view).every((ranked) => ranked.onFront === undefined));
  assert.doesNotMatch(leaderboardCsv(view), /pareto/);
  assert.doesNotMatch(leaderboardTable(view, { width: 120, useColor: false }), /front/);
  assert.ok(!('also' in leaderboardDocument(view)));
  assert.throws(
    () => selectRows(listBoard(view), view, { pareto: true }),
    (error: SweepError) =>
      error.code === 'USAGE' && /one objective/.test(error.message) && /also/.test(error.hint ?? ''),
  );
});
