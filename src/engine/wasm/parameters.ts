// All parameters of a model as one flat region, so that an optimiser step is one loop; gradients and optimiser slots are
// regions of the same layout. Owns the conversion between that layout (8-column panels) and Keras'.
import { SweepError } from '../../errors.js';
import type { Arena } from '../../kernels/arena.js';
import type { NamedTensor } from '../engine.js';
import type { Weight } from '../layer-weights.js';
import { requireSameTensors } from '../optimizer-state.js';
import { panelsOf } from '../panels.js';
import { LONGEST_DELAY, RowTable } from './layers/row-table.js';

/**
 * A Keras tensor `[blocks, rows, gates·units]`, packed `[blocks][gates][units/8][rows][8]`; a bias has one row a gate, a
 * convolution one block a tap.
 */
export interface ParameterLayout {
  /** 1 where it is left out. */
  readonly blocks?: number;
  readonly rows: number;
  readonly gates: number;
  readonly units: number;
}

export interface Parameter {
  /** Its initial values are drawn once memory stands, as a model too large must fail at once. */
  readonly weight: Weight;
  readonly layout: ParameterLayout;
  /** Bytes from the start of the region. */
  readonly offset: number;
}

function valuesOf({ blocks = 1, rows, gates, units }: ParameterLayout): number {
  return blocks * rows * gates * units;
}

function packedValues(layout: ParameterLayout): number {
  return (layout.blocks ?? 1) * layout.gates * panelsOf(layout.units) * layout.rows * 8;
}

/** Calls back with (Keras index, packed index) of each value, in Keras order. */
function eachValue(layout: ParameterLayout, visit: (keras: number, packed: number) => void): void {
  const { blocks = 1, rows, gates, units } = layout;
  const panels = panelsOf(units);
  let keras = 0;
  for (let block = 0; block < blocks; block++)
    for (let row = 0; row < rows; row++)
      for (let gate = 0; gate < gates; gate++)
        for (let unit = 0; unit < units; unit++) {
          const panel = (block * gates + gate) * panels + (unit >> 3);
          visit(keras++, (panel * rows + row) * 8 + (unit & 7));
        }
}

export class ParameterStore {
  readonly #parameters: Parameter[] = [];
  #bytes = 0;
  /** The first parameter, where it is an embedding. */
  #table: RowTable | null = null;
  #replaying: { zeros: number; rates: number; count: number } | null = null;
  #regions: { values: number; gradients: number; slots: readonly number[] } | null = null;

  constructor(readonly arena: Arena) {}

  add(weight: Weight, layout: ParameterLayout): Parameter {
    const parameter = { weight, layout, offset: this.#bytes };
    this.#parameters.push(parameter);
    this.#bytes += 4 * packedValues(layout);
    return parameter;
  }

  /** The parameter just added, the model's first, is stepped row by row (a row: a block), not with the others. */
  keepByRows({ layout, offset }: Parameter): RowTable {
    if (offset !== 0 || this.#parameters.length !== 1)
      throw new SweepError('INTERNAL', 'parameters: a table by rows must come first');
    const rows = layout.blocks ?? 1;
    this.#table = new RowTable(rows, (4 * packedValues(layout)) / rows);
    return this.#table;
  }

  get table(): RowTable | null {
    return this.#table;
  }

  /** Bytes at the start of each region that belong to the table; the other parameters follow. */
  get tableBytes(): number {
    return this.#table ? this.#table.rows * this.#table.rowBytes : 0;
  }

  /** What replaying a table row's steps reads: a gradient of 0, the rates of past steps, values a row. */
  get replaying(): { zeros: number; rates: number; count: number } {
    if (!this.#replaying) throw new SweepError('INTERNAL', 'parameters: no table to replay');
    return this.#replaying;
  }

  /** Keeps the rate of the step just done for rows that missed it. */
  rememberRate(rate: number): void {
    if (this.#table) this.arena.floats[this.replaying.rates / 4 + this.#table.nextStep] = rate;
  }

  /** Sets gradients to 0 before a batch: those of the table where the last batch left any. */
  clearGradients(): void {
    const { gradients } = this.regions;
    const { kernels } = this.arena;
    kernels.fillZero(gradients + this.tableBytes, this.#bytes - this.tableBytes);
    if (!this.#table) return;
    for (const row of this.#table.usedRows)
      kernels.fillZero(gradients + row * this.#table.rowBytes, this.#table.rowBytes);
    this.#table.beginBatch();
  }

  /** Trainable values, padding not counted. */
  get count(): number {
    return this.#parameters.reduce((sum, { layout }) => sum + valuesOf(layout), 0);
  }

  /** How many an initialiser would be keyed by: the next parameter's index. */
  get nextIndex(): number {
    return this.#parameters.length;
  }

  allocate(slots: number): void {
    this.#regions = {
      values: this.arena.allocate(this.#bytes),
      gradients: this.arena.allocate(this.#bytes),
      slots: Array.from({ length: slots }, () => this.arena.allocate(this.#bytes)),
    };
    if (this.#table)
      this.#replaying = {
        zeros: this.arena.allocate(this.#table.rowBytes),
        rates: this.arena.allocate(4 * LONGEST_DELAY),
        count: this.#table.rowBytes / 4,
      };
  }

  get regions(): { values: number; gradients: number; slots: readonly number[] } {
    if (!this.#regions) throw new SweepError('INTERNAL', 'parameters: read before allocation');
    return this.#regions;
  }

  /** Float32 values of a region, padding included: a multiple of 8. */
  get regionValues(): number {
    return this.#bytes / 4;
  }

  initialize(): void {
    for (const parameter of this.#parameters)
      this.#write(this.regions.values, parameter, parameter.weight.drawInitial());
  }

  valueAddress(parameter: Parameter): number {
    return this.regions.values + parameter.offset;
  }

  gradientAddress(parameter: Parameter): number {
    return this.regions.gradients + parameter.offset;
  }

  /** Copies of a region (values by default) in Keras layout. */
  read(region: number = this.regions.values): NamedTensor[] {
    this.#table?.bringAllLevel();
    return this.#parameters.map(({ weight, layout, offset }) => {
      const from = (region + offset) / 4;
      const values = new Float32Array(valuesOf(layout));
      eachValue(layout, (keras, packed) => {
        values[keras] = this.arena.floats[from + packed] as number;
      });
      return { name: weight.name, shape: weight.shape, values };
    });
  }

  /** Throws CHECKPOINT_CORRUPT when names or shapes differ. */
  write(tensors: readonly NamedTensor[], region: number = this.regions.values): void {
    requireSameTensors(
      tensors,
      this.#parameters.map(({ weight }) => weight),
    );
    // What is not overwritten, values or slots, must not be left behind the steps that are now forgotten.
    this.#table?.bringAllLevel();
    this.#parameters.forEach((parameter, at) => {
      this.#write(region, parameter, (tensors[at] as NamedTensor).values);
    });
  }

  /** Σ λ·w², in double precision. */
  penalty(): number {
    let penalty = 0;
    const { floats } = this.arena;
    for (const { weight, layout, offset } of this.#parameters) {
      if (weight.l2 === 0) continue;
      const from = (this.regions.values + offset) / 4;
      for (let at = from; at < from + packedValues(layout); at++) {
        const value = floats[at] as number;
        penalty += weight.l2 * value * value;
      }
    }
    return penalty;
  }

  /** Adds 2·λ·w to the gradients of penalised parameters and returns the penalty Σ λ·w². */
  addPenalties(): number {
    let penalty = 0;
    const floats = this.arena.floats;
    for (const {
      weight: { l2 },
      layout,
      offset,
    } of this.#parameters) {
      if (l2 === 0) continue;
      const values = (this.regions.values + offset) / 4;
      const gradients = (this.regions.gradients + offset) / 4;
      for (let i = 0; i < packedValues(layout); i++) {
        const weight = floats[values + i] as number;
        penalty += l2 * weight * weight;
        floats[gradients + i] = (floats[gradients + i] as number) + 2 * l2 * weight;
      }
    }
    return penalty;
  }

  /** Scales all gradients by clipNorm/norm where their joint norm, a double precision sum in order, is larger. */
  clipGradients(clipNorm: number): void {
    const { kernels, floats } = this.arena;
    const { gradients } = this.regions;
    let square = 0;
    for (const [start, bytes] of this.#gradientRanges())
      for (let at = (gradients + start) / 4; at < (gradients + start + bytes) / 4; at++) {
        const value = floats[at] as number;
        square += value * value;
      }
    const norm = Math.sqrt(square);
    if (norm <= clipNorm) return;
    for (const [start, bytes] of this.#gradientRanges())
      kernels.scale(gradients + start, clipNorm / norm, gradients + start, bytes / 4);
  }

  /** Where a region holds gradients of the batch: [offset, bytes]; of a table, the rows it used. */
  *#gradientRanges(): Generator<[number, number]> {
    const { tableBytes } = this;
    yield [tableBytes, this.#bytes - tableBytes];
    if (!this.#table) return;
    for (const row of this.#table.usedRows) yield [row * this.#table.rowBytes, this.#table.rowBytes];
  }

  #write(region: number, { layout, offset }: Parameter, values: Float32Array): void {
    const to = (region + offset) / 4;
    const floats = this.arena.floats;
    eachValue(layout, (keras, packed) => {
      floats[to + packed] = values[keras] as number;
    });
  }
}
