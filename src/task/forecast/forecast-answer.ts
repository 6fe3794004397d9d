// What a forecaster answers of a window: column by column, of each step by step of its horizon, a value or one a quantile.
import { delaysOf, type ForecastTask } from '../../study/trial/trial.js';
import { middleOf } from '../quantiles.js';
import type { Answer } from '../task.js';

type Answered = Partial<
  Pick<ForecastTask, 'targetColumns' | 'window' | 'quantiles' | 'conformal' | 'errorScale' | 'errorScales'>
>;

export function answerOfForecast({
  targetColumns,
  window,
  quantiles,
  conformal,
  errorScales,
  errorScale: ofOne,
}: Answered): Answer {
  const steps = window === undefined ? 1 : delaysOf(window).length;
  const errorScale = errorScales ?? ofOne;
  const columns = targetColumns?.length ?? 1;
  return {
    units: columns * steps * (quantiles?.length ?? 1),
    activation: 'linear',
    quantiles,
    conformal,
    ...(errorScale === undefined ? {} : { errorScale }),
    ...(columns === 1 ? {} : { columns }),
  };
}

/** Where the forecast of a step stands in an answer: of quantiles the one nearest to a half. */
export function placeOfStep(step: number, quantiles: readonly number[] | undefined): number {
  return quantiles === undefined ? step : step * quantiles.length + middleOf(quantiles);
}
