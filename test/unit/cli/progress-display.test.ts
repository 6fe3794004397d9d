// The lines of progress where no terminal is: what they say of a finished trial's objective.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { CliContext } from '../../../src/cli/context.js';
import {
  createProgressDisplay,
  type ProgressDisplayOptions,
  type ProgressSnapshot,
  progressLine,
} from '../../../src/cli/terminal/progress-display.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged } from '../../support/fixtures/study-events.js';

/** What is written of the end of trial 0, whose objective is 0.5. */
function lineOfEnd(t: TestContext, study: StudyEvent): string {
  const events = logged([study, finished(0, 0.5)]);
  const view = foldEvents(events);
  const written: string[] = [];
  const display = createProgressDisplay({
    context: { stderr: { write: (text: string) => written.push(text) > 0 } } as unknown as CliContext,
    isQuiet: false,
    snapshot: () => ({ ended: 1, total: 1, etaMs: null }) as ReturnType<ProgressDisplayOptions['snapshot']>,
    view: () => view,
  });
  t.after(() => display.stop());
  display.onEvent(events[1]!, view);
  return written.join('');
}

function studyWith(metric: string, unit: string | null): StudyEvent {
  const study = created({ spec: { objective: { metric, direction: 'minimize', epoch: 'best' } } });
  assert.ok(study.dataset !== null);
  const kind = metric === 'validationAccuracy' ? ({ kind: 'reviews' } as const) : {};
  return { ...study, dataset: { ...study.dataset, ...kind, target: 'load', unit, targetStd: 8 } };
}

const cases: readonly [metric: string, unit: string | null, said: RegExp][] = [
  ['validationMae', 'degC', / {2}0\.5000 \(4\.00 °C\) {2}/],
  ['validationMae', 'hPa', / {2}0\.5000 \(4\.00 hPa\) {2}/],
  ['validationMae', null, / {2}0\.5000 \(MAE load 4\.00\) {2}/],
  ['validationAccuracy', null, / {2}50\.00 % {2}/],
  ['validationLoss', 'degC', / {2}0\.5000 {2}/],
];
for (const [metric, unit, said] of cases)
  test(`a ${metric} of a target in ${unit ?? 'no known unit'} is told in what it is measured in`, (t) =>
    assert.match(lineOfEnd(t, studyWith(metric, unit)), said));

test('objectives that lie close are told apart as the table tells them apart', (t) => {
  const study = studyWith('validationLoss', null);
  const values = [1_700_000_001, 1_700_000_000, 1_699_999_999.5];
  const events = logged([study, ...values.map((value, index) => finished(index, value))]);
  const view = foldEvents(events);
  const written: string[] = [];
  const display = createProgressDisplay({
    context: { stderr: { write: (text: string) => written.push(text) > 0 } } as unknown as CliContext,
    isQuiet: false,
    snapshot: () => ({ ended: 1, total: 1, etaMs: null }) as ReturnType<ProgressDisplayOptions['snapshot']>,
    view: () => view,
  });
  t.after(() => display.stop());
  for (const event of events.slice(1)) display.onEvent(event, view);
  const shown = written.map((line) => line.split('  ')[1]);
  assert.equal(new Set(shown).size, values.length, shown.join(' '));
});

test('a finished trial tells which of its epochs was the best, and how many there were', (t) =>
  assert.match(lineOfEnd(t, studyWith('validationMae', 'degC')), / {2}best epoch 2 of 3, 1\.0 s$/m));

test('a paused study says so where its ETA stood', () => {
  const snapshot = { ended: 1, total: 4, running: 0, failed: 0, best: null, etaMs: null, isPaused: true };
  assert.match(progressLine(snapshot, '–', 80), /1\/4 trials · 0 running · paused · best –$/);
});

test('the line of progress fits the terminal: the bar gives way first, then the best value, never the ETA', () => {
  const snapshot: ProgressSnapshot = {
    ended: 12,
    total: 96,
    running: 2,
    failed: 3,
    best: 0.2616,
    etaMs: 3_600_000,
    isPaused: false,
  };
  const line = (columns: number): string => progressLine(snapshot, '0.2616 (2.32 °C)', columns);
  assert.equal(
    line(120),
    `${'█'.repeat(3)}${'░'.repeat(25)} 12/96 trials · 2 running · ETA 1 h 00 min · 3 failed · best 0.2616 (2.32 °C)`,
  );
  for (let columns = 45; columns <= 120; columns++) {
    assert.ok(line(columns).length < columns, `${columns}`);
    assert.match(line(columns), /12\/96 trials · 2 running · ETA 1 h 00 min/, `${columns}`);
  }
  assert.match(line(80), /best 0\.2616 \(2\.32 °C\)$/);
});

test('on a terminal the lines of finished trials stand above the bar, which is drawn anew', (t) => {
  const study = studyWith('validationMae', 'degC');
  const events = logged([study, finished(0, 0.5)]);
  const view = foldEvents(events);
  let written = '';
  const terminal = new Writable({
    write(chunk, _, done) {
      written += String(chunk);
      done();
    },
  });
  const stderr = Object.assign(terminal, { isTTY: true, columns: 100 });
  const display = createProgressDisplay({
    context: { stderr } as unknown as CliContext,
    isQuiet: false,
    snapshot: () => ({ ended: 1, total: 4, running: 2, failed: 0, best: 0.5, etaMs: null, isPaused: false }),
    view: () => view,
  });
  t.after(() => display.stop());
  display.start();
  assert.match(written, /█░+ 1\/4 trials · 2 running · ETA measuring · best 0\.5000 \(4\.00 °C\)/);
  written = '';
  display.onEvent(events[1]!, view);
  assert.match(
    written,
    /^\r.*\[1\/4\] units=0 {2}0\.5000 \(4\.00 °C\) {2}best epoch 2 of 3, 1\.0 s\n\r█{7}░{21} 1\/4 trials/,
  );
});
