// A trial's forecasts on validation windows beside the truth, over a stretch of time. Pure.
import { coverageOf, type ValidationForecast } from '../../coordinator/archive/validation-forecast.js';
import { formatUnits, unitSign, withUnit } from '../../wording/figures.js';
import { countOf } from '../../wording/plural.js';
import { drawChart } from '../terminal/chart/chart.js';
import { timeTicks, wholeTicks } from '../terminal/chart/ticks.js';
import { span } from '../terminal/screen/styled-line.js';
import type { DrawnPlot } from './plot.js';

const WINDOWS_DRAWN = 240;

export interface Stretch {
  readonly from?: number | undefined;
  readonly windows?: number | undefined;
}

export function forecastPlot(
  forecast: ValidationForecast,
  { from = 0, windows = WINDOWS_DRAWN }: Stretch,
): DrawnPlot {
  const { truth, prediction, naiveError, firstMs, stepMs, unit, horizonRows, band } = forecast;
  const start = Math.max(0, Math.min(from, truth.length - 2));
  const end = Math.min(truth.length, start + windows);
  const places = Array.from({ length: end - start }, (_, at) => start + at);
  const atOf = (place: number): number =>
    firstMs === null || stepMs === null ? place : firstMs + place * stepMs;
  const hasTimes = firstMs !== null && stepMs !== null;
  const meanError = (errorOf: (place: number) => number): number =>
    places.reduce((sum, place) => sum + errorOf(place), 0) / places.length;
  const mae = meanError((place) => Math.abs(prediction[place]! - truth[place]!));
  const naiveMae = meanError((place) => naiveError[place]!);
  const coverage = band === null ? null : coverageOf(truth, band, places);
  const bandName = band === null ? '' : `${shareText(band.nominal)} band`;
  return {
    numbers: {
      trial: forecast.trial,
      target: forecast.target,
      ...(forecast.targets === undefined ? {} : { targets: forecast.targets }),
      unit: unitSign(unit),
      synthetic: forecast.synthetic,
      windows: truth.length,
      from: start,
      horizonRows,
      mae,
      naiveMae,
      ...(band === null ? {} : { band: { nominal: band.nominal, coverage } }),
      points: places.map((place) => ({
        ...(hasTimes ? { at: new Date(atOf(place)).toISOString() } : { window: place }),
        truth: truth[place]!,
        forecast: prediction[place]!,
        ...(band === null ? {} : { low: band.low[place]!, high: band.high[place]! }),
      })),
    },
    draw(size) {
      const line = (values: Float32Array) => places.map((place) => [atOf(place), values[place]!] as const);
      const figure = (value: number): string => withUnit(formatUnits(value), unit);
      return [
        ...drawChart({
          xTitle: hasTimes ? 'time' : 'window',
          yTitle: withTitle(forecast.target, unit),
          series: [
            ...(band === null
              ? []
              : [
                  { name: bandName, style: 'blue' as const, points: line(band.low) },
                  { name: '', style: 'blue' as const, points: line(band.high) },
                ]),
            { name: 'truth', style: 'dim', points: line(truth) },
            {
              name: `forecast ${countOf(horizonRows, 'row')} ahead`,
              style: 'cyan',
              points: line(prediction),
            },
          ],
          xTicks: hasTimes ? timeTicks : wholeTicks,
          size: { columns: size.columns, rows: size.rows - (band === null ? 1 : 2) },
        }),
        [
          span(`windows ${start} to ${end - 1} of ${truth.length}: MAE ${figure(mae)}`),
          span(`  naive persistence ${figure(naiveMae)}`, 'yellow'),
          ...(forecast.synthetic ? [span('  SYNTHETIC DATA', 'inverse')] : []),
        ],
        ...(coverage === null
          ? []
          : [[span(`${bandName} covers ${shareText(coverage)} of these windows`, 'blue')]]),
      ];
    },
  };
}

function shareText(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** `T (degC)` names its unit itself. */
function withTitle(target: string, unit: string | null): string {
  return unit === null || target.includes(unit) ? target : `${target}, ${unitSign(unit)}`;
}
