// Kernels around the points of one kind, as wide in each dimension as the farther neighbour is away. What a point that comes or
// goes leaves as it is stays: a proposal among a thousand measures a few of them. All follows from the rows that were read
// last; nothing of earlier ones shows.
import type { Axis } from '../space/axes.js';
import { KernelTable } from './kernel-table.js';
import { SortedColumn } from './sorted-column.js';

export class NeighbourKernels {
  readonly table: KernelTable;
  /** Rows that belong, ascending. */
  members: Int32Array = new Int32Array(0);
  /** Rows that were read last, whether they belong or not. */
  private count = 0;
  /** [count, d], longer than that. */
  private shares = new Float64Array(0);
  private belongs = new Uint8Array(0);
  /** Of the numbers, in the order of `table.numbers`: rows that belong and have one, by their share. */
  private readonly columns: readonly SortedColumn[];
  private least = Number.NaN;

  /** `leastWidth`: of so many kernels none is narrower. */
  constructor(
    private readonly axes: readonly Axis[],
    private readonly leastWidth: (kernels: number) => number,
  ) {
    this.table = new KernelTable(axes);
    this.columns = this.table.numbers.map(() => new SortedColumn());
  }

  /** Those of the first `kinds.length` of `rows` belong whose kind is `wanted`. NaN in a row: it has no such dimension. */
  read(rows: Float64Array, kinds: Uint8Array, wanted: number): void {
    this.reserve(kinds.length);
    let kernels = 0;
    for (let row = 0; row < kinds.length; row++) if (kinds[row] === wanted) kernels += 1;
    this.useLeast(this.leastWidth(kernels));
    this.forgetFrom(this.firstChanged(rows, kinds.length));
    const dimensions = this.axes.length;
    if (kinds.length > this.count)
      this.shares.set(
        rows.subarray(this.count * dimensions, kinds.length * dimensions),
        this.count * dimensions,
      );
    this.count = kinds.length;
    this.members = new Int32Array(kernels);
    for (let row = 0, place = 0; row < kinds.length; row++) {
      const belongs = kinds[row] === wanted;
      if (belongs) this.members[place++] = row;
      if (belongs === (this.belongs[row] === 1)) continue;
      if (belongs) this.add(row);
      else this.remove(row);
    }
  }

  private reserve(rows: number): void {
    this.table.reserve(rows);
    if (rows <= this.belongs.length) return;
    const { belongs, shares } = this;
    this.belongs = new Uint8Array(2 * rows);
    this.belongs.set(belongs);
    this.shares = new Float64Array(2 * rows * this.axes.length);
    this.shares.set(shares);
  }

  /** The first row that is not as it was at the last reading. */
  private firstChanged(rows: Float64Array, count: number): number {
    const { shares } = this;
    const end = Math.min(count, this.count) * this.axes.length;
    let at = 0;
    for (; at < end; at++) {
      const own = shares[at] as number;
      const other = rows[at] as number;
      if (own !== other && !(Number.isNaN(own) && Number.isNaN(other))) break;
    }
    return Math.floor(at / this.axes.length);
  }

  private forgetFrom(first: number): void {
    for (let row = first; row < this.count; row++) if (this.belongs[row] === 1) this.remove(row);
    this.count = Math.min(first, this.count);
  }

  private add(row: number): void {
    const first = row * this.axes.length;
    this.belongs[row] = 1;
    for (const place of this.table.choices)
      this.table.putChoice(row, place, this.shares[first + place] as number);
    for (const [order, place] of this.table.numbers.entries()) {
      const share = this.shares[first + place] as number;
      if (Number.isNaN(share)) {
        this.table.putNumber(row, place, share, 0);
        continue;
      }
      const at = this.columns[order]?.insert(share, row) ?? 0;
      for (let near = at - 1; near <= at + 1; near++) this.measure(order, near);
    }
  }

  private remove(row: number): void {
    this.belongs[row] = 0;
    for (const [order, place] of this.table.numbers.entries()) {
      const share = this.shares[row * this.axes.length + place] as number;
      if (Number.isNaN(share)) continue;
      const at = this.columns[order]?.remove(share, row) ?? 0;
      for (let near = at - 1; near <= at; near++) this.measure(order, near);
    }
  }

  private useLeast(least: number): void {
    if (least === this.least) return;
    this.least = least;
    for (const [order, { size }] of this.columns.entries())
      for (let at = 0; at < size; at++) this.measure(order, at);
  }

  /** The width of the kernel at a place of a column, if there is one: the outermost have one neighbour, one alone has the ends. */
  private measure(order: number, at: number): void {
    const column = this.columns[order] as SortedColumn;
    if (at < 0 || at >= column.size) return;
    const { shares, rows, size } = column;
    const centre = shares[at] as number;
    const before = at > 0 ? centre - (shares[at - 1] as number) : 0;
    const after = at + 1 < size ? (shares[at + 1] as number) - centre : 0;
    const gap = size === 1 ? Math.max(centre, 1 - centre) : Math.max(before, after);
    const width = Math.min(1, Math.max(this.least, gap));
    this.table.putNumber(rows[at] as number, this.table.numbers[order] as number, centre, width);
  }
}
