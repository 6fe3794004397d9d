// The lines of progress where no terminal is: what they say of a finished trial's objective.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CliContext } from '../../src/cli/context.js';
import { createProgressDisplay, type ProgressDisplayOptions } from '../../src/cli/progress-display.js';
import type { StudyEvent } from '../../src/study/events.js';
import { foldEvents } from '../support/fold-events.js';
import { created, finished, logged } from '../support/study-events.js';

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
  return { ...study, dataset: { ...study.dataset, unit, targetStd: 8 } };
}

const cases: readonly [metric: string, unit: string | null, said: RegExp][] = [
  ['validationMae', 'degC', / {2}0\.5000 \(4\.00 °C\) {2}/],
  ['validationMae', 'hPa', / {2}0\.5000 \(4\.00 hPa\) {2}/],
  ['validationMae', null, / {2}0\.5000 \(4\.00 in units\) {2}/],
  ['validationAccuracy', null, / {2}50\.00 % {2}/],
  ['validationLoss', 'degC', / {2}0\.5000 {2}/],
];
for (const [metric, unit, said] of cases)
  test(`a ${metric} of a target in ${unit ?? 'no known unit'} is told in what it is measured in`, (t) =>
    assert.match(lineOfEnd(t, studyWith(metric, unit)), said));
