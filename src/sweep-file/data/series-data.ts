// A series in a sweep file: samples are windows over its rows, and the target is one of its columns.
import { SweepError } from '../../errors.js';
import { hasWeights, type LayerSpec } from '../../model/layer-spec.js';
import { formatPath, type JsonPath, showValue } from '../../schema/json-path.js';
import { type SeriesSpec, targetNames } from '../../study/dataset-source.js';
import { MAX_OFFSETS } from '../../study/trial/output-errors.js';
import { delaysOf, type ForecastTask } from '../../study/trial/trial.js';
import { explainSeason, seasonIn } from '../../study/trial/window-reference.js';
import { errorScalesOf } from '../../task/forecast/block-tasks.js';
import { answerOfForecast } from '../../task/forecast/forecast-answer.js';
import { suggest } from '../../wording/suggest.js';
import { checkForecastModel } from '../model/model-shape.js';
import type { Problems } from '../problems.js';
import type { Resolved } from '../reference.js';
import { resolveSection } from '../resolve-section.js';
import { readWindow, windowSchema } from '../training-section.js';
import type { DataFacts, DataSections, DatasetShape } from './data-kind.js';
import { readSeries, type SeriesSection, writeSeries } from './dataset-section.js';
import {
  isSeriesSample,
  pickSeriesSample,
  type SeriesSampleSection,
  seriesSampleSchema,
  withSeriesSample,
} from './sample-section.js';
import {
  aheadOf,
  checkNamed,
  checkWindow,
  factsOfSeries,
  fewestRows,
  guessFacts,
  placesOf,
} from './series-facts.js';
import { replaceSeriesSource } from './source-section.js';

export const seriesData: DataSections<SeriesSection, SeriesSpec, Omit<ForecastTask, 'split'>> = {
  read: readSeries,
  write: writeSeries,
  replaceSource: replaceSeriesSource,
  required: 'window',
  refused: {
    section: 'dataset',
    message: 'does not go with a series: all variants are trained and judged on the same data',
    hint: 'remove it; what a window sees is said in "window"',
    allows: isSeriesSample,
  },
  pickSample: pickSeriesSample,
  sampleSchema: seriesSampleSchema,
  withSample: (section, sample) => withSeriesSample(section, sample as SeriesSampleSection),
  check: checkTarget,
  guessFacts: (spec) => guessFacts('series', spec, spec === null ? 1 : targetNames(spec).length),
  factsOf: (spec, dataset) => ({
    kind: 'series',
    features: dataset.columns.length,
    ...findTargets(spec, dataset),
    ...aheadOf(spec, dataset),
    rows: fewestRows(dataset),
    ...errorScaleOf(spec, dataset),
    ...(dataset.series === undefined ? {} : factsOfSeries(dataset.series.list, dataset.rolling?.blocks)),
  }),
  resolveTask(sections, values, facts, problems) {
    const { targetColumn, targetColumns, rows, stretches, shortest, ahead, errorScale, errorScales } = facts;
    const section = resolveSection('window', windowSchema, sections.window, values, problems);
    if (section === null) return null;
    if (section.delay === undefined && section.horizon === undefined) {
      problems.add(WITHOUT_DELAY);
      return null;
    }
    const window = readWindow(section);
    checkWindow(window, rows, shortest, problems);
    const sample =
      sections.dataset === undefined
        ? { target: undefined, series: undefined }
        : resolveSection('dataset', seriesSampleSchema, sections.dataset, values, problems);
    if (sample === null) return null;
    const change = changeOf(sample.target, problems);
    if (change === null) return null;
    const width = sample.series?.embedding ?? 0;
    const task = {
      kind: 'forecast',
      targetColumn,
      ...(targetColumns === undefined ? {} : { targetColumns: [...targetColumns] }),
      window,
      ...change,
      ...(ahead === undefined ? {} : { ahead: [...ahead] }),
      ...(stretches === undefined ? {} : { stretches }),
      ...(width === 0 ? {} : { seriesInput: width }),
      ...(errorScale === undefined ? {} : { errorScale }),
      ...(errorScales === undefined ? {} : { errorScales: [...errorScales] }),
    } as const;
    checkFrame(task, problems);
    return task;
  },
  withLoss(task, { loss, classWeights }) {
    if (classWeights !== undefined)
      throw new SweepError('SPEC_INVALID', 'is for labels: a series has none', {
        path: 'training.classWeights',
        hint: 'remove it',
      });
    if (typeof loss === 'string') return { task, loss };
    const { pinball, conformal = false } = loss;
    if (conformal) checkOffsets(answerOfForecast(task).units * pinball.length);
    return {
      task: { ...task, quantiles: [...pinball], ...(conformal ? { conformal } : {}) },
      loss: 'pinball',
    };
  },
  withInput: withSeriesEmbedding,
  checkModel(layers, task, { features }, batchSize, pathOf) {
    const { window, seriesInput } = task;
    const timesteps = Math.ceil(window.lookback / window.step);
    const sample = { timesteps, features: seriesInput === undefined ? features : features + 1 };
    checkForecastModel(layers, sample, answerOfForecast(task).units, batchSize, pathOf);
  },
};

/** A model without weights has nothing to learn of a series either. */
export function withSeriesEmbedding(
  layers: readonly LayerSpec[],
  { seriesInput, stretches }: Pick<ForecastTask, 'seriesInput' | 'stretches'>,
): readonly LayerSpec[] {
  if (seriesInput === undefined || !layers.some(hasWeights)) return layers;
  return [
    { type: 'seriesEmbedding', inputDim: stretches?.train.length ?? 1, outputDim: seriesInput },
    ...layers,
  ];
}

const WITHOUT_DELAY = {
  code: 'SPEC_INVALID',
  path: ['window', 'delay'],
  message: 'is required: a whole number or a reference such as "$name"',
  hint: 'or say which steps ahead are forecast: "horizon": [1, 24]',
} as const;
/** A result keeps how far each output is moved. Throws SPEC_INVALID. */
function checkOffsets(outputs: number): void {
  if (outputs <= MAX_OFFSETS) return;
  throw new SweepError(
    'SPEC_INVALID',
    `is kept for each output, and columns × steps × quantiles are ${outputs}, more than ${MAX_OFFSETS}`,
    { path: 'training.loss.conformal', hint: 'fewer columns, steps or quantiles, or false' },
  );
}

/** null: it is not right. */
function changeOf(
  target: Resolved<SeriesSampleSection>['target'] | undefined,
  problems: Problems,
): Pick<ForecastTask, 'as' | 'period'> | null {
  if (target === undefined) return {};
  const { as, period } = target;
  // Baselines and the MASE are of that season, whatever is learnt.
  const season = period === undefined ? {} : { period };
  if (as !== 'seasonal-difference') return as === 'level' ? season : { as, ...season };
  if (period !== undefined) return { as, period };
  problems.add({
    code: 'SPEC_INVALID',
    path: ['dataset', 'target', 'period'],
    message: 'is required of a seasonal difference: the rows from one season to the next',
    hint: 'of hourly rows that repeat by the day: "period": 24',
  });
  return null;
}

/** That a window holds what it and its target are told from. */
function checkFrame({ window, as, period = 0 }: Omit<ForecastTask, 'split'>, problems: Problems): void {
  const { lookback, step, normalise } = window;
  if (normalise !== undefined && lookback <= step)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['window', 'normalise'],
      message: 'makes a window of one row nothing: what is told from itself is 0',
      hint: 'a longer window.lookback, or "none"',
    });
  if (as !== 'seasonal-difference' || lookback % step !== 0) return;
  const unheld = delaysOf(window)
    .map((delay) => ({ ...seasonIn(period, { lookback, step, delay }), delay }))
    .filter(({ lacks }) => lacks !== null)
    // Of several steps the one that takes the most, so that what is advised holds all of them.
    .sort((left, right) => right.back - left.back)[0];
  if (unheld === undefined) return;
  const { back, delay } = unheld;
  const field = unheld.lacks ?? 'lookback';
  problems.add({
    code: 'SPEC_INVALID',
    path: ['window', field],
    message: `is too ${field === 'lookback' ? 'short' : 'coarse'} for a seasonal difference: ${explainSeason(period, { lookback, step, delay })}`,
    hint: field === 'lookback' ? `a lookback of ${back} or more` : `a step that divides ${back}`,
  });
}

function checkTarget(dataset: SeriesSpec, problems: Problems): void {
  const { known = [] } = dataset;
  const targets = targetNames(dataset);
  for (const target of targets.filter((name) => known.includes(name)))
    problems.add({
      code: 'SPEC_INVALID',
      path: ['dataset', 'known', known.indexOf(target)],
      message: `is ${targets.length === 1 ? 'the target' : 'one of the targets'}: a model that reads it up to its own time has nothing to forecast`,
      hint: 'remove it; what is known ahead are forecasts of others, plans, prices',
    });
  checkNamed(dataset, problems);
  for (const source of dataset.sources) {
    const { columns } = source.type === 'csv' ? source : { columns: null };
    for (const target of columns === null ? [] : targets.filter((name) => !columns.includes(name)))
      problems.add({
        code: 'SPEC_INVALID',
        path: ['dataset', 'target'],
        message: `must be one of the columns that are read, not ${JSON.stringify(target)}`,
        hint: suggest(target, columns ?? []),
      });
  }
}

function findTargets(
  spec: SeriesSpec,
  dataset: DatasetShape,
): Pick<DataFacts, 'targetColumn' | 'targetColumns'> {
  return placesOf(targetNames(spec).map((name) => findTarget(name, dataset)));
}

function findTarget(target: string, dataset: DatasetShape): number {
  const names = dataset.columns.map((column) => column.name);
  const index = names.indexOf(target);
  if (index < 0) {
    const path: JsonPath = ['dataset', 'target'];
    throw new SweepError(
      'SPEC_INVALID',
      `${formatPath(path)} names no column of the data: ${showValue(target)}`,
      {
        path: formatPath(path),
        hint: suggest(target, names),
      },
    );
  }
  return index;
}

function errorScaleOf(
  spec: SeriesSpec,
  dataset: DatasetShape,
): Pick<DataFacts, 'errorScale' | 'errorScales'> {
  const { rolling, block = 0 } = dataset;
  if (rolling === undefined) return {};
  const columns = targetNames(spec).map((name) => findTarget(name, dataset));
  return errorScalesOf(rolling, columns, block);
}
