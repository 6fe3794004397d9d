// What a table says below its rows of the test set: the winner's evaluation, that of the other finalists, and how far the
// validation samples flattered them.

import { headerOf, type StudyView } from '../study/study-view.js';
import type { TestEvaluation } from '../study/test-evaluation.js';
import { taskOfTest } from '../task/registry.js';
import type { TaskUnit, TestText } from '../task/task.js';
import { finalistTests, optimismOf, overtuningOf } from './optimism.js';
import type { RankedRow } from './ranking.js';
import { TRIAL_DIGITS } from './table-columns.js';

/** Above it the winner is not said to beat the baseline. */
const SIGNIFICANCE = 0.05;
const INDENT = '          ';

export function testNotes(view: StudyView, ranked: readonly RankedRow[]): string[] {
  const test = testOfWinner(view, ranked);
  if (test === null) return [];
  return [
    ...winnerNotes(test, view, ranked),
    ...finalistNotes(view, ranked).map((note) => `${INDENT}${note}`),
  ];
}

/** Notes on the winner's optimism, on the other finalists, on overtuning. */
export function finalistNotes(view: StudyView, ranked: readonly RankedRow[]): string[] {
  const test = testOfWinner(view, ranked);
  if (test === null) return [];
  const finalists = finalistTests(view, ranked);
  const others = finalists.filter(({ trial }) => trial !== test.trial);
  return [
    ...optimismNotes(test, view),
    ...others.map((other) => finalistNote(other, view)),
    ...overtuningNotes(finalists, view),
  ];
}

function testOfWinner(view: StudyView, ranked: readonly RankedRow[]): TestEvaluation | null {
  const winner = ranked[0];
  const ofWinner = view.tests.find((test) => winner?.row.seeds.some((seed) => seed.trial === test.trial));
  return ofWinner ?? view.tests.at(-1) ?? null;
}

function winnerNotes(test: TestEvaluation, view: StudyView, ranked: readonly RankedRow[]): string[] {
  const isWinner = ranked[0]?.row.seeds.some((seed) => seed.trial === test.trial) ?? false;
  const by = `by ${isWinner ? 'the winner, ' : ''}trial ${test.trial.slice(0, TRIAL_DIGITS)}`;
  const { baseline, samples } = taskOfTest(test).words;
  const { pValueVersusBaseline: pValue } = test;
  const verdict =
    pValue === null
      ? `whether it is better than ${baseline} these ${samples} cannot tell`
      : `NOT better than ${baseline}, as far as these ${samples} can tell`;
  const told = describeTest(test, view);
  return [
    `test set: ${told.result} ${by}`,
    `${INDENT}${baseline} ${told.baseline} on the same ${told.samples}, ${told.pValue}`,
    ...(pValue !== null && pValue < SIGNIFICANCE ? [] : [`${INDENT}${verdict}`]),
    ...(told.beside ?? []).map((line) => `${INDENT}${line}`),
    ...(told.bySeries ?? []).map((line) => `${INDENT}${line}`),
  ];
}

function optimismNotes(test: TestEvaluation, view: StudyView): string[] {
  const found = optimismOf(test, view);
  const unit = unitOf(test, view);
  if (found === null || unit === null) return [];
  const said = unit.say(found.validation * unit.scale);
  return [`optimism ${unit.sayDifference(found.optimism * unit.scale)}: the validation samples said ${said}`];
}

function finalistNote(test: TestEvaluation, view: StudyView): string {
  const found = optimismOf(test, view);
  const unit = unitOf(test, view);
  const told = describeTest(test, view);
  const flattery =
    found === null || unit === null ? '' : `, optimism ${unit.sayDifference(found.optimism * unit.scale)}`;
  return `${told.result} by tied trial ${test.trial.slice(0, TRIAL_DIGITS)}, ${told.pValue}${flattery}`;
}

function overtuningNotes(finalists: readonly TestEvaluation[], view: StudyView): string[] {
  const overtuning = overtuningOf(finalists);
  const [first] = finalists;
  const unit = first === undefined ? null : unitOf(first, view);
  if (overtuning === null || unit === null) return [];
  return [
    overtuning === 0
      ? `overtuning 0: no other of the ${finalists.length} finalists is better on the test set`
      : `overtuning ${unit.sayDifference(overtuning * unit.scale)}: the best of the ${finalists.length} finalists on the test set is that much better than the winner`,
  ];
}

function describeTest(test: TestEvaluation, view: StudyView): TestText {
  return taskOfTest(test).describeTest(test, headerOf(view).dataset?.unit ?? null);
}

/** null: the study has no data. */
function unitOf(test: TestEvaluation, view: StudyView): TaskUnit | null {
  const { dataset } = headerOf(view);
  return dataset === null ? null : taskOfTest(test).unitOf(dataset);
}
