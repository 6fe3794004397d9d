// What a table says below its rows of the test set: the winner's evaluation, that of the other finalists, and how far the
// validation samples flattered them.
import { isClassifierTest, type TestEvaluation } from '../study/events.js';
import { headerOf, type StudyView } from '../study/study-view.js';
import { finalistTests, optimismOf, overtuningOf } from './optimism.js';
import type { RankedRow } from './ranking.js';
import { baselineName, TRIAL_DIGITS } from './table-columns.js';
import {
  describeInterval,
  describePValue,
  formatCount,
  formatInterval,
  formatPercent,
  formatPValue,
  formatUnits,
  formatWindows,
  type Spread,
  spreadOf,
  withUnit,
} from './table-format.js';

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

/** Of the winner's optimism, of the other finalists, of overtuning. */
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
  const baseline = baselineName(view);
  const { pValueVersusBaseline: pValue } = test;
  const samples = isClassifierTest(test) ? 'reviews' : 'windows';
  const verdict =
    pValue === null
      ? `whether it is better than ${baseline} these ${samples} cannot tell`
      : `NOT better than ${baseline}, as far as these ${samples} can tell`;
  const doubt = pValue !== null && pValue < SIGNIFICANCE ? [] : [`${INDENT}${verdict}`];
  if (isClassifierTest(test)) {
    const interval = formatInterval(test.interval, formatPercent);
    return [
      `test set: accuracy ${formatPercent(test.testAccuracy)} % (95 % interval ${interval}) ${by}`,
      `${INDENT}${baseline} ${formatPercent(test.baselineTestAccuracy)} % on the same ${formatCount(test.reviews)} reviews, ${formatPValue(test.pValueVersusBaseline)}`,
      ...doubt,
    ];
  }
  const inUnit = unitWriter(view, spreadOf([test.testMaeUnits, test.baselineTestMaeUnits]));
  return [
    `test set: MAE ${inUnit(test.testMaeUnits)} (${describeInterval(test, formatUnits)}) ${by}`,
    `${INDENT}${baseline} ${inUnit(test.baselineTestMaeUnits)} on the same ${formatWindows(test.windows)}, ${describePValue(test)}`,
    ...doubt,
  ];
}

function optimismNotes(test: TestEvaluation, view: StudyView): string[] {
  const found = optimismOf(test, view);
  if (found === null) return [];
  const { validation, optimism } = found;
  return [
    `optimism ${describeError(optimism, test, view)}: the validation samples said ${describeValue(validation, test, view)}`,
  ];
}

function finalistNote(test: TestEvaluation, view: StudyView): string {
  const by = `tied trial ${test.trial.slice(0, TRIAL_DIGITS)}`;
  const optimism = optimismOf(test, view);
  const flattery = optimism === null ? '' : `, optimism ${describeError(optimism.optimism, test, view)}`;
  if (isClassifierTest(test)) {
    const interval = formatInterval(test.interval, formatPercent);
    return `accuracy ${formatPercent(test.testAccuracy)} % (95 % interval ${interval}) by ${by}, ${formatPValue(test.pValueVersusBaseline)}${flattery}`;
  }
  const figure = unitWriter(
    view,
    spreadOf([test.testMaeUnits, test.baselineTestMaeUnits]),
  )(test.testMaeUnits);
  return `MAE ${figure} (${describeInterval(test, formatUnits)}) by ${by}, ${describePValue(test)}${flattery}`;
}

function overtuningNotes(finalists: readonly TestEvaluation[], view: StudyView): string[] {
  const overtuning = overtuningOf(finalists);
  const [first] = finalists;
  if (overtuning === null || first === undefined) return [];
  return [
    overtuning === 0
      ? `overtuning 0: no other of the ${finalists.length} finalists is better on the test set`
      : `overtuning ${describeError(overtuning, first, view)}: the best of the ${finalists.length} finalists on the test set is that much better than the winner`,
  ];
}

function describeValue(value: number, test: TestEvaluation, view: StudyView): string {
  if (isClassifierTest(test)) return `${formatPercent(value)} %`;
  return unitWriter(view)(value * targetStdOf(view));
}

/** A difference of errors, with its sign. */
function describeError(difference: number, test: TestEvaluation, view: StudyView): string {
  const sign = difference < 0 ? '−' : '+';
  if (isClassifierTest(test)) return `${sign}${formatPercent(Math.abs(difference))} points`;
  return `${sign}${unitWriter(view)(Math.abs(difference) * targetStdOf(view))}`;
}

function targetStdOf(view: StudyView): number {
  return headerOf(view).dataset?.targetStd ?? 1;
}

function unitWriter(view: StudyView, spread: Spread | null = null): (value: number) => string {
  const unit = headerOf(view).dataset?.unit ?? null;
  return (value) => withUnit(formatUnits(value, spread), unit);
}
