// A series with a label for each row in a sweep file: samples are windows over its rows, and what is learnt is the class of the
// row at a window's end, or of a later one.
import { SweepError } from '../../errors.js';
import type { LabelledSpec } from '../../study/dataset-source.js';
import { plainLabel } from '../../study/trial/class-label.js';
import type { LabelTask } from '../../study/trial/trial.js';
import { labelSamples } from '../../task/label/label-samples.js';
import { checkClassModel } from '../model/classifier-model.js';
import { resolveSection } from '../resolve-section.js';
import { readWindow, windowSchema } from '../training-section.js';
import { weightsOf } from './class-weights.js';
import type { DataSections } from './data-kind.js';
import { readLabelled, type SeriesSection, writeLabelled } from './dataset-section.js';
import {
  isSeriesSample,
  pickSeriesSample,
  type SeriesSampleSection,
  seriesSampleSchema,
  withSeriesTold,
} from './sample-section.js';
import { seriesData, withSeriesEmbedding } from './series-data.js';
import { aheadOf, checkNamed, checkWindow, factsOfSeries, fewestRows, guessFacts } from './series-facts.js';
import { replaceSeriesSource } from './source-section.js';

export const labelledData: DataSections<SeriesSection, LabelledSpec, Omit<LabelTask, 'split'>> = {
  read: readLabelled,
  write: writeLabelled,
  replaceSource: replaceSeriesSource,
  required: 'window',
  // A label is learnt as it is: all that may differ is whether a model is told the series.
  refused: {
    ...seriesData.refused,
    allows: (section) => isSeriesSample(section) && !Object.hasOwn(section as object, 'target'),
  },
  pickSample: pickSeriesSample,
  sampleSchema: seriesSampleSchema,
  withSample: (section, sample) => withSeriesTold(section, sample as SeriesSampleSection),
  check(dataset, problems) {
    checkNamed(dataset, problems);
    const { known = [], sources, target } = dataset;
    if (known.includes(target))
      problems.add({
        code: 'SPEC_INVALID',
        path: ['dataset', 'known', known.indexOf(target)],
        message: 'is the label: a model that reads it has nothing to tell',
        hint: 'remove it',
      });
    if (sources.some(({ type }) => type === 'named'))
      problems.add({
        code: 'SPEC_INVALID',
        path: ['dataset', 'task'],
        message: 'is "classify", and a named source has no labels',
        hint: 'give a table with a column of labels: {"csv": "data.csv"}',
      });
  },
  guessFacts: (spec) => ({ ...guessFacts('labelled', spec, 1), classes: null }),
  factsOf: (spec, dataset) => ({
    kind: 'labelled',
    features: dataset.columns.length,
    targetColumn: 0,
    ...aheadOf(spec, dataset),
    rows: fewestRows(dataset),
    classes: (dataset.labels?.classes ?? []).map(({ name, train }, place) => ({
      name: plainLabel(name),
      train,
      ...(dataset.rolling === undefined
        ? {}
        : {
            fewest: Math.min(...dataset.rolling.blocks.map(({ classRows }) => classRows?.[place] ?? train)),
          }),
      ...(plainLabel(name) === name ? {} : { also: [name] }),
    })),
    ...(dataset.series === undefined ? {} : factsOfSeries(dataset.series.list, dataset.rolling?.blocks)),
  }),
  resolveTask(sections, values, { rows, stretches, shortest, ahead, classes }, problems) {
    const section = resolveSection('window', windowSchema, sections.window, values, problems);
    if (section === null) return null;
    if (section.horizon !== undefined) {
      problems.add({
        code: 'SPEC_INVALID',
        path: ['window', 'horizon'],
        message: 'is of forecasts: a window has one class',
        hint: '"delay" says how many rows ahead it is; without it is the one of the window’s last row',
      });
      return null;
    }
    const window = readWindow(section);
    checkWindow(window, rows, shortest, problems);
    const sample =
      sections.dataset === undefined
        ? { series: undefined }
        : resolveSection('dataset', seriesSampleSchema, sections.dataset, values, problems);
    if (sample === null) return null;
    const width = sample.series?.embedding ?? 0;
    return {
      kind: 'label',
      window,
      ...(width === 0 ? {} : { seriesInput: width }),
      ...(ahead === undefined ? {} : { ahead: [...ahead] }),
      ...(stretches === undefined ? {} : { stretches }),
      ...((classes?.length ?? 2) > 2 ? { classes: classes!.length } : {}),
    };
  },
  withLoss(task, { loss, classWeights }, { classes = null }) {
    if (loss !== 'binaryCrossentropy')
      throw new SweepError('SPEC_INVALID', 'is of values: a window is of a class', {
        path: 'training.loss',
        hint: 'leave it out: it is the cross-entropy of the classes then',
      });
    const weights =
      classWeights === undefined || classes === null
        ? {}
        : { classWeights: weightsOf(classes, classWeights) };
    return { task, loss: task.classes === undefined ? loss : 'sparseCategoricalCrossentropy', ...weights };
  },
  withInput: withSeriesEmbedding,
  checkModel(layers, task, { features, classes }, batchSize, pathOf) {
    const { window, seriesInput } = task;
    const sample = {
      timesteps: Math.ceil(window.lookback / window.step),
      features: seriesInput === undefined ? features : features + 1,
    };
    const { units } = labelSamples.answer(task);
    checkClassModel(layers, sample, classes === null ? null : units, batchSize, pathOf);
  },
};
