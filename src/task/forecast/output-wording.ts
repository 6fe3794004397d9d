// How a forecast of several values is told: the error of each step beside naive persistence, the band that quantiles make.
import type { Band, QuantileErrors, StepFigures } from '../../study/trial/output-errors.js';
import { formatPercent } from '../../wording/figures.js';

type StepFigure = Pick<StepFigures, 'horizonRows' | 'mae' | 'baselineMae'>;

/** More are not listed: the first, the last, and some between. */
const MOST_LISTED = 8;

/** Empty: there is one step. */
export function describeBySteps(figures: readonly StepFigure[], figure: (value: number) => string): string[] {
  if (figures.length === 0) return [];
  const say = ({ horizonRows, mae, baselineMae }: StepFigure): string =>
    `${horizonRows}: ${figure(mae)} (naive ${figure(baselineMae)})`;
  const better = figures.filter(({ mae, baselineMae }) => mae < baselineMae).length;
  const head = `MAE by rows ahead, better than naive persistence in ${better} of ${figures.length}: `;
  const listed = spreadOver(figures);
  return [
    `${head}${listed.map(say).join(', ')}${listed.length < figures.length ? '; all of them: --json' : ''}`,
  ];
}

function spreadOver<One>(all: readonly One[]): readonly One[] {
  if (all.length <= MOST_LISTED) return all;
  const places = Array.from({ length: MOST_LISTED }, (_, at) =>
    Math.round((at * (all.length - 1)) / (MOST_LISTED - 1)),
  );
  return places.map((place) => all[place]!);
}

/** Empty: there is none. */
export function describeBand(band: Band | undefined, width: (value: number) => string): string[] {
  if (band === undefined) return [];
  const { nominal, coverage } = band;
  return [
    `${formatPercent(coverage)} % of the targets between the outermost quantiles, which claim ${formatPercent(nominal)} %; they are ${width(band.width)} apart in the mean`,
  ];
}

export function describeQuantiles(quantiles: readonly QuantileErrors[]): string[] {
  if (quantiles.length === 0) return [];
  const all = quantiles.map(({ quantile, below }) => `${quantile}: ${formatPercent(below)} %`);
  return [`targets at or below each quantile: ${all.join(', ')}`];
}
