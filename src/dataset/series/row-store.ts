// Rows of float64 on disk between reading a source and writing the prepared file: statistics need a first pass, and
// memory must not grow with the series. The file loses its name at once: whatever ends the process, nothing is left.
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { SweepError } from '../../errors.js';
import type { Turn } from '../turns.js';

const BLOCK_VALUES = 1 << 16;

export class RowStore {
  rows = 0;
  private readonly file: number;
  private readonly block: Float64Array;
  private readonly blockBytes: Uint8Array;
  private filled = 0;
  private written = 0;

  /** Creates the file at `path`, which nothing stands at; the caller closes the store. */
  constructor(
    private readonly path: string,
    readonly features: number,
  ) {
    this.file = openSync(path, 'wx+', 0o600);
    rmSync(path);
    this.block = new Float64Array(Math.max(1, Math.floor(BLOCK_VALUES / features)) * features);
    this.blockBytes = new Uint8Array(this.block.buffer);
  }

  /** Takes the first `count` rows of `values`, which is free again. */
  append(values: Float64Array, count: number): void {
    const length = count * this.features;
    for (let at = 0; at < length; ) {
      const end = Math.min(length, at + this.block.length - this.filled);
      this.block.set(values.subarray(at, end), this.filled);
      this.filled += end - at;
      at = end;
      if (this.filled === this.block.length) this.flush();
    }
    this.rows += count;
  }

  /** Puts rows that follow each other, row-major, where row `row` lies. Not together with append. */
  place(values: Float64Array, row: number): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const position = row * this.features * 8;
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.file, bytes, at, bytes.length - at, position + at);
    this.rows = Math.max(this.rows, row + values.length / this.features);
  }

  /** Passes rows [start, end) in order, in blocks; `values` is used again for the next block. Ends appending. */
  async forEachBlock(
    start: number,
    end: number,
    turn: Turn,
    visit: (values: Float64Array, rowCount: number, firstRow: number) => void,
  ): Promise<void> {
    this.flush();
    const rowsInBlock = this.block.length / this.features;
    for (let row = start; row < end; row += rowsInBlock) {
      const count = Math.min(rowsInBlock, end - row);
      this.readFully(count * this.features * 8, row * this.features * 8);
      visit(this.block, count, row);
      await turn();
    }
  }

  close(): void {
    closeSync(this.file);
  }

  private flush(): void {
    const length = this.filled * 8;
    for (let at = 0; at < length; ) {
      at += writeSync(this.file, this.blockBytes, at, length - at, this.written + at);
    }
    this.written += length;
    this.filled = 0;
  }

  private readFully(length: number, position: number): void {
    for (let at = 0; at < length; ) {
      const read = readSync(this.file, this.blockBytes, at, length - at, position + at);
      if (read === 0) throw new SweepError('INTERNAL', `${this.path} lost rows while it was in use`);
      at += read;
    }
  }
}
