// Puts more items in order than should stand in memory: sorted runs in a temporary file, merged while they are read
// (external merge sort). Memory is one run and a chunk of each; time n log n. What fits in one run never meets the disk.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';

/** Rows of a leaderboard are about a kilobyte: some ten megabytes. */
const HELD_AT_ONCE = 16_384;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

export interface SpilledSortOptions<Item> {
  /** Items that are equal stay in the order they were added in. */
  compare(left: Item, right: Item): number;
  /** To and from JSON; what comes back must compare as what went in. */
  toJson(item: Item): unknown;
  fromJson(json: unknown): Item;
  readonly heldAtOnce?: number;
  readonly directory?: string;
}

/** Where a run lies in the file. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/** The next item of a run; `order` is the run's, in which equal items were added. */
interface Head<Item> {
  item: Item;
  readonly order: number;
  readonly rest: Iterator<Item>;
}

export class SpilledSort<Item> {
  private held: Item[] = [];
  private isHeldSorted = true;
  private readonly runs: Run[] = [];
  private file: SpillFile | null = null;

  constructor(private readonly options: SpilledSortOptions<Item>) {}

  add(item: Item): void {
    this.held.push(item);
    this.isHeldSorted = false;
    if (this.held.length >= (this.options.heldAtOnce ?? HELD_AT_ONCE)) this.spill();
  }

  /** All items in order; may be asked for several times. Throws BUS_FULL and BUS_CONFIGURATION, as `add` does. */
  *sorted(): Generator<Item> {
    this.sortHeld();
    const { file } = this;
    if (file === null) {
      yield* this.held;
      return;
    }
    const heads: Head<Item>[] = [];
    const sources = [...this.runs.map((run) => this.readRun(file, run)), this.held.values()];
    for (const [order, rest] of sources.entries()) {
      const first = rest.next();
      if (first.done !== true) heads.push({ item: first.value, order, rest });
    }
    for (let at = (heads.length >> 1) - 1; at >= 0; at--) this.sink(heads, at);
    for (let least = heads[0]; least !== undefined; least = heads[0]) {
      yield least.item;
      const next = least.rest.next();
      if (next.done !== true) least.item = next.value;
      else {
        const last = heads.pop();
        if (heads.length > 0 && last !== undefined) heads[0] = last;
      }
      this.sink(heads, 0);
    }
  }

  /** Nothing stays on the disk. */
  close(): void {
    this.file?.close();
    this.file = null;
    this.held = [];
  }

  private sortHeld(): void {
    if (!this.isHeldSorted) this.held.sort((left, right) => this.options.compare(left, right));
    this.isHeldSorted = true;
  }

  private spill(): void {
    this.sortHeld();
    this.file ??= new SpillFile(this.options.directory ?? tmpdir());
    const start = this.file.size;
    this.file.write(this.held.map((item) => JSON.stringify(this.options.toJson(item))));
    this.runs.push({ start, end: this.file.size });
    this.held = [];
  }

  private *readRun(file: SpillFile, { start, end }: Run): Generator<Item> {
    for (const line of file.lines(start, end)) yield this.options.fromJson(JSON.parse(line));
  }

  /** A binary heap, the least item first: restores it below `at`. */
  private sink(heads: Head<Item>[], at: number): void {
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heads.length && this.isBefore(heads[child]!, heads[least]!)) least = child;
      }
      if (least === at) return;
      [heads[at], heads[least]] = [heads[least]!, heads[at]!];
      at = least;
    }
  }

  private isBefore(left: Head<Item>, right: Head<Item>): boolean {
    return (this.options.compare(left.item, right.item) || left.order - right.order) < 0;
  }
}

/** A file that nobody else sees; its name is gone as soon as the system lets it, so that a killed process leaves nothing. */
class SpillFile {
  size = 0;
  private readonly directory: string;
  private readonly handle: number;

  constructor(parent: string) {
    this.directory = onDisk(parent, () => mkdtempSync(join(parent, 'sweep-rows-')));
    const path = join(this.directory, 'rows.jsonl');
    this.handle = onDisk(path, () => openSync(path, 'wx+', 0o600));
    // Windows keeps the name of an open file.
    if (process.platform === 'win32') return;
    unlinkSync(path);
    rmSync(this.directory, { recursive: true, force: true });
  }

  write(lines: readonly string[]): void {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
    onDisk(this.directory, () => {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.handle, bytes, written, bytes.length - written, this.size + written);
      }
    });
    this.size += bytes.length;
  }

  *lines(start: number, end: number): Generator<string> {
    let partial: Buffer = Buffer.alloc(0);
    for (let offset = start; offset < end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - offset));
      const read = onDisk(this.directory, () => readSync(this.handle, chunk, 0, chunk.length, offset));
      offset += read;
      const bytes = Buffer.concat([partial, chunk.subarray(0, read)]);
      let from = 0;
      for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
        yield bytes.toString('utf8', from, to);
        from = to + 1;
      }
      partial = bytes.subarray(from);
      if (read === 0) return;
    }
  }

  close(): void {
    closeSync(this.handle);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function onDisk<Value>(path: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new SweepError(
      isFull ? 'BUS_FULL' : 'BUS_CONFIGURATION',
      `the rows cannot be put in order in ${path}: ${reason}`,
      {
        path,
        hint: 'name a directory with room for about a kilobyte a row in TMPDIR',
        cause,
      },
    );
  }
}
