// A space as a cube: each dimension is an axis of shares in [0, 1), evenly over a range or, of a logarithmic one, over its
// logarithm. What samplers that count, spread or learn compute with; values.ts says which value stands at a share.
import type { ParamValue } from '../../study/trial/trial.js';
import type { Dimension, RangeDimension, Space } from './dimension.js';
import { countOf, levelValue, listValues, type ValueList, valueAt } from './values.js';

export interface Axis {
  readonly name: string;
  /** Choices have no order: only equal and unequal. */
  readonly isChoice: boolean;
  /** How many values it holds; null: a range of real numbers. */
  readonly count: number | null;
  /** Width of a value's cell in shares, where values are evenly spaced; 0: between them lie others. */
  readonly cell: number;
  valueAt(share: number): ParamValue;
  /** The middle of the value's cell. NaN of a value that the dimension does not hold. */
  shareOf(value: ParamValue): number;
}

export function axesOf(space: Space): Axis[] {
  return Object.entries(space).map(([name, dimension]) => axisOf(name, dimension));
}

function axisOf(name: string, dimension: Dimension): Axis {
  if (Array.isArray(dimension)) return choiceAxis(name, dimension);
  if (dimension.type === 'choice') return choiceAxis(name, dimension.values);
  if (countOf(name, dimension) !== null) return listedAxis(name, listValues(name, dimension), dimension);
  return rangeAxis(name, dimension);
}

function choiceAxis(name: string, values: readonly ParamValue[]): Axis {
  const places = new Map(values.map((value, place) => [value, place]));
  const count = values.length;
  return {
    name,
    isChoice: true,
    count,
    cell: 1 / count,
    valueAt: (share) => values[placeAt(share, count)] ?? null,
    shareOf: (value) => ((places.get(value) ?? Number.NaN) + 0.5) / count,
  };
}

/** Numbers that ascend. Rounded levels of whole numbers lie unevenly: each has an equal share all the same. */
function listedAxis(name: string, values: ValueList, { high }: RangeDimension): Axis {
  const { count } = values;
  return {
    name,
    isChoice: false,
    count,
    cell: 1 / count,
    valueAt: (share) => values.valueAt(placeAt(share, count)),
    shareOf(value) {
      if (typeof value !== 'number' || value > high) return Number.NaN;
      let low = 0;
      let above = count - 1;
      while (low < above) {
        const middle = low + Math.floor((above - low) / 2);
        if (Number(values.valueAt(middle)) < value) low = middle + 1;
        else above = middle;
      }
      return (low + 0.5) / count;
    },
  };
}

function rangeAxis(name: string, range: RangeDimension): Axis {
  const isWhole = range.type === 'int';
  const from = scaled(isWhole ? range.low - 0.5 : range.low, range.log);
  const to = scaled(isWhole ? range.high + 0.5 : range.high, range.log);
  return {
    name,
    isChoice: false,
    count: isWhole ? range.high - range.low + 1 : null,
    cell: 0,
    // The ends exactly: nobody else's rounding comes between.
    valueAt: (share) => (!isWhole && share >= 1 ? levelValue(range, 2, 1) : valueAt(name, range, share)),
    shareOf: (value) =>
      typeof value === 'number'
        ? Math.min(1, Math.max(0, (scaled(value, range.log) - from) / (to - from)))
        : Number.NaN,
  };
}

function scaled(value: number, log: boolean): number {
  return log ? Math.log(value) : value;
}

function placeAt(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(share * count)));
}
