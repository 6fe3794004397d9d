// `--pareto METRIC`: the front of the objective and any figure that the trials have, or a refusal that lists them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepError } from '../../../src/errors.js';
import { selectRows } from '../../../src/leaderboard/filter.js';
import { besideAsked, figureNames } from '../../../src/leaderboard/front-metric.js';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { isRanked, listBoard } from '../../../src/leaderboard/ranking.js';
import { StudyFold } from '../../../src/study/fold.js';
import { emptyView, type StudyView } from '../../../src/study/study-view.js';
import type { TrialResult } from '../../../src/study/trial/trial.js';
import { created, finished, logged, result } from '../../support/fixtures/study-events.js';

/** Best first. */
const TRAINED: readonly Partial<TrialResult>[] = [
  {
    objective: 0.2,
    parameters: 900,
    durationMs: 9_000,
    epochs: 3,
    metrics: { validationMae: 0.2, latency_ms: 5 },
  },
  {
    objective: 0.3,
    parameters: 100,
    durationMs: 9_500,
    epochs: 3,
    metrics: { validationMae: 0.3, latency_ms: 9 },
  },
  {
    objective: 0.4,
    parameters: 500,
    durationMs: 1_000,
    epochs: 8,
    metrics: { validationMae: 0.4, latency_ms: 7 },
  },
];

function viewOf(trials: readonly Partial<TrialResult>[], objective: object = {}, dataset?: null): StudyView {
  const fold = new StudyFold(emptyView());
  const spec = {
    objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best', ...objective },
    repeats: 1,
  };
  const ends = trials.map((fields, index) => {
    const { weightsDigest, ...untrained } = result(fields.objective!);
    const trained = dataset === null ? untrained : { ...untrained, weightsDigest: weightsDigest! };
    return finished(index, fields.objective!, { result: { ...trained, ...fields } });
  });
  const start = created({ spec, total: trials.length, ...(dataset === null ? { dataset } : {}) });
  for (const event of logged([start, ...ends])) fold.apply(event);
  return fold.view;
}

function frontOf(view: StudyView, metric: string): number[] {
  const seen = besideAsked(view, metric);
  return selectRows(listBoard(seen), seen, { pareto: metric }).flatMap((row) =>
    isRanked(row) ? row.rank : [],
  );
}

test('any figure of the trials makes a front, in the direction that is said or known', () => {
  const view = viewOf(TRAINED);
  assert.deepEqual(frontOf(view, 'parameters'), [1, 2]);
  assert.deepEqual(frontOf(view, 'durationMs'), [1, 3]);
  assert.deepEqual(frontOf(view, 'time'), [1, 3]);
  assert.deepEqual(frontOf(view, 'epochs'), [1]);
  assert.deepEqual(frontOf(view, 'latency_ms'), [1]);
  assert.deepEqual(frontOf(view, 'latency_ms:maximize'), [1, 2]);
  assert.deepEqual(frontOf(view, 'metrics.latency_ms:maximize'), [1, 2]);
  const accuracy = TRAINED.map((fields, at) => ({
    ...fields,
    metrics: { validationMae: fields.objective!, validationAccuracy: [0.5, 0.9, 0.4][at]! },
  }));
  assert.deepEqual(frontOf(viewOf(accuracy), 'valAccuracy'), [1, 2]);
  // The file's own second objective keeps its direction, and gives way to another that is asked for.
  const named = viewOf(TRAINED, { also: { metric: 'latency_ms', direction: 'maximize' } });
  assert.deepEqual(frontOf(named, 'latency_ms'), [1, 2]);
  assert.deepEqual(frontOf(named, 'durationMs'), [1, 3]);
});

test('table, JSON and CSV show the figure once and say which way it is better', () => {
  const seen = besideAsked(viewOf(TRAINED), 'latency_ms:maximize');
  const table = leaderboardTable(seen, { width: 70, useColor: false });
  assert.match(table, /latency_ms +front/);
  assert.match(table, /marks the front of .+ and latency_ms \(more is better\): 2 trials/);
  const document = leaderboardDocument(seen);
  assert.deepEqual([document.also, document.alsoDirection], ['latency_ms', 'maximize']);
  assert.match(leaderboardCsv(seen), /metrics\.latency_ms,pareto/);
  const time = besideAsked(viewOf(TRAINED), 'durationMs');
  assert.match(leaderboardTable(time, { width: 70, useColor: false }), /time/);
  assert.match(
    leaderboardTable(time, { width: 200, useColor: false }),
    /and time \(less is better\): 2 trials/,
  );
  assert.doesNotMatch(leaderboardCsv(time), /metrics\.durationMs/);
});

test('what no trial reports, and the objective itself, are refused with all that there is', () => {
  const view = viewOf(TRAINED);
  const refusal = (words: RegExp, hint: RegExp) => (error: SweepError) =>
    error.code === 'USAGE' && words.test(error.message) && hint.test(error.hint ?? '');
  assert.throws(
    () => besideAsked(view, 'latency'),
    refusal(
      /no trial of grid-7f3a reports "latency"/,
      /did you mean "latency_ms"\? what there is: latency_ms, /,
    ),
  );
  assert.throws(
    () => besideAsked(view, 'cost'),
    refusal(/"cost"/, /^what there is: latency_ms, parameters, epochs, durationMs$/),
  );
  assert.throws(() => besideAsked(view, 'validationMae'), refusal(/objective itself/, /latency_ms/));
  assert.throws(
    () => selectRows(listBoard(view), view, { pareto: true }),
    refusal(
      /one objective/,
      /--pareto parameters \(there is: latency_ms, parameters, epochs, durationMs\).+"also"/,
    ),
  );
  // Before the first result nothing is known to be missing.
  assert.equal(besideAsked(viewOf([]), 'cost').header?.also?.metric, 'cost');
});

test('a program has no weights to be asked for, and its own words go before ours', () => {
  const programs = TRAINED.map(({ objective, durationMs }, at) => ({
    objective: objective!,
    durationMs: durationMs!,
    metrics: { loss: objective!, epochs: 3 - at },
  }));
  const view = viewOf(programs, { type: 'command', metric: 'loss' }, null);
  assert.deepEqual(figureNames(view), ['epochs', 'durationMs']);
  assert.deepEqual(frontOf(view, 'epochs'), [1, 2, 3]);
  assert.match(leaderboardCsv(besideAsked(view, 'epochs')), /metrics\.epochs/);
});
