import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SweepError } from '../../../src/errors.js';
import { type RowSelection, rowsToKeep, selectRows } from '../../../src/leaderboard/filter.js';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { listBoard, rankView } from '../../../src/leaderboard/ranking.js';
import { StudyFold } from '../../../src/study/fold.js';
import { DEFAULT_ROW_LIMIT, emptyView } from '../../../src/study/study-view.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, failed, finished, logged, result } from '../../support/fixtures/study-events.js';
import { exampleView } from '../../support/fixtures/study-views.js';

describe('leaderboardDocument', () => {
  const document = leaderboardDocument(exampleView());

  it('has the fields that scripts rely on, by their names', () => {
    assert.deepEqual(Object.keys(document), [
      'study',
      'state',
      'engine',
      'version',
      'dataset',
      'trials',
      'durationMs',
      'overheadMsPerTrial',
      'baseline',
      'leaderboard',
      'test',
      'overtuning',
      'confidenceSet',
      'unit',
    ]);
    assert.deepEqual(Object.keys(document.trials), [
      'total',
      'pending',
      'running',
      'complete',
      'pruned',
      'failed',
      'cached',
    ]);
    assert.deepEqual(Object.keys(document.baseline), [
      'validationMae',
      'validationMaeUnits',
      'testMae',
      'testMaeUnits',
    ]);
    assert.deepEqual(Object.keys(document.leaderboard[0] ?? {}), [
      'rank',
      'tied',
      'setPValue',
      'trial',
      'state',
      'params',
      'seeds',
      'objective',
      'objectiveInterval',
      'validationMaeUnits',
      'bestEpoch',
      'epochs',
      'durationMs',
      'parameters',
      'worker',
      'attempts',
      'cached',
      'weightsDigest',
      'engine',
      'bitExact',
      'validationWindows',
      'baselineMae',
      'betterThanBaseline',
    ]);
    assert.deepEqual(Object.keys(document.test[0] ?? {}), [
      'trial',
      'testMae',
      'testMaeUnits',
      'interval',
      'baselineTestMae',
      'baselineTestMaeUnits',
      'pValueVersusBaseline',
      'windows',
      'validation',
      'optimism',
      'optimismUnits',
    ]);
  });

  it('lists a failed trial last: all fields, no rank, and why it failed', () => {
    const [first, ...others] = document.leaderboard;
    const last = others.at(-1);
    assert.deepEqual(Object.keys(last ?? {}), [...Object.keys(first ?? {}), 'error']);
    assert.deepEqual(
      [last?.rank, last?.state, last?.params.learningRate, last?.objective],
      [null, 'FAILED', 1, null],
    );
    assert.deepEqual(last && 'error' in last && last.error.code, 'TRIAL_CRASHED');
  });

  it('lists a failed trial that stands under several indices once', () => {
    const view = foldEvents(
      logged([
        created(),
        ...[0, 1].map((index) => ({
          ...failed(index, { final: true }),
          trial: 'b0b0b0b0',
        })),
      ]),
    );
    assert.equal(view.failed, 2);
    assert.deepEqual(
      listBoard(view).map(({ rank }) => rank),
      [null],
    );
  });

  it('survives JSON unchanged: no NaN, no undefined', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(document)), document);
  });

  it('gives errors in the target’s unit by its standard deviation', () => {
    assert.equal(document.unit, 'degC');
    assert.ok(Math.abs((document.leaderboard[0]?.validationMaeUnits ?? 0) - 0.2616 * 8.85) < 1e-12);
    assert.ok(Math.abs((document.baseline.validationMaeUnits ?? 0) - 0.29 * 8.85) < 1e-12);
    assert.equal(document.baseline.testMaeUnits, 2.62);
  });

  it('has nulls for what a study without a dataset does not have', () => {
    const events = [
      created({ dataset: null }),
      finished(0, 1.5, {
        result: result(1.5, { metrics: { value: 1.5 }, baselineMae: null, objectiveInterval: null }),
      }),
    ];
    const { dataset, unit, baseline, leaderboard, test } = leaderboardDocument(foldEvents(logged(events)));
    assert.deepEqual([dataset, unit, test], [null, null, []]);
    assert.deepEqual(Object.values(baseline), [null, null, null, null]);
    assert.deepEqual([leaderboard[0]?.validationMaeUnits, leaderboard[0]?.objectiveInterval], [null, null]);
  });

  it('lists the seeds of a point in one row and sums their time', () => {
    const spec = { objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' }, repeats: 2 };
    const seeds = [1, 2].map((seed) =>
      finished(seed - 1, 0.26 + seed / 100, { params: { units: 8 }, seed, attempt: seed }),
    );
    const [row] = leaderboardDocument(foldEvents(logged([created({ spec }), ...seeds]))).leaderboard;
    assert.deepEqual(
      [row?.seeds, row?.durationMs, row?.attempts, row?.trial],
      [[1, 2], 2_000, 2, seeds[0]?.trial],
    );
  });
});

describe('selectRows', () => {
  const view = exampleView();
  const ranks = (selection: RowSelection): (number | null)[] =>
    selectRows(listBoard(view), view, selection).map(({ rank }) => rank);

  const cases: [RowSelection, (number | null)[]][] = [
    [{}, [1, 2, 3, 4, null]],
    [{ filter: ['units=32'] }, [1, 3]],
    [{ filter: ['units=32,cell=lstm'] }, [3]],
    [{ filter: ['units==32'] }, [1, 3]],
    [{ filter: ['units=32', 'cell=lstm'] }, [3]],
    [{ filter: ['cell!=gru'] }, [3, 4, null]],
    [{ filter: ['objective<0.27'] }, [1, 2]],
    [{ filter: ['objective <= 0.27'] }, [1, 2, 4]],
    [{ filter: ['learningRate>=1e-3'] }, [1, 2, 4, null]],
    [{ filter: ['cached=true'] }, [3]],
    [{ filter: ['state=PRUNED'] }, [4]],
    [{ filter: ['state=pruned'] }, [4]],
    [{ filter: ['state!=complete'] }, [4, null]],
    [{ filter: ['state=failed'] }, [null]],
    [{ filter: ['error=TRIAL_CRASHED'] }, [null]],
    [{ filter: ['objective=null'] }, [null]],
    [{ filter: ['val MAE<0.265', 'weights>1553'] }, [1]],
    [{ filter: ['°C<2.32'] }, [1]],
    [{ filter: ['params.units=16', 'objectiveLow<0.253'] }, []],
    [{ sort: '-time', top: 1 }, [1]],
    [{ sort: 'weights', top: 1 }, [2]],
    [{ sort: 'objectiveLow', top: 2 }, [1, 2]],
    [{ sort: 'weightsDigest', top: 1 }, [1]],
    [{ filter: ['units=64'] }, []],
    [{ sort: 'learningRate' }, [3, 1, 2, 4, null]],
    [{ sort: '-durationMs' }, [1, 2, 3, 4, null]],
    [{ sort: '-rank', top: 2 }, [4, 3]],
    [{ filter: ['units=16'], top: 1 }, [2]],
  ];
  for (const [selection, expected] of cases) {
    it(`keeps the ranks of the study: ${JSON.stringify(selection)}`, () =>
      assert.deepEqual(ranks(selection), expected));
  }

  it('finds rows without a value by = and != alone, and sorts them last either way', () => {
    const points = [{ model: 'naive' }, { model: 'gru', units: 32 }, { model: 'gru', units: 16 }];
    const events = points.map((params, index) => finished(index, 0.2 + index / 100, { params }));
    const mixed = foldEvents(logged([created({ total: 3 }), ...events]));
    const selected = (selection: RowSelection): number[] =>
      selectRows(rankView(mixed), mixed, selection).map(({ rank }) => rank);
    for (const [filter, ranks] of [
      ['units>16', [2]],
      ['units>=16', [2, 3]],
      ['units<32', [3]],
      ['units<=32', [2, 3]],
      ['units!=32', [1, 3]],
      ['units=null', [1]],
    ] as const) {
      assert.deepEqual(selected({ filter: [filter] }), ranks, filter);
    }
    assert.deepEqual(selected({ sort: 'units' }), [3, 2, 1]);
    assert.deepEqual(selected({ sort: '-units' }), [2, 3, 1]);
  });

  it('finds a row that is far from the best, and for that alone keeps more rows than a table shows', () => {
    const count = DEFAULT_ROW_LIMIT + 200;
    const events = logged([
      created({ total: count }),
      ...Array.from({ length: count }, (_, units) =>
        finished(units, 0.2 + units / count, { params: { units } }),
      ),
    ]);
    const shown = (selection: RowSelection): [kept: number, ranks: number[]] => {
      const fold = new StudyFold(emptyView(rowsToKeep(selection)));
      for (const event of events) fold.apply(event);
      const rows = selectRows(rankView(fold.view), fold.view, selection);
      return [fold.view.rows.length, rows.map(({ rank }) => rank)];
    };
    assert.deepEqual(shown({ filter: [`units=${count - 1}`], top: 5 }), [count, [count]]);
    assert.deepEqual(shown({ sort: '-units', top: 1 }), [count, [count]]);
    assert.deepEqual(shown({ top: 2 }), [DEFAULT_ROW_LIMIT, [1, 2]]);
    assert.equal(shown({})[1].length, count);
  });

  it('refuses names that no row has, listing those there are', () => {
    assert.throws(() => ranks({ filter: ['unit=32'] }), { code: 'USAGE', hint: 'did you mean "units"?' });
    assert.throws(() => ranks({ sort: 'learningrate' }), { hint: 'did you mean "learningRate"?' });
    assert.throws(
      () => ranks({ sort: 'speed' }),
      ({ hint }: SweepError) => /"durationMs"/.test(hint ?? '') && !/ccuracy/.test(hint ?? ''),
    );
    assert.throws(() => ranks({ sort: '__proto__' }), { code: 'USAGE' });
  });

  it('refuses a value that no row could have, with what is there', () => {
    const refused = [
      ['units=eight', /^units is a number, here from 16 to 32$/],
      ['objective<abc', /^objective is a number, here from 0\.2616 to 0\.3$/],
      ['dropout=', /^dropout is the number 0\.2 in all rows$/],
      ['cached=yes', /^cached is true or false$/],
    ] as const;
    for (const [filter, hint] of refused)
      assert.throws(() => ranks({ filter: [filter] }), { code: 'USAGE', hint }, filter);
  });

  it('refuses what is not a condition', () => {
    for (const filter of ['units', '=32', '', 'units=32,', 'units===32', 'units=<32']) {
      assert.throws(() => ranks({ filter: [filter] }), { code: 'USAGE' }, filter);
    }
  });
});

describe('leaderboardCsv', () => {
  it('has one line per row, one column per value, in full precision', () => {
    const lines = leaderboardCsv(exampleView()).split('\r\n');
    assert.equal(lines.length, 7);
    assert.match(
      lines[0] ?? '',
      /^rank,tied,trial,state,params\.cell,params\.units,params\.dropout,params\.learningRate,seeds,objective,/,
    );
    assert.match(lines[1] ?? '', /^1,false,[0-9a-f]{16},COMPLETE,gru,32,0\.2,0\.001,42,0\.2616,/);
    assert.match(
      lines[5] ?? '',
      /^,false,c2e74567[0-9a-f]{8},FAILED,lstm,16,0\.2,1,42,,,.*,TRIAL_CRASHED,[^,]*,false$/,
    );
    assert.equal(lines[6], '');
    assert.equal(new Set(lines.slice(0, 6).map((line) => line.split(',').length)).size, 1);
  });

  it('says in every line which data its figures are of, and that they are made up', () => {
    const header = created();
    assert.ok(header.dataset);
    const dataset = { ...header.dataset, source: 'jena-synthetic', synthetic: true };
    const csv = leaderboardCsv(foldEvents(logged([{ ...header, dataset }, finished(0, 0.2)])));
    const [head, line] = csv.split('\r\n');
    assert.match(head ?? '', /,dataset,synthetic$/);
    assert.match(line ?? '', /,jena-synthetic,true$/);
  });

  it('quotes text with commas, quotes, line ends and outer blanks', () => {
    const params = { a: 'x,y', b: 'say "hi"', c: 'two\nlines', d: ' blank', e: null };
    const csv = leaderboardCsv(foldEvents(logged([created(), finished(0, 0.2, { params })])));
    assert.ok(csv.includes('COMPLETE,"x,y","say ""hi""","two\nlines"," blank",,42,'));
  });
});
