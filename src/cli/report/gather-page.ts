// What the page of a study needs beside its report: ranks, importances, the best trial's forecasts, how to do it again.
import type { Bus } from '../../bus/bus.js';
import { insightOf } from '../../coordinator/archive/study-insight.js';
import { coverageOf, forecastValidation } from '../../coordinator/archive/validation-forecast.js';
import { asSweepError } from '../../errors.js';
import { outputFigures } from '../../leaderboard/outputs/output-figures.js';
import { headOfFigure } from '../../leaderboard/outputs/second-figure.js';
import { rankView } from '../../leaderboard/ranking.js';
import type { ForecastStretch } from '../../report/page/study-charts.js';
import type { Reproduction, StudyPage } from '../../report/page/study-page.js';
import type { SeriesPlot } from '../../report/series-chart.js';
import type { StudyReport } from '../../report/study-report.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import { taskOfStudy } from '../../task/registry.js';
import type { CliContext } from '../context.js';
import { openCliEngine } from '../open-cli-engine.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { interruptible } from '../terminal/interruptible.js';

export async function gatherPage(
  context: CliContext,
  bus: Bus,
  view: StudyView,
  report: StudyReport,
  plots: readonly SeriesPlot[],
): Promise<StudyPage> {
  const ranked = rankView(view);
  const { dataset, also } = headerOf(view);
  const best = ranked[0]?.row.seeds[0]?.result;
  return {
    report,
    ranked,
    direction: headerOf(view).direction,
    insight:
      Object.keys((headerOf(view).spec as { space?: object }).space ?? {}).length > 0
        ? insightOf(view)
        : null,
    plots,
    ...(await forecastColumns(context, bus, view)),
    outputs: dataset === null || best === undefined ? null : outputFigures(best, dataset),
    second:
      also === undefined
        ? null
        : { also, name: headOfFigure(also, view) === null ? also.metric : 'trainable weights' },
    again: reproductionOf(view, report),
  };
}

/** More target columns are not drawn. */
const MOST_COLUMNS = 8;

async function forecastColumns(
  context: CliContext,
  bus: Bus,
  view: StudyView,
): Promise<Pick<StudyPage, 'forecast' | 'otherForecasts'>> {
  const [, ...others] = view.header?.dataset?.targets ?? [];
  const forecast = await forecastBest(context, bus, view);
  const otherForecasts: ForecastStretch[] = [];
  for (const { name } of others.slice(0, MOST_COLUMNS - 1)) {
    const other = await forecastBest(context, bus, view, name);
    if (other !== null && typeof other !== 'string') otherForecasts.push(other);
  }
  return { forecast, ...(otherForecasts.length === 0 ? {} : { otherForecasts }) };
}

/** A model that is gone is said to be: the rest of the page stands without it. */
async function forecastBest(
  context: CliContext,
  bus: Bus,
  view: StudyView,
  column?: string,
): Promise<ForecastStretch | string | null> {
  if (taskOfStudy(view)?.hasPlots !== true || view.rows.length === 0) return null;
  const { cacheDirectory, version } = context;
  try {
    const found = await interruptible(context, async (signal) =>
      forecastValidation({
        bus,
        view,
        trial: null,
        column,
        cacheDirectory,
        version,
        logger: createCliLogger(context),
        signal,
        engine: await openCliEngine(context),
      }),
    );
    if (found === null) return null;
    const shorten = (value: number): number => Number(value.toPrecision(6));
    return {
      label: `${found.target}${found.series === undefined ? '' : `, ${found.series.name}`}`,
      firstMs: found.firstMs,
      stepMs: found.stepMs,
      truth: Array.from(found.truth, shorten),
      prediction: Array.from(found.prediction, shorten),
      band: found.band && {
        nominal: found.band.nominal,
        coverage: coverageOf(found.truth, found.band),
        low: Array.from(found.band.low, shorten),
        high: Array.from(found.band.high, shorten),
      },
    };
  } catch (thrown) {
    const { code, message } = asSweepError(thrown);
    if (code === 'INTERRUPTED') throw thrown;
    return `There are no forecasts of the best trial: ${message}.`;
  }
}

function reproductionOf(view: StudyView, report: StudyReport): Reproduction {
  const { spec, profile } = headerOf(view);
  const [best] = rankView(view);
  const seed = best?.row.seeds.find(({ trial }) => trial === best.row.trial);
  const result = seed?.result as { readonly weightsDigest?: string | null } | undefined;
  const { seed: chosen } = spec as { readonly seed?: unknown };
  return {
    commands: [
      `sweep start sweep.json${profile === undefined ? '' : ` --profile ${profile}`}      # the file below`,
      `sweep show ${report.study} 1        # the best trial, and what happened to it`,
      `sweep export ${report.study} --best-model model`,
    ],
    spec: JSON.stringify(spec, null, 2),
    seed: typeof chosen === 'number' ? chosen : null,
    weightsDigest: result?.weightsDigest ?? null,
  };
}
