// A trained model's forecasts on the validation windows that its trial was judged on, beside the truth and common sense.
// Never the test split.
import { parseTimestamp } from '../../dataset/sources/csv/times/time-stamps.js';
import type { Engine } from '../../engine/engine.js';
import { SweepError } from '../../errors.js';
import { openSplit, validationBaseline } from '../../task/open-split.js';
import { PREDICTION_BATCH } from '../../task/predictor.js';
import { claimOf } from '../../task/quantiles.js';
import { taskOf } from '../../task/registry.js';
import type { JudgedSeries } from '../../task/task.js';
import { suggest } from '../../wording/suggest.js';
import { type DrawnAnswers, drawAnswers } from './drawn-answers.js';
import { openTrained, type TakeModelOptions } from './trained-model.js';

/** All in the target's unit and in the order of time; one value a window. */
export interface ValidationForecast {
  readonly trial: string;
  readonly target: string;
  /** Of several all columns that the trial forecasts, each of which can be asked for; absent: there is one. */
  readonly targets?: readonly string[];
  /** Of several in one table: the one that is told of, and all, each with its errors. */
  readonly series?: { readonly name: string; readonly all: readonly SeriesErrors[] };
  readonly unit: string | null;
  readonly synthetic: boolean;
  /** Of the first target; null: the rows have no times. Milliseconds since 1970 by the clock of the data. */
  readonly firstMs: number | null;
  /** Between two targets, in rows and, where rows have times, in milliseconds. */
  readonly stride: number;
  readonly stepMs: number | null;
  /** Rows from the last one read to the target. */
  readonly horizonRows: number;
  /** Steps between rows that are not the usual one: times after them are off by as much. */
  readonly irregularSteps: number;
  readonly truth: Float32Array;
  readonly prediction: Float32Array;
  /** Absolute error of the last value read. */
  readonly naiveError: Float32Array;
  /** Between the outermost quantiles, as the model is used: in order, and conformal where it is; null: it has no two. */
  readonly band: ForecastBand | null;
}

/** Mean absolute errors over the windows of one series. */
export interface SeriesErrors {
  readonly name: string;
  readonly windows: number;
  readonly mae: number;
  readonly naiveMae: number;
}

export interface ForecastBand {
  /** The share of the targets that it claims to cover. */
  readonly nominal: number;
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** The share of the truth that lies within; `places`: of these alone. */
export function coverageOf(
  truth: Float32Array,
  { low, high }: ForecastBand,
  places: readonly number[] = [...truth.keys()],
): number {
  return (
    places.filter((place) => truth[place]! >= low[place]! && truth[place]! <= high[place]!).length /
    places.length
  );
}

/**
 * `column`, `series`: of several target columns, and of several series, one of them, by default the first. null: the trial
 * predicts no series. Throws as openTrained does, USAGE for a column or series that it does not forecast, INTERRUPTED.
 */
export async function forecastValidation(
  options: TakeModelOptions & {
    readonly engine: Engine;
    readonly column?: string | undefined;
    readonly series?: string | undefined;
  },
): Promise<ValidationForecast | null> {
  const { config, dataset, metadata, weights, finished } = await openTrained(options);
  try {
    const task = taskOf(config.task);
    const horizons = Array.from({ length: task.targets(config.task) }, (_, place) =>
      task.horizon(config.task, place),
    );
    const targets = horizons.map((one) => metadata.columns[one?.targetColumn ?? -1]?.name ?? '');
    const place = placeAmong(options.column, targets, { path: '--column', what: 'column' });
    const horizon = horizons[place] ?? null;
    if (horizon === null) return null;
    const column = metadata.columns[horizon.targetColumn];
    if (column === undefined) throw new SweepError('INTERNAL', 'the target was checked, but is not a column');
    const stride = config.training.validationStride;
    const judged = task.judgedSeries(config.task, metadata, stride);
    const chosen = placeAmong(
      options.series,
      judged.flatMap(({ name }) => name ?? []),
      { path: '--series', what: 'series' },
    );
    // Of several steps the last one is drawn.
    const drawn = task.lastStep(config.task, place);
    const samples = openSplit(dataset, drawn, 'validation', stride);
    const model = options.engine.build({
      layers: config.layers,
      timesteps: samples.timesteps,
      features: samples.features,
      loss: config.training.loss,
      optimizer: config.training.optimizer,
      batchSize: PREDICTION_BATCH,
      seed: config.seed,
    });
    const { quantiles } = task.answer(config.task);
    const nominal = claimOf(quantiles ?? []);
    let answers: DrawnAnswers;
    try {
      model.load(weights);
      const { outputs } = finished.result;
      const { place: at } = horizon;
      answers = await drawAnswers({ model, samples, quantiles, outputs, place: at }, options.signal);
    } finally {
      model.dispose();
    }
    const { truth, prediction, low, high } = answers;
    const naive = validationBaseline(dataset, drawn, stride).perSample;
    const { name, windows, firstStep, columns } = judged[chosen]!;
    const { mean, std } = columns[horizon.targetColumn]!;
    // Errors of an earlier block of a rolling origin are told in the deviations of the latest.
    const naiveStd = ({ columns: own }: JudgedSeries): number =>
      metadata.rolling === undefined ? own[horizon.targetColumn]!.std : column.std;
    const errorsOf = (one: JudgedSeries, sample: number): readonly [mae: number, naive: number] => [
      Math.abs(prediction[sample]! - truth[sample]!) * one.columns[horizon.targetColumn]!.std,
      naive[sample]! * naiveStd(one),
    ];
    const first = judged.slice(0, chosen).reduce((sum, before) => sum + before.windows, 0);
    const ofSeries = (values: Float32Array): Float32Array => values.slice(first, first + windows);
    const inUnit = (values: Float32Array): Float32Array =>
      ofSeries(values).map((value) => value * std + mean);
    const stepMs = metadata.stepSeconds === null ? null : metadata.stepSeconds * 1000;
    const { time } = metadata;
    return {
      trial: finished.trial,
      target: column.name,
      ...(targets.length === 1 ? {} : { targets }),
      ...(name === null
        ? {}
        : {
            series: { name, all: seriesErrors(judged, errorsOf) },
          }),
      unit: column.unit,
      synthetic: metadata.source.synthetic,
      firstMs:
        time === null || stepMs === null ? null : parseTimestamp(time.first) * 1000 + firstStep * stepMs,
      stride,
      stepMs: stepMs === null ? null : stepMs * stride,
      horizonRows: horizon.step + horizon.delay,
      irregularSteps: time?.irregularSteps ?? 0,
      truth: inUnit(truth),
      prediction: inUnit(prediction),
      naiveError: ofSeries(naive).map((error) => error * naiveStd(judged[chosen]!)),
      band: nominal === null ? null : { nominal, low: inUnit(low), high: inUnit(high) },
    };
  } finally {
    dataset.close();
  }
}

/** In the target's unit; samples are the windows of all, one series after the other. */
function seriesErrors(
  judged: readonly JudgedSeries[],
  errorsOf: (one: JudgedSeries, sample: number) => readonly [mae: number, naive: number],
): SeriesErrors[] {
  let sample = 0;
  return judged.map((one) => {
    const { windows } = one;
    let [mae, naiveMae] = [0, 0];
    for (const end = sample + windows; sample < end; sample++) {
      const [error, naive] = errorsOf(one, sample);
      mae += error / windows;
      naiveMae += naive / windows;
    }
    return { name: one.name ?? '', windows, mae, naiveMae };
  });
}

/** Throws USAGE. */
function placeAmong(
  wanted: string | undefined,
  names: readonly string[],
  { path, what }: { readonly path: string; readonly what: string },
): number {
  if (wanted === undefined) return 0;
  const place = names.indexOf(wanted);
  if (place >= 0) return place;
  throw new SweepError('USAGE', `the trial forecasts no ${what} ${JSON.stringify(wanted)}`, {
    path,
    hint: suggest(wanted, names),
  });
}
