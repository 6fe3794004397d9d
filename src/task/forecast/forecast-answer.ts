// What a forecaster answers of a window: a value for each step of its horizon, or one a quantile; the steps one after the other.
import { delaysOf, type ForecastTask } from '../../study/trial/trial.js';
import { middleOf } from '../quantiles.js';
import type { Answer } from '../task.js';

type Answered = Partial<Pick<ForecastTask, 'window' | 'quantiles' | 'conformal' | 'errorScale'>>;

export function answerOfForecast({ window, quantiles, conformal, errorScale }: Answered): Answer {
  const steps = window === undefined ? 1 : delaysOf(window).length;
  const scale = errorScale === undefined ? {} : { errorScale };
  return { units: steps * (quantiles?.length ?? 1), activation: 'linear', quantiles, conformal, ...scale };
}

/** Where the forecast of a step stands in an answer: of quantiles the one nearest to a half. */
export function placeOfStep(step: number, quantiles: readonly number[] | undefined): number {
  return quantiles === undefined ? step : step * quantiles.length + middleOf(quantiles);
}
