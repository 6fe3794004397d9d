// The values a dimension holds, by number: `valueAt(k)` for k in 0 … count − 1, in ascending or listed order.
import { SweepError } from '../../errors.js';
import type { ParamValue } from '../../study/trial/trial.js';
import type { Dimension, RangeDimension } from './dimension.js';

/** A dimension as a finite, random-access list. */
export interface ValueList {
  readonly count: number;
  valueAt(index: number): ParamValue;
}

/**
 * Rounding of computed values. The host's exp, log and pow may differ in the last bits between machines, and a trial's
 * id is a hash of its values: 12 significant digits are the same everywhere, and read well in a table.
 */
const SIGNIFICANT_DIGITS = 12;
/** A whole-number range with levels may hold fewer values than levels: they are counted by making them. */
const MAX_INT_LEVELS = 1_000_000;

/** The values that the grid takes from `dimension`. Throws SPEC_INVALID naming `space.<name>`. */
export function listValues(name: string, dimension: Dimension): ValueList {
  if (Array.isArray(dimension)) return fromChoices(dimension);
  if (dimension.type === 'choice') return fromChoices(dimension.values);
  const { levels } = dimension;
  if (levels === undefined) return steppedValues(name, dimension);
  if (dimension.type === 'float') {
    refuseIndistinct(name, dimension, levels);
    return { count: levels, valueAt: (index) => levelValue(dimension, levels, index) };
  }
  return wholeLevels(dimension, Math.min(levels, MAX_INT_LEVELS));
}

/** The `index`-th of `levels` values from low to high, both included exactly; evenly spaced, or in the logarithm. */
export function levelValue(range: RangeDimension, levels: number, index: number): number {
  const { low, high, log } = range;
  if (index === 0) return low;
  if (index === levels - 1) return high;
  const share = index / (levels - 1);
  return significant(
    log ? Math.exp(Math.log(low) * (1 - share) + Math.log(high) * share) : low * (1 - share) + high * share,
  );
}

/** How many values a dimension holds; null: a range of real numbers without `levels` or `step`. */
export function countOf(name: string, dimension: Dimension): number | null {
  const isContinuous =
    !Array.isArray(dimension) &&
    dimension.type !== 'choice' &&
    dimension.levels === undefined &&
    dimension.step === undefined &&
    (dimension.type === 'float' || dimension.log);
  return isContinuous ? null : listValues(name, dimension).count;
}

/** The value at `share` of the way through a dimension, 0 ≤ share < 1: equal shares of listed values, else of the range. */
export function valueAt(name: string, dimension: Dimension, share: number): ParamValue {
  if (Array.isArray(dimension) || dimension.type === 'choice' || countOf(name, dimension) !== null) {
    const values = listValues(name, dimension);
    return values.valueAt(Math.min(values.count - 1, Math.floor(share * values.count)));
  }
  const { low, high, log } = dimension;
  // A whole number owns the unit around it, so that both ends are as likely as the others.
  const [from, to] = dimension.type === 'int' ? [low - 0.5, high + 0.5] : [low, high];
  const value = log
    ? Math.exp(Math.log(Math.max(from, Number.MIN_VALUE)) * (1 - share) + Math.log(to) * share)
    : from * (1 - share) + to * share;
  const within = Math.min(high, Math.max(low, value));
  return dimension.type === 'int' ? Math.min(high, Math.max(low, Math.round(within))) : significant(within);
}

function fromChoices(values: readonly ParamValue[]): ValueList {
  return { count: values.length, valueAt: (index) => values[index] ?? null };
}

function wholeLevels(range: RangeDimension, levels: number): ValueList {
  const span = range.high - range.low + 1;
  // As many levels as whole numbers, evenly spaced: every number once, without listing them.
  if (!range.log && levels >= span) return { count: span, valueAt: (index) => range.low + index };
  const values = new Set<number>();
  for (let index = 0; index < levels; index++) values.add(Math.round(levelValue(range, levels, index)));
  return fromChoices([...values]);
}

function steppedValues(name: string, range: RangeDimension): ValueList {
  const step = range.step ?? (range.type === 'int' && !range.log ? 1 : undefined);
  if (step === undefined)
    throw new SweepError('SPEC_INVALID', `space.${name} is a range without levels: the grid cannot list it`, {
      path: `space.${name}.levels`,
      hint: 'add "levels": 3',
    });
  // Rounded before the floor, so that 0.1 to 0.5 in steps of 0.1 ends at 0.5.
  const steps = Math.floor(significant((range.high - range.low) / step));
  if (range.type === 'int') return { count: steps + 1, valueAt: (index) => range.low + index * step };
  refuseIndistinct(name, range, steps + 1);
  return {
    count: steps + 1,
    valueAt: (index) => Math.min(range.high, significant(range.low + index * step)),
  };
}

/** Two neighbours that round to the same number would be one trial counted twice. */
function refuseIndistinct(name: string, range: RangeDimension, count: number): void {
  const { low, high, log } = range;
  const spacing = log
    ? Math.log(high / low) / (count - 1)
    : (high / (count - 1) - low / (count - 1)) / Math.max(Math.abs(low), Math.abs(high));
  if (spacing > 2 * 10 ** (1 - SIGNIFICANT_DIGITS)) return;
  throw new SweepError(
    'SPEC_INVALID',
    `takes ${count} values between ${low} and ${high}: they differ by less than ${SIGNIFICANT_DIGITS} digits show`,
    { path: `space.${name}`, hint: 'fewer levels, or a wider range' },
  );
}

function significant(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
