// Forecasts beside the truth as the page draws them: values short enough to send, and where the errors lie in hours, days and
// seasons. Pure.
import { coverageOf, type ValidationForecast } from '../coordinator/archive/validation-forecast.js';
import { unitSign } from '../wording/figures.js';
import { countOf } from '../wording/plural.js';
import type { ErrorGroup, ForecastAnswer } from './wire.js';

const SENT_DIGITS = 6;
const RESIDUAL_BINS = 41;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const SEASONS = ['Dec–Feb', 'Mar–May', 'Jun–Aug', 'Sep–Nov'];

export function forecastAnswer(forecast: ValidationForecast): ForecastAnswer {
  const { truth, prediction, naiveError, firstMs, stepMs, band } = forecast;
  const residuals = prediction.map((value, place) => value - truth[place]!);
  const errors = residuals.map(Math.abs);
  const groups = (names: readonly string[], placeOf: (at: Date) => number): ErrorGroup[] => {
    if (firstMs === null || stepMs === null) return [];
    return groupErrors(errors, naiveError, names, (place) => placeOf(new Date(firstMs + place * stepMs)));
  };
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
  return {
    target: forecast.target,
    targets: forecast.targets ?? [],
    series: forecast.series ?? null,
    unit: unitSign(forecast.unit),
    synthetic: forecast.synthetic,
    firstMs,
    stepMs,
    stride: forecast.stride,
    horizon: `${countOf(forecast.horizonRows, 'row')} ahead`,
    irregularSteps: forecast.irregularSteps,
    mae: mean(errors),
    naiveMae: mean(naiveError),
    truth: [...truth].map(shorten),
    prediction: [...prediction].map(shorten),
    band: band && {
      nominal: band.nominal,
      coverage: coverageOf(truth, band),
      low: [...band.low].map(shorten),
      high: [...band.high].map(shorten),
    },
    byHour: groups(hours, (at) => at.getUTCHours()),
    byWeekday: groups(WEEKDAYS, (at) => (at.getUTCDay() + 6) % 7),
    bySeason: groups(SEASONS, (at) => Math.floor(((at.getUTCMonth() + 1) % 12) / 3)),
    residuals: histogram(residuals),
    bias: mean(residuals),
  };
}

function groupErrors(
  errors: Float32Array,
  naive: Float32Array,
  names: readonly string[],
  placeOf: (place: number) => number,
): ErrorGroup[] {
  const sums = names.map(() => ({ windows: 0, error: 0, naive: 0 }));
  for (let place = 0; place < errors.length; place++) {
    const sum = sums[placeOf(place)]!;
    sum.windows += 1;
    sum.error += errors[place]!;
    sum.naive += naive[place]!;
  }
  return names.flatMap((name, at) => {
    const { windows, error, naive: naiveSum } = sums[at]!;
    return windows === 0 ? [] : [{ name, windows, mae: error / windows, naiveMae: naiveSum / windows }];
  });
}

/** As wide to both sides of zero, so that a bias is seen. */
function histogram(residuals: Float32Array): ForecastAnswer['residuals'] {
  const furthest = residuals.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (furthest === 0) return [{ from: 0, to: 0, count: residuals.length }];
  const width = (2 * furthest) / RESIDUAL_BINS;
  const counts = new Array<number>(RESIDUAL_BINS).fill(0);
  for (const value of residuals) {
    const bin = Math.min(RESIDUAL_BINS - 1, Math.floor((value + furthest) / width));
    counts[bin]! += 1;
  }
  return counts.map((count, bin) => ({
    from: bin * width - furthest,
    to: (bin + 1) * width - furthest,
    count,
  }));
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shorten(value: number): number {
  return Number(value.toPrecision(SENT_DIGITS));
}
