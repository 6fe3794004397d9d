// Rows of float64 between reading a source and writing the prepared file, as statistics need a first pass: in memory while they
// are few, else on disk, so that memory does not grow with the series. The file loses its name at once: whatever ends the
// process, nothing is left.
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { SweepError } from '../../errors.js';
import type { Turn } from '../turns.js';

const BLOCK_VALUES = 1 << 16;
/** 48 MiB. */
const MOST_BLOCKS = 96;

export class RowStore {
  rows = 0;
  /** Full ones, while there is no file. */
  private readonly kept: Float64Array[] = [];
  private file: number | null = null;
  private block: Float64Array;
  private filled = 0;
  private written = 0;

  /** `path`: where nothing stands and a file may; the caller closes the store. */
  constructor(
    private readonly path: string,
    readonly features: number,
  ) {
    this.block = this.newBlock();
  }

  /** Takes the first `count` rows of `values`, which is free again. */
  append(values: Float64Array, count: number): void {
    const length = count * this.features;
    for (let at = 0; at < length; ) {
      const end = Math.min(length, at + this.block.length - this.filled);
      this.block.set(values.subarray(at, end), this.filled);
      this.filled += end - at;
      at = end;
      if (this.filled === this.block.length) this.finishBlock();
    }
    this.rows += count;
  }

  /** Puts rows that follow each other, row-major, where row `row` lies. Not together with append. */
  place(values: Float64Array, row: number): void {
    const file = this.spill();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const position = row * this.features * 8;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position + at);
    this.rows = Math.max(this.rows, row + values.length / this.features);
  }

  /**
   * Passes rows [start, end) in order, in blocks; `values` begins with them, is only to be read, and used again for the next
   * block. Ends appending.
   */
  async forEachBlock(
    start: number,
    end: number,
    turn: Turn,
    visit: (values: Float64Array, rowCount: number, firstRow: number) => void,
  ): Promise<void> {
    if (this.file !== null) this.flush(this.file);
    const rowsInBlock = this.block.length / this.features;
    for (let row = start, count: number; row < end; row += count) {
      const within = this.file === null ? row % rowsInBlock : 0;
      count = Math.min(rowsInBlock - within, end - row);
      visit(this.read(row, within, count), count, row);
      await turn();
    }
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
  }

  private newBlock(): Float64Array {
    return new Float64Array(Math.max(1, Math.floor(BLOCK_VALUES / this.features)) * this.features);
  }

  private finishBlock(): void {
    if (this.file === null && this.kept.length < MOST_BLOCKS) {
      this.kept.push(this.block);
      this.block = this.newBlock();
      this.filled = 0;
    } else this.flush(this.spill());
  }

  /** The file, with all blocks that were in memory. */
  private spill(): number {
    if (this.file !== null) return this.file;
    const file = openSync(this.path, 'wx+', 0o600);
    this.file = file;
    rmSync(this.path);
    for (const block of this.kept.splice(0)) this.write(file, block);
    return file;
  }

  private flush(file: number): void {
    this.write(file, this.block.subarray(0, this.filled));
    this.filled = 0;
  }

  private write(file: number, values: Float64Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let at = 0; at < bytes.length; )
      at += writeSync(file, bytes, at, bytes.length - at, this.written + at);
    this.written += bytes.length;
  }

  /** `count` rows from `row`, of the block in memory those from row `within`. */
  private read(row: number, within: number, count: number): Float64Array {
    const { features, block, file } = this;
    if (file === null) {
      const kept = this.kept[Math.floor(row / (block.length / features))] ?? block;
      return kept.subarray(within * features, (within + count) * features);
    }
    const bytes = new Uint8Array(block.buffer);
    const [length, position] = [count * features * 8, row * features * 8];
    for (let at = 0; at < length; ) {
      const read = readSync(file, bytes, at, length - at, position + at);
      if (read === 0) throw new SweepError('INTERNAL', `${this.path} lost rows while it was in use`);
      at += read;
    }
    return block;
  }
}
