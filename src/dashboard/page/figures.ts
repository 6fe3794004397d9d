// How values are written on the page: as the terminal writes them.
import { formatDuration } from '../../wording/duration.js';
import { DASH, formatObjective, formatUnits, type Spread } from '../../wording/figures.js';
import type { StudyFacts } from '../wire.js';

export { formatDuration } from '../../wording/duration.js';
export { DASH, formatCount } from '../../wording/figures.js';

/** An objective in its unit, where it has one. */
export function objectiveText(facts: StudyFacts, value: number | null, spread: Spread | null = null): string {
  if (value === null) return DASH;
  const scale = facts.unitScale;
  if (scale === null) return formatObjective(value, spread);
  const scaled = spread === null ? null : { low: spread.low * scale, high: spread.high * scale };
  return formatUnits(value * scale, scaled);
}

export function objectiveWithUnit(
  facts: StudyFacts,
  value: number | null,
  spread: Spread | null = null,
): string {
  const text = objectiveText(facts, value, spread);
  return value === null || facts.unitScale === null ? text : `${text} ${facts.unit}`;
}

const METRIC_NAMES: Readonly<Record<string, string>> = {
  validationMae: 'validation MAE',
  validationMse: 'validation MSE',
  validationLoss: 'validation loss',
  validationAccuracy: 'validation accuracy',
  validationMacroF1: 'validation macro F1',
  validationTop3: 'validation top 3',
  validationTop5: 'validation top 5',
  validationRmse: 'validation RMSE',
  trainLoss: 'training loss',
  pinball: 'pinball loss',
};

export function metricName(metric: string): string {
  return METRIC_NAMES[metric] ?? metric;
}

/** Over an axis: what it shows, and its unit. */
export function objectiveTitle(facts: StudyFacts): string {
  return facts.unitScale === null ? metricName(facts.metric) : `${metricName(facts.metric)}, ${facts.unit}`;
}

export function durationText(ms: number | null): string {
  return ms === null ? DASH : formatDuration(ms);
}

export function numberText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e6) return String(value);
  const short = Number(value.toPrecision(size < 1e-3 || size >= 1e6 ? 3 : 4));
  // 0.0005 and 5e-5, without zeros that say nothing.
  return size < 1e-4 || size >= 1e6 ? short.toExponential().replace('e+', 'e') : String(short);
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 16);
}
