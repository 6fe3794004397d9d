// Errors of forecasts as they are told: in the target's unit, and free of it (MASE: Hyndman & Koehler 2006, International
// Journal of Forecasting 22; sMAPE: Makridakis 1993, ibid. 9, as of the M4 competition, in percent). Pure.

/** A normalised value times `std`, plus `mean`, is in the unit. */
export interface Scale {
  readonly mean: number;
  readonly std: number;
}

export interface ForecastErrors {
  /** Normalised. */
  readonly mae: number;
  readonly rmse: number;
  /** MAE over `oneError`; null where that is 0 or not known. */
  readonly mase: number | null;
  /** Percent, from 0 to 200: the mean of 2·|error| / (|forecast| + |target|), a 0 for a 0 counts 0. */
  readonly smape: number;
  /** `[windows]`, normalised, of several steps the mean over them. */
  readonly absoluteErrors: Float32Array;
}

/** Of several columns: the means over them, of a RMSE over its square. */
export function meanErrors(all: readonly ForecastErrors[]): ForecastErrors {
  if (all.length === 1) return all[0]!;
  const mean = (of: (one: ForecastErrors) => number): number =>
    all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    mae: mean(({ mae }) => mae),
    rmse: Math.sqrt(mean(({ rmse }) => rmse * rmse)),
    mase: all.some(({ mase }) => mase === null) ? null : mean(({ mase }) => mase ?? 0),
    smape: mean(({ smape }) => smape),
    absoluteErrors: all[0]!.absoluteErrors.map((_, at) => mean(({ absoluteErrors }) => absoluteErrors[at]!)),
  };
}

/**
 * `predictions` and `targets`: `[windows, steps]`. `scaleOf`: of each window. `oneError`: the error whose MASE is 1, normalised.
 */
export function measureErrors(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  oneError: number,
  scaleOf: (window: number) => Scale,
  steps = 1,
): ForecastErrors {
  const count = targets.length;
  const absoluteErrors = new Float32Array(count / steps);
  let absolute = 0;
  let square = 0;
  let share = 0;
  for (let window = 0; window < absoluteErrors.length; window++) {
    const { mean, std } = scaleOf(window);
    let ofSteps = 0;
    for (let at = window * steps; at < (window + 1) * steps; at++) {
      const [prediction, target] = [predictions[at]!, targets[at]!];
      const error = Math.abs(prediction - target);
      ofSteps += error;
      absolute += error;
      square += error * error;
      const size = Math.abs(prediction * std + mean) + Math.abs(target * std + mean);
      if (size > 0) share += (2 * error * std) / size;
    }
    absoluteErrors[window] = ofSteps / steps;
  }
  const mae = absolute / count;
  return {
    mae,
    rmse: Math.sqrt(square / count),
    mase: oneError > 0 ? mae / oneError : null,
    smape: (100 * share) / count,
    absoluteErrors,
  };
}
