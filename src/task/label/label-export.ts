// A classifier of windows outside of its study: what sweep.json says of it, its README, its classes for the rows of a table. What
// reads data is loaded when it is called: most commands know tasks and read none.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { FRAME_EPSILON } from '../../dataset/series/window-frame.js';
import { SweepError } from '../../errors.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import { AT_WINDOW_END, type LabelTask } from '../../study/trial/trial.js';
import { formatPercent } from '../../wording/figures.js';
import type { Predicted, PredictRequest, StepFact, TaskExport } from '../task-export.js';
import { describeColumnsUsed } from '../windows/series-use.js';
import { timeText } from '../windows/time-text.js';
import { describeSeriesInput, frameInput } from '../windows/window-input.js';
import {
  explainAhead,
  explainFraming,
  explainSeries,
  explainSeriesInput,
  explainWindow,
} from '../windows/window-text.js';
import type { LabelUse } from './label-use.js';

export const labelExport: TaskExport<LabelTask, LabelUse> = {
  describeUse,
  vocabularyFiles: [],
  vocabularyFile: () => null,
  explainUse,
  frameOf(use) {
    const { classes } = use;
    return {
      input: frameInput(use),
      output: {
        name: classes.length === 2 ? 'probability' : 'probabilities',
        about: outputOf(use),
        mean: 0,
        std: 1,
      },
    };
  },
  unitsOf: ({ classes }) => (classes.length === 2 ? 1 : classes.length),
  predictionHead: ({ series, stepSeconds, classes }) => [
    ...(series === undefined ? [] : ['series']),
    stepSeconds === null ? 'row' : 'time',
    'label',
    'probability',
    ...classes.map((name) => `p(${name})`),
    'actual',
  ],
  predict,
};

async function describeUse(
  task: LabelTask,
  spec: DatasetSpec,
  metadata: DatasetMetadata & StepFact,
  cacheDirectory: string,
): Promise<{ use: LabelUse; vocabulary: null }> {
  const { labels } = metadata;
  if (spec.kind !== 'labelled' || labels === undefined)
    throw new SweepError('INTERNAL', 'a classifier of rows without labels');
  const use: LabelUse = {
    kind: 'label',
    ...describeColumnsUsed(spec, metadata, cacheDirectory),
    target: labels.column,
    window: task.window,
    classes: labels.classes.map(({ name }) => name),
    ...(task.ahead === undefined ? {} : { ahead: [...task.ahead] }),
    ...describeSeriesInput(task, metadata),
  };
  return { use, vocabulary: null };
}

function explainUse(use: LabelUse, shape: { readonly timesteps: number; readonly features: number }): string {
  const { series } = use;
  return `${explainWindow(use, shape)}${explainSeriesInput(use)}${explainAhead(use)}${explainFraming(use, FRAME_EPSILON)}${series === undefined ? '' : explainSeries(series)} \`output\` is ${outputOf(use)}, of the row ${
    use.window.delay === AT_WINDOW_END ? 'i − 1, with which the window ends' : `i + ${use.window.delay}`
  }.
`;
}

function outputOf({ target, classes }: LabelUse): string {
  return classes.length === 2
    ? `the probability that "${target}" is ${JSON.stringify(classes[1])} and not ${JSON.stringify(classes[0])}`
    : `the probability of each "${target}": ${classes.join(', ')}`;
}

async function predict(request: PredictRequest<LabelUse>): Promise<Predicted> {
  const { predictLabels } = await import('./predict-labels.js');
  const { use } = request;
  const { notices, ...summary } = await predictLabels(request, ({ row, seconds, isUtc, series, ...answer }) =>
    request.onRow([
      ...(use.series === undefined ? [] : [series]),
      use.stepSeconds !== null ? timeText(seconds, isUtc) : Number.isNaN(row) ? null : row,
      use.classes[answer.label]!,
      answer.probabilities[answer.label]!,
      ...answer.probabilities,
      answer.actual === null ? null : use.classes[answer.actual]!,
    ]),
  );
  const accuracy =
    summary.accuracy === null
      ? 'none has a label to compare with'
      : `accuracy ${formatPercent(summary.accuracy)} % over the ${summary.compared} whose label is there`;
  const ofSeries = summary.bySeries === undefined ? '' : ` of ${summary.bySeries.length} series`;
  return {
    document: { target: use.target, classes: use.classes, ...summary },
    line: `${summary.predictions} classes of ${use.target} from ${summary.rows} rows${ofSeries}; ${accuracy}`,
    notices,
  };
}
