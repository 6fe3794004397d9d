// The kernels of a mixture as densities are computed of them: one a row, with what the compiled kernel reads laid out as it
// reads it, so that a proposal copies and computes nothing anew.
import type { Axis } from '../space/axes.js';
import { normalCdf } from './normal.js';

/** Numbers of a kernel are padded to a multiple of it: as in assembly/mixture.ts. */
const BLOCK = 3;
const FIRST_ROWS = 64;
/** Φ from a table, error below 1e-6: a density needs no more. */
const CDF_REACH = 6;
const CDF_STEPS = 256;
const CDF_TABLE = Float64Array.from({ length: 2 * CDF_REACH * CDF_STEPS + 2 }, (_, place) =>
  normalCdf(place / CDF_STEPS - CDF_REACH),
);
const SQRT_2_PI = Math.sqrt(2 * Math.PI);

export class KernelTable {
  /** Places of the dimensions that are numbers, and of those that are choices. */
  readonly numbers: readonly number[];
  readonly choices: readonly number[];
  readonly blocks: number;
  /** Of a row of `kernels`. */
  readonly stride: number;
  /** [rows, stride]: centre and inverse width of each number, 0 where the row has none; then the centre of each choice, or NaN. */
  kernels = new Float64Array(0);
  /** [rows, 3·blocks]: what a number takes from the height; 1 where the row has none. */
  masses = new Float64Array(0);
  /** Where a dimension's centre stands in a row. */
  private readonly places: readonly number[];

  constructor(readonly axes: readonly Axis[]) {
    const places = axes.map((_, place) => place);
    this.numbers = places.filter((place) => axes[place]?.isChoice === false);
    this.choices = places.filter((place) => axes[place]?.isChoice === true);
    this.blocks = Math.max(1, Math.ceil(this.numbers.length / BLOCK));
    this.stride = 2 * this.padded + this.choices.length;
    this.places = places.map((place) =>
      axes[place]?.isChoice === true
        ? 2 * this.padded + this.choices.indexOf(place)
        : 2 * this.numbers.indexOf(place),
    );
  }

  /** Numbers of a row with those that fill its last block. */
  get padded(): number {
    return BLOCK * this.blocks;
  }

  reserve(rows: number): void {
    if (rows * this.stride <= this.kernels.length) return;
    const capacity = Math.max(FIRST_ROWS, 2 * rows);
    this.kernels = enlarged(this.kernels, capacity * this.stride, 0);
    this.masses = enlarged(this.masses, capacity * this.padded, 1);
  }

  putChoice(row: number, place: number, centre: number): void {
    this.kernels[row * this.stride + (this.places[place] as number)] = centre;
  }

  /** A number with a kernel of that width around it; NaN: the row has no such dimension. */
  putNumber(row: number, place: number, centre: number, width: number): void {
    const at = row * this.stride + (this.places[place] as number);
    const mass = row * this.padded + (this.places[place] as number) / 2;
    if (Number.isNaN(centre)) {
      this.kernels.fill(0, at, at + 2);
      this.masses[mass] = 1;
      return;
    }
    const spread = spreadOf(this.axes[place] as Axis);
    const full = spread === 0 ? width : Math.sqrt(width * width + spread);
    const reach = CDF_REACH * full;
    const isWhole = centre >= reach && 1 - centre >= reach;
    this.kernels[at] = centre;
    this.kernels[at + 1] = 1 / full;
    this.masses[mass] = full * SQRT_2_PI * (isWhole ? 1 : cdf((1 - centre) / full) - cdf(-centre / full));
  }

  /** NaN: the row has no such dimension. */
  centreAt(row: number, place: number): number {
    const at = row * this.stride + (this.places[place] as number);
    const isAbsent = this.axes[place]?.isChoice === false && this.kernels[at + 1] === 0;
    return isAbsent ? Number.NaN : (this.kernels[at] as number);
  }

  /** Of a number that the row has. */
  widthAt(row: number, place: number): number {
    return 1 / (this.kernels[row * this.stride + (this.places[place] as number) + 1] as number);
  }
}

/** A value owns its cell: its kernel is spread by the cell's own variance. */
function spreadOf({ cell }: Axis): number {
  return (cell * cell) / 12;
}

function enlarged(values: Float64Array, length: number, filler: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length).fill(filler, values.length);
  grown.set(values);
  return grown;
}

function cdf(z: number): number {
  if (z <= -CDF_REACH) return 0;
  if (z >= CDF_REACH) return 1;
  const at = (z + CDF_REACH) * CDF_STEPS;
  const place = Math.floor(at);
  const low = CDF_TABLE[place] as number;
  return low + (at - place) * ((CDF_TABLE[place + 1] as number) - low);
}
