// The charts of a study's page: the history of the search, the curves of the best and the stopped, the forecasts.

import type { Experiment } from '../study-report.js';
import { lineChart } from './line-chart.js';
import type { StudyFigures } from './study-figures.js';

const BEST_CURVES = 8;
const STOPPED_CURVES = 24;
const OUTLIERS = 0.02;
const EPOCH_TICKS = 12;
/** Of a longer forecast the newest are drawn: each window is seen. */
export const FORECAST_DRAWN = 500;
const FORECAST_TICKS = 7;

/** In the target's unit; one value a window, in the order of time. */
export interface ForecastStretch {
  readonly label: string;
  /** Of the first window; null: rows have no times. */
  readonly firstMs: number | null;
  readonly stepMs: number | null;
  readonly truth: readonly number[];
  readonly prediction: readonly number[];
  /** Between the outermost quantiles; null: there are no two. */
  readonly band: {
    readonly nominal: number;
    readonly coverage: number;
    readonly low: readonly number[];
    readonly high: readonly number[];
  } | null;
}

export interface HistoryPoint {
  readonly index: number;
  readonly experiment: Experiment;
}

export function historyChart(points: readonly HistoryPoint[], figures: StudyFigures): string {
  const ordered = [...points].sort((left, right) => left.index - right.index);
  const sign = figures.isLess ? 1 : -1;
  const best: [number, number][] = [];
  for (const { index, experiment } of ordered) {
    const value = figures.valueOf(experiment);
    const last = best.at(-1)?.[1];
    if (experiment.state === 'COMPLETE' && (last === undefined || sign * (value - last) < 0))
      best.push([index + 1, value]);
  }
  const [end, leading] = [ordered.at(-1), best.at(-1)];
  if (end !== undefined && leading !== undefined) best.push([end.index + 1, leading[1]]);
  return lineChart({
    title: 'Objective of each trial in the order of the search, and the best so far',
    xLabel: 'trial',
    yLabel: figures.title,
    yRange: withoutWorst(
      ordered.map(({ experiment }) => figures.valueOf(experiment)),
      figures.isLess,
    ),
    mark: figures.baseline,
    dots: ordered.map(({ index, experiment }) => ({
      class: experiment.state === 'COMPLETE' ? 'dot' : 'dot stopped',
      x: index + 1,
      y: figures.valueOf(experiment),
      name: experiment.name,
    })),
    lines: [{ class: 'best', name: 'best so far', isStepped: true, points: best }],
  });
}

/** null: no curve is known. */
export function curvesChart(experiments: readonly Experiment[], figures: StudyFigures): string | null {
  const known = experiments.filter(({ curve }) => (curve?.length ?? 0) > 1);
  const best = known.filter(({ state }) => state === 'COMPLETE').slice(0, BEST_CURVES);
  const stopped = known.filter(({ state }) => state === 'PRUNED').slice(0, STOPPED_CURVES);
  if (best.length === 0) return null;
  // A loss is drawn in the unit where it is what is ranked by.
  const isRanked = [...best, ...stopped].every(({ curve, objective }) =>
    curve!.some(({ validationLoss }) => validationLoss === objective),
  );
  const scale = isRanked ? figures.scale : 1;
  const lineOf = (kind: string) => (experiment: Experiment) => ({
    class: kind,
    name: experiment.name,
    points: experiment.curve!.map(({ epoch, validationLoss }) => [epoch, validationLoss * scale] as const),
  });
  const [first, ...others] = best;
  return lineChart({
    title: `Validation loss by epoch: the best ${best.length}${stopped.length === 0 ? '' : ` and ${stopped.length} that were stopped`}`,
    xLabel: 'epoch',
    xTicks: epochTicks(Math.max(...[...best, ...stopped].map(({ curve }) => curve!.at(-1)!.epoch))),
    yLabel: isRanked ? figures.title : 'validation loss',
    mark: isRanked ? figures.baseline : null,
    lines: [
      ...stopped.map(lineOf('curve stopped')),
      ...others.map(lineOf('curve')),
      ...(first === undefined ? [] : [lineOf('best')(first)]),
    ],
  });
}

/** Whole ones. */
function epochTicks(last: number): { readonly value: number; readonly text: string }[] {
  const every =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].find((step) => last / step <= EPOCH_TICKS) ?? last;
  return Array.from({ length: Math.floor(last / every) + 1 }, (_, at) => Math.max(1, at * every))
    .filter((value, at, all) => value !== all[at - 1])
    .map((value) => ({ value, text: String(value) }));
}

export function forecastChart({ label, firstMs, stepMs, truth, prediction, band }: ForecastStretch): string {
  const from = Math.max(0, truth.length - FORECAST_DRAWN);
  const pointsOf = (values: readonly number[]) =>
    values.slice(from).map((value, at) => [from + at, value] as const);
  const isTimed = firstMs !== null && stepMs !== null;
  const every = Math.max(1, Math.round((truth.length - from) / FORECAST_TICKS));
  const ticks = Array.from(
    { length: Math.floor((truth.length - 1 - from) / every) + 1 },
    (_, at) => from + at * every,
  );
  return lineChart({
    title: `Forecasts of the best trial against the truth: ${label}`,
    xLabel: isTimed ? 'time' : 'validation window',
    yLabel: label,
    ...(isTimed
      ? { xTicks: ticks.map((value) => ({ value, text: timeText(firstMs + value * stepMs) })) }
      : {}),
    areas:
      band === null
        ? []
        : [
            {
              class: 'band',
              name: 'band of the outermost quantiles',
              points: pointsOf(band.low).map(([at, low]) => [at, low, band.high[at]!] as const),
            },
          ],
    lines: [
      { class: 'truth', name: 'truth', points: pointsOf(truth) },
      { class: 'best', name: 'forecast', points: pointsOf(prediction) },
    ],
  });
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function withoutWorst(values: readonly number[], isLess: boolean): readonly [number, number] {
  const sorted = [...values].sort((left, right) => left - right);
  const cut = sorted.length >= 20 ? Math.floor(sorted.length * OUTLIERS) : 0;
  const kept = isLess ? sorted.slice(0, sorted.length - cut) : sorted.slice(cut);
  return [kept[0] ?? 0, kept.at(-1) ?? 1];
}
