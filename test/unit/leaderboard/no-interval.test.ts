// What cannot bear an interval: no tie, no p-value, and every output says why.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import { notesOf } from '../../../src/report/experiment-table.js';
import { describeReport } from '../../../src/report/study-report.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, result, trialAt } from '../../support/fixtures/study-events.js';

const fewWindows = (objective: number) =>
  result(objective, { objectiveInterval: null, objectiveIntervalReason: 'too-few' });
const events: StudyEvent[] = [
  created({ total: 2 }),
  finished(0, 0.27, { result: fewWindows(0.27) }),
  finished(1, 0.27, { result: fewWindows(0.27) }),
  { type: 'study.state', state: 'complete', durationMs: 1_000 },
  {
    type: 'study.tested',
    tests: [
      {
        trial: trialAt(0),
        testMae: 0.27,
        testMaeUnits: 2.4,
        interval: null,
        intervalReason: 'too-few',
        baselineTestMae: 0.3,
        baselineTestMaeUnits: 2.6,
        pValueVersusBaseline: null,
        pValueReason: 'too-few',
        windows: 1,
      },
    ],
    confidenceSet: { over: 'samples', rows: [], notCompared: 0, reason: 'too-few' },
  },
];
const view = foldEvents(logged(events));

describe('a study of one window', () => {
  it('has no tie, though its trials are equal', () => {
    assert.deepEqual(
      rankView(view).map(({ tied }) => tied),
      [false, false],
    );
  });

  it('says in its table why there is no interval, no tie and no p-value', () => {
    const text = leaderboardTable(view, { width: 200, useColor: false });
    assert.match(text, /no 95 % interval: it takes 30 windows or more/);
    assert.match(text, /no trial is called tied with the winner: it takes 30 windows or more/);
    assert.match(text, /test set: MAE 2\.40 °C \(no 95 % interval: it takes 30 windows or more\)/);
    assert.match(text, /on the same 1 window, no p-value for the same reason/);
    assert.match(text, /whether it is better than naive persistence these windows cannot tell/);
    assert.doesNotMatch(text, /p [<=]/);
  });

  it('gives scripts null and one word', () => {
    const { leaderboard, test } = leaderboardDocument(view);
    assert.deepEqual(
      leaderboard.map((row) => [row.objectiveInterval, row.objectiveIntervalReason]),
      [
        [null, 'too-few'],
        [null, 'too-few'],
      ],
    );
    const [tested] = test;
    assert.ok(tested !== undefined && 'testMae' in tested);
    assert.deepEqual(
      [tested.interval, tested.intervalReason, tested.pValueVersusBaseline, tested.pValueReason],
      [null, 'too-few', null, 'too-few'],
    );
  });

  it('gives the word in its CSV, where the interval would stand', () => {
    const [head = '', ...lines] = leaderboardCsv(view).trimEnd().split('\r\n');
    const names = head.split(',');
    const at = names.indexOf('objectiveIntervalReason');
    assert.equal(names[at - 1], 'objectiveHigh');
    for (const line of lines) assert.deepEqual(line.split(',').slice(at - 2, at + 1), ['', '', 'too-few']);
    const sound = foldEvents(logged([created(), finished(0, 0.2)]));
    const [, line = ''] = leaderboardCsv(sound).split('\r\n');
    assert.equal(line.split(',')[at], '', 'with an interval there is none');
  });

  it('says it in its report', () => {
    const notes = notesOf(describeReport({ view, curves: new Map(), chapter: null, departures: [] })).join(
      '\n',
    );
    assert.match(notes, /No 95 % interval of any experiment: it takes 30 windows or more\./);
    assert.match(notes, /\(no 95 % interval: it takes 30 windows or more\) on 1 window;/);
  });
});

describe('a study that was not compared row by row', () => {
  const complete = events.map((event): StudyEvent => {
    if (event.type !== 'study.tested') return event;
    const { confidenceSet: _, ...older } = event;
    return older;
  });
  const tableOf = (list: readonly StudyEvent[]) =>
    leaderboardTable(foldEvents(logged([...list])), { width: 200, useColor: false });

  it('has no tie, and says that an older version ended it', () => {
    assert.ok(
      rankView(foldEvents(logged(complete))).every(({ tied, setPValue }) => !tied && setPValue === null),
    );
    assert.match(
      tableOf(complete),
      /no trial is called tied with the winner: an older version ended this study/,
    );
    assert.equal(leaderboardDocument(foldEvents(logged(complete))).confidenceSet, null);
  });

  it('says nothing of ties while it runs, and what is stale when it went on', () => {
    assert.doesNotMatch(tableOf(events.slice(0, 3)), /tied/);
    const found = { over: 'samples', rows: [{ trial: trialAt(7), pValue: 1 }], notCompared: 0 } as const;
    const stale: StudyEvent = { type: 'study.tested', tests: [], confidenceSet: found };
    assert.match(tableOf([...events, stale]), /the study went on since its rows were compared/);
  });
});

describe('repeats', () => {
  const seeds = (metric: string, values: readonly number[]) => {
    const spec = { objective: { metric, direction: 'minimize', epoch: 'best' }, repeats: values.length };
    const ended = values.map((value, seed) => finished(seed, value, { params: { units: 1 }, seed }));
    return foldEvents(logged([created({ spec, total: values.length }), ...ended])).rows[0]!;
  };

  it('of an accuracy near the end stay below 100 %', () => {
    const { objectiveInterval: interval, objective } = seeds('validationAccuracy', [0.98, 1, 0.93]);
    assert.ok(interval !== null && interval[0] > 0 && interval[1] < 1, `${interval}`);
    assert.ok(interval[0] < objective && objective < interval[1]);
  });

  it('of every error stay above zero, though one seed is far off or right', () => {
    for (const metric of ['validationMae', 'validationMse', 'validationRmse', 'validationLoss', 'trainLoss'])
      for (const values of [
        [0.2, 0.9],
        [0, 0.1, 2],
      ]) {
        const { objectiveInterval: interval } = seeds(metric, values);
        assert.ok(
          interval !== null && interval[0] >= 0 && interval[0] < interval[1],
          `${metric} ${interval}`,
        );
      }
  });

  it('of the same value have none, and say why', () => {
    const row = seeds('validationAccuracy', [1, 1, 1]);
    assert.deepEqual([row.objectiveInterval, row.objectiveIntervalReason], [null, 'same-seeds']);
  });
});
