// The kernel between points, Matérn 5/2 with a length scale for each dimension, unequal choices one apart (Hamming), and the
// factor of its matrix, which grows as points come: a point more costs a row, not all of them.
import type { Axis } from '../space/axes.js';
import { decay } from './decay.js';
import type { KernelParameters } from './kernel-parameters.js';
import { factor, rowStart } from './linear-algebra.js';

const SQRT_5 = Math.sqrt(5);
const FIRST_POINTS = 32;

export class KernelFactor {
  /** Of the points so far, packed; longer than that. */
  lower = new Float64Array(rowStart(FIRST_POINTS));
  count = 0;
  /** What the parameters say, or more where points lie on one another. */
  noise: number;
  readonly scale: number;
  readonly weights: Float64Array;
  /** Places of the dimensions with an order, and of the choices. */
  private readonly numbers: Int32Array;
  private readonly choices: Int32Array;
  /** [d, capacity]: a column for each dimension; a number's in its length scales. */
  private columns: Float64Array[];
  private capacity = FIRST_POINTS;
  private readonly roots: Float64Array;
  /** [capacity]: squared distances of the row that is looked at. */
  private squares = new Float64Array(FIRST_POINTS);

  constructor(
    axes: readonly Axis[],
    readonly parameters: KernelParameters,
  ) {
    const dimensions = axes.length;
    const places = axes.map((_, place) => place);
    this.numbers = Int32Array.from(places.filter((place) => axes[place]?.isChoice !== true));
    this.choices = Int32Array.from(places.filter((place) => axes[place]?.isChoice === true));
    this.weights = parameters.map(Math.exp);
    this.roots = this.weights.map((weight, place) =>
      axes[place]?.isChoice === true ? 1 : Math.sqrt(weight),
    );
    this.scale = this.weights[dimensions] as number;
    this.noise = this.weights[dimensions + 1] as number;
    this.columns = axes.map(() => new Float64Array(FIRST_POINTS));
  }

  /** Whether the first points are those of `rows`, so that it can go on with the others. */
  startsLike(rows: Float64Array, dimensions: number): boolean {
    if (this.count * dimensions > rows.length) return false;
    for (let i = 0; i < this.count; i++)
      for (let d = 0; d < dimensions; d++)
        if (this.columns[d]?.[i] !== (rows[i * dimensions + d] as number) * (this.roots[d] as number))
          return false;
    return true;
  }

  /** Takes the points of `rows` that it does not have. Those that lie on one another make the matrix singular: then, more noise. */
  extend(rows: Float64Array, dimensions: number): void {
    const n = rows.length / dimensions;
    this.reserve(n);
    for (let i = this.count; i < n; i++)
      for (let d = 0; d < dimensions; d++)
        (this.columns[d] as Float64Array)[i] =
          (rows[i * dimensions + d] as number) * (this.roots[d] as number);
    while (!this.extendFactor(rows, dimensions, n)) {
      this.noise *= 10;
      this.count = 0;
    }
    this.count = n;
  }

  private extendFactor(rows: Float64Array, dimensions: number, n: number): boolean {
    const kernel = new Float64Array(n);
    for (let i = this.count; i < n; i++) {
      this.fill(rows.subarray(i * dimensions, (i + 1) * dimensions), i, kernel);
      this.lower.set(kernel.subarray(0, i), rowStart(i));
      this.lower[rowStart(i) + i] = this.scale + this.noise;
    }
    return factor(this.lower, n, this.count);
  }

  private reserve(n: number): void {
    if (n <= this.capacity) return;
    this.capacity = Math.max(n, this.capacity * 2);
    const grow = (from: Float64Array, length: number) => {
      const grown = new Float64Array(length);
      grown.set(from);
      return grown;
    };
    this.lower = grow(this.lower, rowStart(this.capacity));
    this.columns = this.columns.map((column) => grow(column, this.capacity));
    this.squares = new Float64Array(this.capacity);
  }

  /** The kernel between `row` and the first `n` points, and where asked for its slope by the squared distance. */
  fill(row: Float64Array, n: number, kernel: Float64Array, falls?: Float64Array): void {
    const { scale, squares } = this;
    this.measure(row, n);
    for (let i = 0; i < n; i++) {
      const r = SQRT_5 * Math.sqrt(squares[i] as number);
      const height = scale * Math.exp(-r);
      kernel[i] = height * (1 + r + (r * r) / 3);
      if (falls !== undefined) falls[i] = (-5 / 6) * height * (1 + r);
    }
  }

  /** Σ αᵢ·kᵢ over the points, and the largest kᵢ, both to 1e-6 of the scale: a third of the time of the exact ones. */
  rough(row: Float64Array, alpha: Float64Array): { readonly sum: number; readonly nearest: number } {
    const { squares, count } = this;
    this.measure(row, count);
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const square = squares[i] as number;
      if (square < least) least = square;
      const r = SQRT_5 * Math.sqrt(square);
      sum += decay(r) * (1 + r + (r * r) / 3) * (alpha[i] as number);
    }
    const r = SQRT_5 * Math.sqrt(least);
    return { sum: this.scale * sum, nearest: this.scale * decay(r) * (1 + r + (r * r) / 3) };
  }

  /** Adds to `slope` Σ factorsᵢ · d(squared distance to point i)/d(row). */
  addSlopes(row: Float64Array, factors: Float64Array, slope: Float64Array): void {
    for (const d of this.numbers) {
      const column = this.columns[d] as Float64Array;
      const root = this.roots[d] as number;
      const share = (row[d] as number) * root;
      let sum = 0;
      for (let i = 0; i < this.count; i++) sum += (factors[i] as number) * (share - (column[i] as number));
      slope[d] = (slope[d] as number) + 2 * root * sum;
    }
  }

  /** Squared distances between `row` and the first `n` points. Dimensions in pairs: half the stores. */
  private measure(row: Float64Array, n: number): void {
    const { squares, columns, numbers, choices, roots, weights } = this;
    const pairs = numbers.length & ~1;
    squares.fill(0, 0, n);
    for (let at = 0; at < pairs; at += 2) {
      const [d, e] = [numbers[at] as number, numbers[at + 1] as number];
      const one = columns[d] as Float64Array;
      const other = columns[e] as Float64Array;
      const x = (row[d] as number) * (roots[d] as number);
      const y = (row[e] as number) * (roots[e] as number);
      for (let i = 0; i < n; i++) {
        const a = x - (one[i] as number);
        const b = y - (other[i] as number);
        squares[i] = (squares[i] as number) + a * a + b * b;
      }
    }
    if (pairs < numbers.length) {
      const d = numbers[pairs] as number;
      const one = columns[d] as Float64Array;
      const x = (row[d] as number) * (roots[d] as number);
      for (let i = 0; i < n; i++) {
        const a = x - (one[i] as number);
        squares[i] = (squares[i] as number) + a * a;
      }
    }
    for (const d of choices) {
      const column = columns[d] as Float64Array;
      const share = row[d] as number;
      const weight = weights[d] as number;
      for (let i = 0; i < n; i++) if (column[i] !== share) squares[i] = (squares[i] as number) + weight;
    }
  }
}
