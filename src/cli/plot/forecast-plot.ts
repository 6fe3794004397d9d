// A trial's forecasts on validation windows beside the truth, over a stretch of time. Pure.
import { coverageOf, type ValidationForecast } from '../../coordinator/archive/validation-forecast.js';
import { formatUnits, unitSign, withUnit } from '../../wording/figures.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import { drawChart } from '../terminal/chart/chart.js';
import { timeTicks, wholeTicks } from '../terminal/chart/ticks.js';
import { span } from '../terminal/screen/styled-line.js';
import type { DrawnPlot } from './plot.js';

const WINDOWS_DRAWN = 240;
const SERIES_NAMED = 4;

export interface Stretch {
  readonly from?: number | undefined;
  readonly windows?: number | undefined;
}

export function forecastPlot(
  forecast: ValidationForecast,
  { from = 0, windows = WINDOWS_DRAWN }: Stretch,
): DrawnPlot {
  const { truth, prediction, naiveError, firstMs, stepMs, unit, horizonRows, band, series } = forecast;
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
      ...(series === undefined ? {} : { series: series.name, bySeries: series.all }),
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
      const lines = 1 + (band === null ? 0 : 1) + (series === undefined ? 0 : 1);
      const figure = (value: number): string => withUnit(formatUnits(value), unit);
      return [
        ...drawChart({
          xTitle: hasTimes ? 'time' : 'window',
          yTitle: `${withTitle(forecast.target, unit)}${series === undefined ? '' : `  ${series.name}`}`,
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
          size: { columns: size.columns, rows: size.rows - lines },
        }),
        [
          span(`windows ${start} to ${end - 1} of ${truth.length}: MAE ${figure(mae)}`),
          span(`  naive persistence ${figure(naiveMae)}`, 'yellow'),
          ...(forecast.synthetic ? [span('  SYNTHETIC DATA', 'inverse')] : []),
        ],
        ...(coverage === null
          ? []
          : [[span(`${bandName} covers ${shareText(coverage)} of these windows`, 'blue')]]),
        ...(series === undefined ? [] : [[span(seriesText(series), 'dim')]]),
      ];
    },
  };
}

function shareText(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** What `--series` takes, those first that are forecast worst beside common sense. */
function seriesText({ all }: NonNullable<ValidationForecast['series']>): string {
  const beside = ({ mae, naiveMae }: { readonly mae: number; readonly naiveMae: number }): number =>
    mae / naiveMae;
  const worst = [...all].sort((left, right) => beside(right) - beside(left));
  const better = all.filter((one) => one.mae < one.naiveMae).length;
  const named = worst.slice(0, SERIES_NAMED).map(({ name }) => printable(name));
  const more = all.length - named.length;
  return `better than naive persistence in ${better} of ${all.length} series; --series, worst first: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** `T (degC)` names its unit itself. */
function withTitle(target: string, unit: string | null): string {
  return unit === null || target.includes(unit) ? target : `${target}, ${unitSign(unit)}`;
}
