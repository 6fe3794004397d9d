// What `sweep plot` does: the numbers of a plot, drawn as wide as the terminal, or as one document.

import type { Bus } from '../../bus/bus.js';
import { insightOf } from '../../coordinator/archive/study-insight.js';
import { readTrialCurves } from '../../coordinator/archive/trial-curves.js';
import { forecastValidation } from '../../coordinator/archive/validation-forecast.js';
import { SweepError } from '../../errors.js';
import { rankView } from '../../leaderboard/ranking.js';
import type { SeedResult } from '../../study/finished-row.js';
import { headerOf } from '../../study/study-view.js';
import type { CliContext } from '../context.js';
import { openCliEngine } from '../open-cli-engine.js';
import { findStudy } from '../options/study-argument.js';
import { findTrial } from '../options/trial-argument.js';
import { foldStudy, refuseIncompleteLog, withBus } from '../read-study.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { interruptible } from '../terminal/interruptible.js';
import { objectiveWords } from '../terminal/objective-words.js';
import { paintLine, span } from '../terminal/screen/styled-line.js';
import { confusionPlot } from './confusion-plot.js';
import { curvesPlot } from './curves-plot.js';
import { forecastPlot } from './forecast-plot.js';
import { historyPlot } from './history-plot.js';
import { horizonPlot } from './horizon-plot.js';
import { importancePlot } from './importance-plot.js';
import { parallelPlot } from './parallel-plot.js';
import { type DrawnPlot, type PlotInput, rowsOf } from './plot.js';
import type { PlotName, PlotOptions } from './plot-kinds.js';
import { slicePlot } from './slice-plot.js';

const CURVES = 5;
/** Where no terminal says how large it is. */
const COLUMNS = 80;
const ROWS = 22;
const MOST_ROWS = 40;

export async function plotStudy(
  context: CliContext,
  argument: string,
  kind: PlotName,
  options: PlotOptions,
): Promise<number> {
  // A forecast reads the data with a coordinator's rights: a viewer may read the log alone.
  await withBus(context, { ...options, writes: READS_DATA.has(kind) }, async (bus) => {
    const { study } = await findStudy(bus, argument);
    const view = await foldStudy(bus, study, Number.POSITIVE_INFINITY);
    refuseIncompleteLog(view, study);
    const input = { view, words: objectiveWords(view) };
    const plot = await READERS[kind]({ context, bus, input, options });
    const { metric, direction, dataset } = headerOf(view);
    if (options.json === true) {
      const facts = { study, plot: kind, metric, direction, synthetic: dataset?.synthetic ?? false };
      context.stdout.write(`${JSON.stringify({ ...facts, ...plot.numbers }, null, 2)}\n`);
      return;
    }
    const { stdout } = context;
    const columns = stdout.columns ?? context.columns ?? COLUMNS;
    const rows = Math.min(MOST_ROWS, Math.max(8, (stdout.rows ?? ROWS + 2) - 2));
    const title = [
      span(study, 'bold'),
      span(`  ${kind}`),
      ...(dataset?.synthetic === true ? [span('  SYNTHETIC DATA', 'inverse')] : []),
    ];
    const lines = [title, ...plot.draw({ columns, rows: rows - 1 })];
    for (const line of lines) stdout.write(`${paintLine(line, columns, context.colors.stdout).trimEnd()}\n`);
  });
  return 0;
}

interface PlotReading {
  readonly context: CliContext;
  readonly bus: Bus;
  readonly input: PlotInput;
  readonly options: PlotOptions;
}

/** Plots that look at the data, not at the log alone. */
const READS_DATA: ReadonlySet<PlotName> = new Set(['forecast']);

const READERS: Readonly<Record<PlotName, (reading: PlotReading) => DrawnPlot | Promise<DrawnPlot>>> = {
  history: ({ input }) => historyPlot(input),
  curves: readCurves,
  importance: ({ input }) => importancePlot(insightOf(input.view)),
  parallel: ({ input }) => parallelPlot(input),
  slice: ({ input, options }) => slicePlot(input, options.param),
  forecast: readForecast,
  horizon: ({ input, options }) => horizonPlot(input, bestSeeds(input, options)),
  confusion: readConfusion,
};

async function readConfusion({ bus, input, options: { trial = '1' } }: PlotReading): Promise<DrawnPlot> {
  const { view } = input;
  const wanted = await findTrial(bus, headerOf(view).study, trial);
  const seeds = rowsOf(view).flatMap((row) => row.seeds);
  return confusionPlot(
    input,
    seeds.find((seed) => seed.trial === wanted),
  );
}

function bestSeeds({ view }: PlotInput, { top = CURVES }: PlotOptions): SeedResult[] {
  return rankView(view)
    .slice(0, top)
    .map(({ row }) => row.seeds[0]!);
}

async function readCurves({ bus, input, options }: PlotReading): Promise<DrawnPlot> {
  const { view } = input;
  const seeds = bestSeeds(input, options);
  return curvesPlot(input, seeds, await readTrialCurves(bus, headerOf(view).study, seeds));
}

async function readForecast({ context, bus, input, options }: PlotReading): Promise<DrawnPlot> {
  const { trial: argument = '1', column, series, from, windows, json } = options;
  const { view } = input;
  const { study } = headerOf(view);
  const trial = await findTrial(bus, study, argument);
  const { version, cacheDirectory } = context;
  const logger = createCliLogger(context, { json });
  const forecast = await interruptible(context, async (signal) => {
    const engine = await openCliEngine(context);
    const wanted = { trial, column, series };
    return forecastValidation({ bus, view, ...wanted, cacheDirectory, version, logger, signal, engine });
  });
  if (forecast === null)
    throw new SweepError('USAGE', `study ${study} predicts no series: there is no forecast to draw`, {
      hint: `sweep plot ${study} curves draws how its trials learnt`,
    });
  return forecastPlot(forecast, { from, windows });
}
