// A series in a sweep file: samples are windows over its rows, and the target is one of its columns.
import { SweepError } from '../../errors.js';
import { formatPath, type JsonPath, showValue } from '../../schema/json-path.js';
import type { SeriesSpec } from '../../study/dataset-source.js';
import { delaysOf, type ForecastTask } from '../../study/trial/trial.js';
import { explainSeason, seasonIn } from '../../study/trial/window-reference.js';
import { answerOfForecast } from '../../task/forecast/forecast-answer.js';
import { suggest } from '../../wording/suggest.js';
import { checkForecastModel } from '../model/model-shape.js';
import type { Problems } from '../problems.js';
import { resolveSection, type TrialValues } from '../resolve-section.js';
import { readWindow, windowSchema } from '../training-section.js';
import type { DataFacts, DataSections, DatasetShape } from './data-kind.js';
import {
  isSeriesSample,
  pickSeriesSample,
  readSeries,
  replaceSeriesSource,
  type SeriesSampleSection,
  type SeriesSection,
  seriesSampleSchema,
  writeSeries,
} from './dataset-section.js';
import { aheadOf, checkNamed, checkWindow, factsOfSeries, fewestRows, guessFacts } from './series-facts.js';

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
  withSample: ({ target, ...section }, sample) => ({
    ...section,
    target: { column: target, ...(sample as SeriesSampleSection).target },
  }),
  check: checkTarget,
  guessFacts: (spec) => guessFacts('series', spec),
  factsOf: (spec, dataset) => ({
    kind: 'series',
    features: dataset.columns.length,
    targetColumn: findTarget(spec.target, dataset),
    ...aheadOf(spec, dataset),
    rows: fewestRows(dataset),
    ...errorScaleOf(spec, dataset),
    ...(dataset.series === undefined ? {} : factsOfSeries(dataset.series.list)),
  }),
  resolveTask(sections, values, facts, problems) {
    const { targetColumn, rows, stretches, shortest, ahead, errorScale } = facts;
    const section = resolveSection('window', windowSchema, sections.window, values, problems);
    if (section === null) return null;
    if (section.delay === undefined && section.horizon === undefined) {
      problems.add(WITHOUT_DELAY);
      return null;
    }
    const window = readWindow(section);
    checkWindow(window, rows, shortest, problems);
    const change = resolveChange(sections.dataset, values, problems);
    if (change === null) return null;
    const task = {
      kind: 'forecast',
      targetColumn,
      window,
      ...change,
      ...(ahead === undefined ? {} : { ahead: [...ahead] }),
      ...(stretches === undefined ? {} : { stretches }),
      ...(errorScale === undefined ? {} : { errorScale }),
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
    return {
      task: { ...task, quantiles: [...pinball], ...(conformal ? { conformal } : {}) },
      loss: 'pinball',
    };
  },
  checkModel(layers, task, { features }, batchSize, pathOf) {
    const { window } = task;
    const sample = { timesteps: Math.ceil(window.lookback / window.step), features };
    checkForecastModel(layers, sample, answerOfForecast(task).units, batchSize, pathOf);
  },
};

const WITHOUT_DELAY = {
  code: 'SPEC_INVALID',
  path: ['window', 'delay'],
  message: 'is required: a whole number or a reference such as "$name"',
  hint: 'or say which steps ahead are forecast: "horizon": [1, 24]',
} as const;

/** null: it is not right. */
function resolveChange(
  section: unknown,
  values: TrialValues,
  problems: Problems,
): Pick<ForecastTask, 'as' | 'period'> | null {
  if (section === undefined) return {};
  const sample = resolveSection('dataset', seriesSampleSchema, section, values, problems);
  if (sample === null) return null;
  const { as, period } = sample.target;
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
  if (known.includes(dataset.target))
    problems.add({
      code: 'SPEC_INVALID',
      path: ['dataset', 'known', known.indexOf(dataset.target)],
      message: `is the target: a model that reads it up to its own time has nothing to forecast`,
      hint: 'remove it; what is known ahead are forecasts of others, plans, prices',
    });
  checkNamed(dataset, problems);
  for (const source of dataset.sources) {
    if (source.type !== 'csv' || source.columns === null || source.columns.includes(dataset.target)) continue;
    problems.add({
      code: 'SPEC_INVALID',
      path: ['dataset', 'target'],
      message: `must be one of the columns that are read, not ${JSON.stringify(dataset.target)}`,
      hint: suggest(dataset.target, source.columns),
    });
  }
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

function errorScaleOf(spec: SeriesSpec, dataset: DatasetShape): Pick<DataFacts, 'errorScale'> {
  const { rolling, block = 0 } = dataset;
  if (rolling === undefined || block === 0) return {};
  const target = findTarget(spec.target, dataset);
  const stdOf = (place: number): number => rolling.blocks[place]?.columns[target]?.std ?? Number.NaN;
  return { errorScale: stdOf(block) / stdOf(0) };
}

