import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { rankRows } from '../../../src/leaderboard/ranking.js';
import type { ConfidenceSet } from '../../../src/study/events.js';
import { buildRow, compareRows, type FinishedRow } from '../../../src/study/finished-row.js';
import { result, trialAt } from '../../support/fixtures/study-events.js';

const direction = fc.constantFrom('minimize' as const, 'maximize' as const);
/** Few values, so that equal objectives are common. */
const objective = fc.integer({ min: 0, max: 6 }).map((tenths) => tenths / 10);

function rowOf(
  index: number,
  value: number,
  state: 'COMPLETE' | 'PRUNED',
  width: number | null,
): FinishedRow {
  const interval = width === null ? null : ([value - width, value + width] as const);
  const seed = {
    trial: trialAt(index),
    index,
    seed: 1,
    worker: 'w1',
    attempts: 1,
    cached: false,
    result: result(value, { state, objectiveInterval: interval }),
  };
  return buildRow(trialAt(index), { units: index }, [seed], [], true);
}

const rows = fc
  .array(
    fc.tuple(
      objective,
      fc.constantFrom('COMPLETE' as const, 'COMPLETE' as const, 'PRUNED' as const),
      fc.option(fc.constantFrom(0, 0.15)),
    ),
    { maxLength: 20 },
  )
  .map((drawn) => drawn.map(([value, state, width], index) => rowOf(index, value, state, width)));

describe('property: ranking', () => {
  it('ignores order and duplicates', () => {
    const disordered = rows.chain((own) =>
      fc.record({
        own: fc.constant(own),
        other: fc.shuffledSubarray([...own, ...own], { minLength: 2 * own.length }),
      }),
    );
    fc.assert(
      fc.property(disordered, direction, ({ own, other }, towards) => {
        assert.deepEqual(rankRows(other, towards), rankRows(own, towards));
      }),
    );
  });

  it('numbers all rows from 1 and never places a worse one before a better one', () => {
    fc.assert(
      fc.property(rows, direction, (own, towards) => {
        const ranked = rankRows(own, towards);
        assert.deepEqual(
          ranked.map(({ rank }) => rank),
          own.map((_, place) => place + 1),
        );
        const complete = ranked.filter(({ row }) => row.state === 'COMPLETE');
        assert.deepEqual(ranked.slice(0, complete.length), complete);
        for (const [place, { row }] of complete.entries()) {
          const next = complete[place + 1];
          if (next === undefined) continue;
          if (towards === 'minimize') assert.ok(row.objective <= next.row.objective);
          else assert.ok(row.objective >= next.row.objective);
        }
      }),
    );
  });

  it('orders rows totally: exactly one of any two distinct rows is before the other', () => {
    fc.assert(
      fc.property(rows, direction, (own, towards) => {
        for (const left of own) {
          for (const right of own) {
            const sum =
              Math.sign(compareRows(left, right, towards)) + Math.sign(compareRows(right, left, towards));
            assert.equal(sum, 0);
            assert.equal(compareRows(left, right, towards) === 0, left === right);
          }
        }
      }),
    );
  });

  it('ties exactly the complete rows of the winner’s own confidence set', () => {
    fc.assert(
      fc.property(
        rows,
        direction,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (own, towards, values) => {
          const first = rankRows(own, towards);
          const set: ConfidenceSet = {
            over: 'samples',
            rows: first.map(({ row }, at) => ({
              trial: row.trial,
              pValue: at === 0 ? 1 : (values[at] ?? 0),
            })),
            notCompared: 0,
          };
          const members = new Map(set.rows.map(({ trial, pValue }) => [trial, pValue]));
          rankRows(own, towards, set).forEach(({ row, tied, setPValue }, at) => {
            assert.equal(setPValue, row.state === 'COMPLETE' ? members.get(row.trial) : null);
            assert.equal(tied, at > 0 && setPValue !== null && setPValue > 0.05);
          });
          const ofAnother = { ...set, rows: [{ trial: 'another', pValue: 1 }, ...set.rows] };
          assert.ok(
            rankRows(own, towards, ofAnother).every(({ tied, setPValue }) => !tied && setPValue === null),
          );
          assert.ok(rankRows(own, towards).every(({ tied }) => !tied));
        },
      ),
    );
  });
});
