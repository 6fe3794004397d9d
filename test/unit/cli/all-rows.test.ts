// Rows beyond what memory holds: the same text as from a view that keeps all, work and memory that grow with the rows.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { AllRows } from '../../../src/cli/leaderboard/all-rows.js';
import { SpilledSort } from '../../../src/cli/leaderboard/spilled-sort.js';
import { type RowSelection, selectFrom, selectRows } from '../../../src/leaderboard/filter.js';
import { csvLines, leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { documentParts, leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { namedFields } from '../../../src/leaderboard/named-fields.js';
import { listBoard } from '../../../src/leaderboard/ranking.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { StudyFold } from '../../../src/study/fold.js';
import { emptyView } from '../../../src/study/study-view.js';
import { created, failed, finished, logged, started } from '../../support/fixtures/study-events.js';

const REPEATS = 2;

/** Points of two seeds and two kinds of parameters; equal values, failures, the same trials twice, a point half done. */
function mixedStudy(points: number): StudyEvent[] {
  const spec = { repeats: REPEATS, objective: { metric: 'validationMae', direction: 'minimize' } };
  const events: StudyEvent[] = [created({ spec, total: points * REPEATS })];
  for (let index = 0; index < points * REPEATS - 1; index++) {
    const point = Math.floor(index / REPEATS);
    const params = point % 3 === 0 ? { filters: point, cell: 'conv' } : { units: point, cell: 'gru' };
    if (point % 7 === 0) events.push(failed(index, { params, final: true }));
    else events.push(finished(index, ((point * 37) % 11) / 10 + (index % REPEATS) / 100, { params }));
  }
  return events;
}

/** Some of the trials are stopped after their ends. */
function withLateStops(events: readonly StudyEvent[]): StudyEvent[] {
  const stops = events.flatMap((event): StudyEvent[] =>
    event.type === 'trial.finished' && event.index % 5 === 1
      ? [
          {
            type: 'trial.stop',
            trial: event.trial,
            index: event.index,
            reason: 'rung 1',
            epoch: 1,
            counted: { epoch: 1, metrics: { validationMae: event.index / 7, trainLoss: 1 } },
          },
        ]
      : [],
  );
  return [...events, ...stops];
}

function asText(
  t: TestContext,
  events: readonly StudyEvent[],
  selection: RowSelection,
): { csv: string; json: string } {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-test-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const rows: AllRows = new AllRows(() => fold.view.header, { heldAtOnce: 8, directory });
  const fold = new StudyFold(emptyView(), rows);
  for (const event of logged(events)) fold.apply(event);
  const source = rows.finish(fold.view);
  const select = () => selectFrom(source, fold.view, selection, rows.sortRows);
  const fields = namedFields(fold.view, source.best, source.params);
  const texts = {
    csv: [...csvLines(fold.view, select(), fields)].join(''),
    json: [...documentParts(fold.view, select())].join(''),
  };
  rows.close();
  assert.deepEqual(readdirSync(directory), [], 'nothing stays on the disk');
  return texts;
}

function inMemory(events: readonly StudyEvent[], selection: RowSelection): { csv: string; json: string } {
  const fold = new StudyFold(emptyView(Number.POSITIVE_INFINITY));
  for (const event of logged(events)) fold.apply(event);
  const board = listBoard(fold.view);
  const rows = selectRows(board, fold.view, selection);
  const fields = namedFields(fold.view, board);
  return {
    csv: [...csvLines(fold.view, rows, fields)].join(''),
    json: `${JSON.stringify(leaderboardDocument(fold.view, rows), null, 2)}\n`,
  };
}

describe('AllRows', () => {
  const events = mixedStudy(120);
  const selections: readonly RowSelection[] = [
    {},
    { top: 13 },
    { sort: '-durationMs' },
    { sort: '-units', top: 50 },
    { filter: ['cell=gru', 'objective<0.8'] },
    { filter: ['state=failed'], sort: 'trial' },
  ];
  for (const selection of selections) {
    it(`writes what a view of all rows would: ${JSON.stringify(selection)}`, (t) => {
      assert.deepEqual(asText(t, events, selection), inMemory(events, selection));
    });
  }

  it('writes what a view of all rows would where trials were stopped in hindsight', (t) => {
    const late = withLateStops(events);
    const texts = asText(t, late, {});
    assert.deepEqual(texts, inMemory(late, {}));
    assert.equal([...texts.csv.matchAll(/,PRUNED,/g)].length > 10, true);
    assert.doesNotMatch(inMemory(events, {}).csv, /PRUNED/);
  });

  it('writes a study without rows', (t) => {
    const none = [created(), started(0)];
    assert.deepEqual(asText(t, none, {}), inMemory(none, {}));
    assert.equal(JSON.parse(asText(t, none, {}).json).leaderboard.length, 0);
    const view = new StudyFold(emptyView()).view;
    assert.equal(leaderboardCsv(view).split('\r\n').length, 2);
  });

  it('refuses a value that no row could have, also of rows that are on the disk', (t) => {
    assert.throws(() => asText(t, events, { filter: ['objective<good'] }), { code: 'USAGE' });
    assert.throws(() => asText(t, events, { filter: ['unitz=1'] }), { code: 'USAGE' });
  });
});

describe('SpilledSort', () => {
  const options = {
    compare: (left: number, right: number) => {
      compared += 1;
      return left - right;
    },
    toJson: (item: number) => item,
    fromJson: (json: unknown) => json as number,
  };
  let compared = 0;

  /** Comparisons to put so many numbers in order, which are checked on the way. */
  function work(count: number, heldAtOnce: number): number {
    compared = 0;
    const sort = new SpilledSort({ ...options, heldAtOnce });
    let state = 1;
    for (let added = 0; added < count; added++) {
      state = (state * 16_807) % 2_147_483_647;
      sort.add(state);
    }
    let before = Number.NEGATIVE_INFINITY;
    let seen = 0;
    for (const item of sort.sorted()) {
      assert.ok(item >= before);
      before = item;
      seen += 1;
    }
    sort.close();
    assert.equal(seen, count);
    return compared;
  }

  it('does n log n comparisons', () => {
    const [few, many] = [work(4_000, 500), work(32_000, 500)];
    // Eight times the items, and log 32,000 / log 4,000 = 1.25 times the comparisons each; n² would be 64 times.
    assert.ok(many / few < 8 * 2, `${few} and ${many} comparisons`);
  });

  it('holds no more than one run', () => {
    const items = new SpilledSort<{ readonly place: number }>({
      compare: (left, right) => left.place - right.place,
      toJson: (item) => item,
      fromJson: (json) => json as { readonly place: number },
      heldAtOnce: 100,
    });
    const first = { place: 7 };
    items.add(first);
    for (let place = 8; place < 500; place++) items.add({ place });
    const [again] = items.sorted();
    assert.deepEqual(again, first);
    assert.notEqual(again, first, 'it was read back from the disk');
    items.close();
  });

  it('keeps items that are equal in the order they came in', () => {
    const sort = new SpilledSort<{ readonly value: number; readonly place: number }>({
      compare: (left, right) => left.value - right.value,
      toJson: (item) => item,
      fromJson: (json) => json as { readonly value: number; readonly place: number },
      heldAtOnce: 7,
    });
    for (let place = 0; place < 200; place++) sort.add({ value: place % 3, place });
    const sorted = [...sort.sorted()];
    for (const [at, item] of sorted.entries()) {
      const before = sorted[at - 1];
      if (before?.value === item.value) assert.ok(before.place < item.place);
    }
    sort.close();
  });
});
