// How classifiers of windows are told: accuracies in percent, the most frequent class, what those answer who know earlier labels.
import { explainReason } from '../../statistics/interval-reason.js';
import type { StudyView } from '../../study/study-view.js';
import type { LabelTest } from '../../study/test-evaluation.js';
import type { LabelTask } from '../../study/trial/trial.js';
import { formatCount, formatInterval, formatPercent, formatPValue } from '../../wording/figures.js';
import { CLASS_FIGURES, MAJORITY } from '../classes/class-figures.js';
import { describeClasses, describeScores } from '../classes/class-wording.js';
import { leadingAccuracy } from '../naive-baselines.js';
import type { TaskWording } from '../task.js';
import type { FrequentClass, LabelRival } from './label-baselines.js';
import { rivalsIn } from './label-judging.js';

const COMMON_SENSE = 'the most frequent class';

function withLeading(view: StudyView): StudyView {
  return { ...view, baselineAccuracy: leadingAccuracy(view) };
}

export const labelWording: TaskWording<LabelTask, LabelTest> = {
  words: {
    sample: 'window',
    samples: 'windows',
    baseline: MAJORITY,
    commonSense: COMMON_SENSE,
    baselineHead: 'majority %',
    measured: 'measurements',
    real: { what: 'rows with labels', source: 'table of your own: {"csv": "data.csv"}' },
  },
  fields: { values: ['validationAccuracy'], judged: [] },
  reportFacts: { isReviews: false },
  hasPlots: false,
  unitOf: CLASS_FIGURES.unitOf,
  // Blocks of a rolling origin, and labels some rows later or earlier, are other samples: those of the best row.
  baselines: (view) => CLASS_FIGURES.baselines(withLeading(view)),
  rivals: () => [],
  baselineFigures: (view) => CLASS_FIGURES.baselineFigures(withLeading(view)),
  describeTest(test) {
    const { testAccuracy, baselineTestAccuracy, windows, classes, baselines } = test;
    return {
      result: `accuracy ${formatPercent(testAccuracy)} % (${describeInterval(test)})`,
      baseline: `${formatPercent(baselineTestAccuracy)} %`,
      samples: `${formatCount(windows)} ${windows === 1 ? 'window' : 'windows'}`,
      pValue: describePValue(test),
      beside: baselines.map(
        ({ testAccuracy: accuracy, pValue, ...rival }) =>
          `${nameRival(rival)} ${formatPercent(accuracy)} %${pValue === null ? '' : `, ${formatPValue(pValue)}`}`,
      ),
      ...(classes === undefined ? {} : { bySeries: [describeScores(classes)] }),
    };
  },
  describeBaselineOf: ({ baselineAccuracy }) =>
    baselineAccuracy === undefined ? '' : `${COMMON_SENSE} has accuracy ${formatPercent(baselineAccuracy)} %`,
  describeOutputs: ({ outputs }, names) =>
    outputs?.classes === undefined ? [] : describeClasses(outputs.classes, names),
  describeBaselines(
    _spec,
    { labels, rolling },
    found: Readonly<Record<'validation' | 'test', FrequentClass>>,
  ) {
    const classes = labels?.classes ?? [];
    const splits = Object.entries(found).map(([split, baseline]) => ({
      split,
      windows: baseline.perSample.length,
      label: classes[baseline.label]?.name ?? String(baseline.label),
      accuracy: baseline.value,
      // Of a rolling origin the accuracy is that of all blocks, and the others are told in the latest one alone.
      methods:
        rolling !== undefined && split === 'validation'
          ? []
          : rivalsIn(baseline).map(({ hits: _, ...rival }) => rival),
    }));
    return {
      document: { baseline: splits },
      name: `${MAJORITY} of the training windows (${JSON.stringify(splits[0]?.label ?? '')})`,
      figures: splits.flatMap(({ split, windows, accuracy, methods }) => [
        `${split.padEnd(11)} accuracy ${formatPercent(accuracy)} %  over ${formatCount(windows)} windows`,
        ...methods.map(
          (rival) => `  ${nameRival(rival).padEnd(28)} accuracy ${formatPercent(rival.accuracy)} %`,
        ),
      ]),
    };
  },
};

function nameRival({ name, period }: { readonly name: string; readonly period?: number }): string {
  const names: Readonly<Record<LabelRival['name'], string>> = {
    persistence: 'class of the last row read',
    seasonal: `class ${period} rows before`,
  };
  return name === 'persistence' || name === 'seasonal' ? names[name] : name;
}

function describeInterval({ interval, intervalReason }: LabelTest): string {
  if (interval !== null) return `95 % interval ${formatInterval(interval, formatPercent)}`;
  return intervalReason === undefined
    ? 'no 95 % interval'
    : `no 95 % interval: ${explainReason(intervalReason)}`;
}

function describePValue({ pValueVersusBaseline, pValueReason }: LabelTest): string {
  if (pValueVersusBaseline !== null) return formatPValue(pValueVersusBaseline);
  return pValueReason === undefined
    ? 'no p-value'
    : `no p-value: ${explainReason(pValueReason, 'windows', 'differences')}`;
}
