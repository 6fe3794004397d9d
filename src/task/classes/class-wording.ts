// How a classifier of several classes is told: its scores, and which classes it takes for which.
import type { ClassErrors, LabelErrors } from '../../study/trial/output-errors.js';
import { formatPercent } from '../../wording/figures.js';

/** More are told in JSON alone. */
const MOST_SHOWN = 12;
const LONGEST_NAME = 16;

export function describeScores({ macroF1, topK, confusion }: ClassErrors): string {
  // Among as many as there are every class is.
  const classes = confusion?.length ?? Number.POSITIVE_INFINITY;
  const likeliest = topK
    .map((share, place) => [place + 1, share] as const)
    .filter(([k]) => k < classes && (k === 3 || k === 5 || (k === 2 && classes < 5)))
    .map(([k, share]) => `, top ${k} ${formatPercent(share)} %`);
  return `macro F1 ${formatPercent(macroF1)} %${likeliest.join('')}`;
}

/** Of texts that may have several labels. */
export function describeLabelScores({ subsetAccuracy, microF1, macroF1 }: LabelErrors): string {
  return `all labels right ${formatPercent(subsetAccuracy)} %, micro F1 ${formatPercent(microF1)} %, macro F1 ${formatPercent(macroF1)} %`;
}

/** The scores, then each label. */
export function describeLabels(labels: LabelErrors, names: readonly string[] | undefined): readonly string[] {
  const each = labels.each.slice(0, MOST_SHOWN).map(({ f1, samples, given }, place) => {
    const name = (names?.[place] ?? String(place)).slice(0, LONGEST_NAME).padEnd(LONGEST_NAME);
    return `  ${name}  F1 ${formatPercent(f1)} %, ${samples} have it, ${given} are given it`;
  });
  return [describeLabelScores(labels), ...each];
}

/** The scores, then the confusion matrix: a row a class, a column an answer. */
export function describeClasses(
  classes: ClassErrors,
  names: readonly string[] | undefined,
): readonly string[] {
  const { confusion } = classes;
  const scores = describeScores(classes);
  if (confusion === undefined || confusion.length > MOST_SHOWN) return [scores];
  const labels = confusion.map((_, place) => (names?.[place] ?? String(place)).slice(0, LONGEST_NAME));
  const width = Math.max(...labels.map(({ length }) => length));
  const cell = Math.max(...confusion.flat().map((samples) => String(samples).length), 2);
  const rows = confusion.map(
    (row, place) =>
      `  ${labels[place]!.padEnd(width)}  ${row.map((samples) => String(samples).padStart(cell)).join(' ')}`,
  );
  return [scores, 'answers for each class, in the same order:', ...rows];
}
