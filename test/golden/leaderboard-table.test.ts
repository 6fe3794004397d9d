// The table as a person sees it. The texts were read by a person before they were put here; a change to them is a change
// to the product's face.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { selectRows } from '../../src/leaderboard/filter.js';
import { leaderboardTable } from '../../src/leaderboard/leaderboard-table.js';
import { listBoard, rankView } from '../../src/leaderboard/ranking.js';
import { foldEvents } from '../support/fixtures/fold-events.js';
import { created, failed, finished, logged, result, trialAt } from '../support/fixtures/study-events.js';
import { exampleView } from '../support/fixtures/study-views.js';

const table = (width: number, synthetic = false): string =>
  leaderboardTable(exampleView({ synthetic }), { width, useColor: false });
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
const framed = (text: string): string => text.slice(0, text.lastIndexOf('─') + 1);

describe('golden: leaderboard table', () => {
  it('shows all there is room for', () => {
    assert.equal(table(160), WIDE);
  });

  it('leaves out the least important columns in 80', () => {
    assert.equal(framed(table(80)), NARROW);
  });

  it('puts all parameters into one cell in 54', () => {
    assert.equal(framed(table(54)), TINY);
  });

  it('names the columns it left out, and none where it has room', () => {
    assert.match(table(80), /^not shown: weights, time, best\/epochs, 95 % interval \(/m);
    assert.match(table(54), /^not shown: .*, state \(/m);
    assert.doesNotMatch(table(160), /not shown/);
    assert.equal(table(Number.POSITIVE_INFINITY), table(160));
  });

  it('names with whose error it shows where the unit is unknown', () => {
    const dataset = { ...created().dataset!, target: 'load', unit: null };
    const text = leaderboardTable(foldEvents(logged([created({ dataset }), finished(0, 0.2)])), {
      width: 160,
      useColor: false,
    });
    assert.match(text, /val MAE +MAE load +95/);
  });

  it('ends in a command that finds the study where it lies', () => {
    const text = leaderboardTable(exampleView(), {
      width: 160,
      useColor: false,
      commandSuffix: ' --home elsewhere',
    });
    assert.match(text, /why: sweep explain grid-7f3a c2e74567 --home elsewhere$/m);
  });

  it('shows trials that all failed, for want of ranked ones', () => {
    const events = [created(), failed(0, { final: true }), failed(1, { final: true })];
    const text = leaderboardTable(foldEvents(logged(events)), { width: 80, useColor: false });
    assert.match(text, /^– {2}00000000 {2}1 {6}TRIAL_CRASHED$/m);
  });

  it('fits every width that it can fit without cutting words', () => {
    for (let width = 54; width <= 160; width += 1)
      assert.ok(widest(framed(table(width))) <= width, `width ${width}`);
  });

  it('says loudly that the data is synthetic, in the last line', () => {
    const lines = table(160, true).trimEnd().split('\n');
    assert.match(lines.at(-1) ?? '', /SYNTHETIC DATA \(jena-synthetic\)/);
    assert.ok(!table(160).includes('SYNTHETIC'));
  });

  it('has the same text with colour, and no escape sequence without', () => {
    const view = exampleView();
    const coloured = leaderboardTable(view, { width: 160, useColor: true });
    assert.notEqual(coloured, WIDE);
    assert.equal(stripVTControlCharacters(coloured), WIDE);
    assert.equal(stripVTControlCharacters(WIDE), WIDE);
  });

  it('places naive persistence before the first row that does not beat it, whatever is shown', () => {
    const view = exampleView();
    const shown = leaderboardTable(view, { width: 160, useColor: false, rows: rankView(view).slice(0, 1) });
    assert.deepEqual(firstCells(shown), ['1', 'naive']);
    assert.match(shown, /1 of 5 rows shown/);
    const sorted = selectRows(listBoard(view), view, { sort: '-rank' });
    assert.deepEqual(firstCells(leaderboardTable(view, { width: 160, useColor: false, rows: sorted })), [
      '4',
      '3',
      '≈',
      '1',
      '–',
      'naive',
    ]);
  });

  it('lets no control character of a parameter through', () => {
    const params = { name: '\u001b[2J\u0007evil\r\n', other: 1 };
    const events = [
      created(),
      finished(0, 0.2, { params }),
      finished(1, 0.3, { params: { ...params, name: 'x'.repeat(100) } }),
    ];
    const text = leaderboardTable(foldEvents(logged(events)), { width: 160, useColor: false });
    assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
    assert.match(text, / \\u001b\[2J\\u0007evil\\r\\n /);
  });

  it('says so when there is nothing to show yet', () => {
    const text = leaderboardTable(foldEvents(logged([created()])), { width: 80, useColor: false });
    assert.equal(text, 'No trial to show yet.\n');
  });

  it('shows objectives without unit or baseline for a study that trains nothing, with the epochs of its programs', () => {
    const spec = { objective: { metric: 'value', direction: 'minimize', epoch: 'best' } };
    const metrics = { value: 0.39789 };
    const own = result(0.39789, { metrics, baselineMae: null, objectiveInterval: null });
    const text = leaderboardTable(
      foldEvents(logged([created({ spec, dataset: null }), finished(0, 0.4, { result: own })])),
      { width: 100, useColor: false },
    );
    assert.match(text, /^1 +00000000 +0\.3979 +2\/3 +1\.0 s +complete$/m);
    assert.doesNotMatch(text, /naive|°C/);
  });

  it('counts the seeds of a row against those it can have', () => {
    const spec = { objective: { metric: 'validationMae', direction: 'minimize' }, repeats: 2 };
    const twin = { params: { units: 0 }, trial: trialAt(0) } as Parameters<typeof finished>[2];
    const events = [
      ...[finished(0, 0.1), finished(1, 0.1, twin)],
      ...[finished(2, 0.2), finished(3, 0.3, { params: { units: 2 } })],
      ...[finished(4, 0.4), failed(5, { params: { units: 4 }, final: true })],
      finished(6, 0.5),
    ];
    const view = foldEvents(logged([created({ spec, total: 8 }), ...events]));
    const lines = leaderboardTable(view, { width: 160, useColor: false }).split('\n');
    const seeds = lines.flatMap((line) => / ([0-9]\/[0-9]) /.exec(line)?.[1] ?? []);
    assert.deepEqual(seeds, ['1/1', '2/2', '1/2', '1/2']);
  });
});

function firstCells(text: string): string[] {
  return framed(text)
    .split('\n')
    .slice(3, -1)
    .map((line) => line.trim().split(' ')[0]!);
}

const WIDE = `───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  #  trial     cell  units  learningRate  val MAE    °C  95 % interval  best/epochs  weights        time  state
───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
  1  3f9c2e71  gru   32     0.001          0.2616  2.32    2.23 … 2.40        14/20    4,577  1 min 23 s  complete
≈ 2  a3f9c2e7  gru   16     0.001          0.2651  2.35    2.26 … 2.43          2/3    1,553        42 s  complete
     naive persistence                     0.2900  2.57                                    0
  3  f9c2e723  lstm  32     0.0001         0.3000  2.65    2.57 … 2.74          2/3    4,577       1.0 s  complete, cached
  4  9c2e7345  lstm  16     0.01           0.2700  2.39    2.30 … 2.48          2/3    4,577       1.0 s  pruned
  –  c2e74567  lstm  16     1             TRIAL_CRASHED
───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
the same in all rows: dropout=0.2
≈ marks 1 trial tied with the winner in the 95 % model confidence set
1 trial failed: 1 TRIAL_CRASHED; why: sweep explain grid-7f3a c2e74567
test set: MAE 2.41 °C (95 % interval 2.35 … 2.47) by the winner, trial 3f9c2e71
          naive persistence 2.62 °C on the same 119,952 windows, p = 0.002
          optimism +0.09 °C: the validation samples said 2.32 °C
`;

const NARROW = `──────────────────────────────────────────────────────────────────────────
  #  trial     cell  units  learningRate  val MAE    °C  state
──────────────────────────────────────────────────────────────────────────
  1  3f9c2e71  gru   32     0.001          0.2616  2.32  complete
≈ 2  a3f9c2e7  gru   16     0.001          0.2651  2.35  complete
     naive persistence                     0.2900  2.57
  3  f9c2e723  lstm  32     0.0001         0.3000  2.65  complete, cached
  4  9c2e7345  lstm  16     0.01           0.2700  2.39  pruned
  –  c2e74567  lstm  16     1             TRIAL_CRASHED
──────────────────────────────────────────────────────────────────────────`;

const TINY = `──────────────────────────────────────────────────────
  #  trial     parameters               val MAE    °C
──────────────────────────────────────────────────────
  1  3f9c2e71  cell=gru units=32         0.2616  2.32
               learningRate=0.001
≈ 2  a3f9c2e7  cell=gru units=16         0.2651  2.35
               learningRate=0.001
     naive persistence                   0.2900  2.57
  3  f9c2e723  cell=lstm units=32        0.3000  2.65
               learningRate=0.0001
  4  9c2e7345  cell=lstm units=16        0.2700  2.39
               learningRate=0.01
  –  c2e74567  cell=lstm units=16       TRIAL_CRASHED
               learningRate=1
──────────────────────────────────────────────────────`;
