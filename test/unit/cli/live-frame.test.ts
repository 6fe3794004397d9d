// The picture of a study: no line wider than the terminal, never more lines than it has, nothing of others' text but letters,
// and the most important first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { frame, listedTrials } from '../../../src/cli/terminal/live/frame.js';
import { liveBoard, ORDERS } from '../../../src/cli/terminal/live/live-board.js';
import { type LiveState, planOf } from '../../../src/cli/terminal/live/live-state.js';
import { FIRST_UI, type LiveUi } from '../../../src/cli/terminal/live/live-ui.js';
import { StudyTrace } from '../../../src/cli/terminal/live/study-trace.js';
import { lineWidth, paintLine } from '../../../src/cli/terminal/screen/styled-line.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { headerOf } from '../../../src/study/study-view.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import {
  created,
  failed,
  finished,
  logged,
  queued,
  reported,
  started,
  trialAt,
} from '../../support/fixtures/study-events.js';

const HOSTILE = '\u001b]0;x\u0007\u001b[2J漢字\u202e👩‍👩‍👧é\nFORGED';
const UNSAFE = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function stateOf(
  events: readonly StudyEvent[],
  ui: LiveUi = FIRST_UI,
  more: Partial<LiveState> = {},
): LiveState {
  const all = logged(events);
  const view = foldEvents(all);
  const trace = new StudyTrace();
  for (const one of all) trace.observe(one);
  return {
    view,
    attendance: 'here',
    work: { durationMs: 125_000, etaMs: 60_000, trialsPerMinute: 3.2 },
    workers: [{ worker: 'w1', slots: 2, state: 'up', backend: 'native avx2' }],
    failures: trace.failures,
    curveOf: (trial) => trace.curveOf(trial),
    board: liveBoard(view, ui.order, ui.filter),
    plan: planOf(headerOf(view)),
    phase: null,
    notes: [],
    pinned: [],
    resumeCommand: 'sweep resume grid-7f3a',
    leaving: 'leave the view',
    ...more,
  };
}

function textOf(state: LiveState, ui: LiveUi, columns: number, rows: number): string {
  return frame(state, ui, { columns, rows })
    .lines.map((line) => line.map(({ text }) => text).join(''))
    .join('\n');
}

/** Three trials run, two have ended, one has failed. */
function someEvents(text = 'plain'): StudyEvent[] {
  const params = (index: number) => ({ [`p${text}`.slice(0, 40)]: `${text}${index}`, units: index });
  return [
    created({
      study: 'grid-7f3a',
      total: 8,
      spec: { ...(created().spec as object), sampler: { type: 'tpe' }, scheduler: { type: 'asha' } },
    }),
    { type: 'study.state', state: 'running', durationMs: 0 },
    ...[0, 1, 2, 3, 4, 5].flatMap((index) => [queued(index, { params: params(index) }), started(index)]),
    finished(0, 0.25, { params: params(0) }),
    finished(1, 0.31, { params: params(1) }),
    failed(2, { final: true, params: params(2), error: { code: 'TRIAL_CRASHED', message: `m${text}` } }),
    reported(3, 1, 0.4),
    reported(3, 2, 0.3),
    reported(4, 1, 0.2),
  ];
}

test('at 80 × 24 it tells what a person looks for', () => {
  const text = textOf(stateOf(someEvents()), FIRST_UI, 80, 24);
  assert.match(text, /^grid-7f3a {2}running$/m);
  assert.match(text, /sampler tpe · scheduler asha/);
  assert.match(text, /3\/8 trials · 2 min 05 s · ETA 1 min 00 s · 3\.2 trials\/min/);
  assert.match(text, /3 running · 2 waiting · 2 complete · 1 failed · 1 worker, 2 slots, by native av…/);
  assert.match(text, /00000000 +2 +2\.65 °C +█▁ +−0\.44 °C to lead +w1/);
  assert.match(text, / 1\.77 °C .*leads by 0\.44 °C/);
  assert.match(text, / – +nothing reported yet/);
  assert.match(text, /1 {2}00000000 +2\.21 °C/);
  assert.match(text, /failed 00000000 on w1 TRIAL_CRASHED: mplain/);
  // Common sense (0.29) between the first and the second.
  const board = text.slice(text.indexOf('leaderboard'));
  assert.match(board, /\n1 .*2\.21 °C.*\n +naive persistence +2\.57 °C *\n2 .*2\.74 °C/);
  assert.match(text.split('\n').at(-1)!, /^p pause · s sort · \/ filter .* \? help · q leave$/);
});

test('a paused study says so in words, one that nobody runs how it goes on', () => {
  const paused: StudyEvent = { type: 'study.state', state: 'paused', durationMs: 0 };
  const text = textOf(stateOf([...someEvents(), paused]), FIRST_UI, 80, 24);
  assert.match(text, /grid-7f3a {2}paused: what runs is finished, nothing new begins; r goes on/);
  assert.match(text, /^r resume · s sort/m);
  const left = stateOf(someEvents(), FIRST_UI, { attendance: 'nobody' });
  assert.match(textOf(left, FIRST_UI, 80, 24), /nobody runs it; go on with: sweep resume grid-7f3a/);
});

test('one trial: its parameters, its place, its curve beside common sense', () => {
  const ui: LiveUi = { ...FIRST_UI, page: 'trial', selected: trialAt(3) };
  const text = textOf(stateOf(someEvents(), ui), ui, 80, 24);
  assert.match(text, /trial 0000000000000003/);
  assert.match(text, /to lead {4}−0\.44 °C to lead/);
  assert.match(text, /units=3/);
  assert.match(text, /[⠁-⣿]/);
});

test('one trial whatever the filter and the order: its row, a seed of it, and the leader beside it', () => {
  const ui: LiveUi = { ...FIRST_UI, page: 'trial', order: 'newest', filter: 'units=1', selected: trialAt(0) };
  const text = textOf(stateOf(someEvents(), ui), ui, 80, 24);
  assert.match(text, /trial 0000000000000000[\s\S]*rank +1/);
  const other = { ...ui, selected: trialAt(1) };
  // Trial 1 is the newest that has ended; the leader is trial 0.
  const events = [...someEvents(), reported(0, 1, 0.25), reported(1, 1, 0.31)];
  assert.match(textOf(stateOf(events, other), other, 80, 24), /─ leader {2}─ this trial/);
});

test('of no size is a line too wide or one too many, whatever texts hold', () => {
  const states = [someEvents(), someEvents(HOSTILE), someEvents().slice(0, 1)];
  const pages: LiveUi[] = [
    FIRST_UI,
    { ...FIRST_UI, page: 'help' },
    { ...FIRST_UI, page: 'trial', selected: trialAt(3) },
    { ...FIRST_UI, page: 'trial', selected: trialAt(2) },
    { ...FIRST_UI, isTyping: true, filter: HOSTILE },
    { ...FIRST_UI, order: 'newest', selected: trialAt(0), message: HOSTILE },
    { ...FIRST_UI, filter: 'no=such' },
  ];
  const cases = states.flatMap((events) =>
    pages.map((ui) => ({ ui, state: stateOf(events, ui, { notes: [HOSTILE, 'note'], pinned: [HOSTILE] }) })),
  );
  const colors = picocolors.createColors(false);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 220 }),
      fc.integer({ min: 1, max: 60 }),
      fc.nat(cases.length - 1),
      (columns, rows, at) => {
        const { state, ui } = cases[at]!;
        const { lines } = frame(state, ui, { columns, rows });
        assert.ok(lines.length <= rows, `${lines.length} lines in ${rows}`);
        for (const line of lines) {
          const text = paintLine(line, columns, colors);
          assert.ok(lineWidth(line) <= columns && stringWidth(text) <= columns, JSON.stringify(text));
          assert.doesNotMatch(text, UNSAFE);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('ten thousand trials and a thousand that run: the best at the top, and the chosen one in sight', () => {
  const events: StudyEvent[] = [
    created({ total: 12_000 }),
    { type: 'study.state', state: 'running', durationMs: 0 },
  ];
  for (let index = 0; index < 10_000; index++) events.push(finished(index, 0.2 + index / 50_000));
  for (let index = 10_000; index < 11_000; index++) events.push(queued(index), started(index));
  const state = stateOf(events);
  const text = textOf(state, FIRST_UI, 80, 24);
  assert.match(text, /and \d+ more that run/);
  assert.match(text, /1 {2}00000000 +1\.77/);
  const chosen = listedTrials(state)[1_500]!;
  const { lines } = frame(state, { ...FIRST_UI, selected: chosen }, { columns: 80, rows: 24 });
  assert.ok(
    lines.some((line) =>
      line.some(({ style, text: shown }) => style === 'inverse' && shown.trim() === chosen.slice(0, 8)),
    ),
  );
});

test('a filter takes a text, or the conditions of the leaderboard; what is wrong with one is said', () => {
  const { view } = stateOf(someEvents());
  assert.equal(liveBoard(view, 'rank', 'UNITS=1').rows.length, 3, 'an unknown name filters nothing');
  assert.match(liveBoard(view, 'rank', 'UNITS=1').problem ?? '', /no column or parameter "UNITS"/);
  assert.equal(liveBoard(view, 'rank', 'units<1').rows.length, 1);
  assert.equal(liveBoard(view, 'rank', 'crashed').rows.length, 1);
  for (const { name } of ORDERS) assert.equal(liveBoard(view, name, '').rows.length, 3, name);
});
