// The lines of progress where no terminal is: what they say of a finished trial's objective.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CliContext } from '../../../src/cli/context.js';
import {
  createProgressDisplay,
  type ProgressDisplayOptions,
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

test('the view fills the terminal until it is left; then the lines follow, as without one', (t) => {
  const events = logged([studyWith('validationMae', 'degC'), finished(0, 0.5)]);
  const view = foldEvents(events);
  const written: string[] = [];
  const said: string[] = [];
  let leave = (): void => {};
  const display = createProgressDisplay({
    context: { stderr: { write: (text: string) => written.push(text) > 0 } } as unknown as CliContext,
    isQuiet: false,
    snapshot: () => ({ ended: 1, total: 4, running: 2, etaMs: null }),
    view: () => view,
    openView: (onLeft) => {
      leave = onLeft;
      return {
        open: () => said.push('open'),
        note: (text) => said.push(text),
        record: (text) => said.push(`recorded: ${text}`),
        phase: (text) => said.push(String(text)),
        close: () => said.push('close'),
      };
    },
  });
  t.after(() => display.stop());
  display.start();
  display.onEvent(events[1]!, view);
  display.note('2 workers');
  display.record('goes on');
  display.phase('testing');
  assert.deepEqual(said.splice(0), ['open', '2 workers', 'recorded: goes on', 'testing']);
  assert.deepEqual(written, []);
  leave();
  display.note('3 workers');
  display.onEvent(events[1]!, view);
  assert.deepEqual(said.splice(0), []);
  assert.equal(written[0], '3 workers\n');
  assert.match(written[1] ?? '', /^\[1\/4\] units=0 {2}0\.5000 \(4\.00 °C\)/);
});

test('who wants quiet gets no view', () => {
  const display = createProgressDisplay({
    context: { stderr: { write: () => true } } as unknown as CliContext,
    isQuiet: true,
    snapshot: () => assert.fail('nothing is looked at'),
    view: () => assert.fail('nothing is looked at'),
    openView: () => assert.fail('a view was opened'),
  });
  display.start();
  display.stop();
});
