// Which messages of several trials' events tell of a trial, of the logs that this process has read: what looks up one trial
// then asks for those alone, and for what came behind them. Made of what readers read anyway, kept in bounds.
import { crc32 } from 'node:zlib';

/** Eight bytes each: 16 MB in all, of some half a million trials. */
const MOST_ENTRIES = 2 * 1024 * 1024;
const FIRST_ENTRIES = 1024;

export class BatchIndex {
  private readonly studies = new Map<string, StudyBatches>();
  private entries = 0;

  constructor(private readonly mostEntries = MOST_ENTRIES) {}

  /**
   * A reader that had read the log up to the sequence `after` came to `sequence`, a message that tells of `trials`: none if it is
   * no message of several. What no reader came to without a gap is not taken.
   */
  take(study: string, after: number, sequence: number, trials: Iterable<string>): void {
    let known = this.studies.get(study);
    if (known === undefined && after === 0) {
      known = new StudyBatches();
      this.studies.set(study, known);
    }
    if (known === undefined || after > known.end || sequence <= known.end) return;
    const added = known.add(sequence, trials);
    this.entries += added;
    if (added > 0 && this.entries > this.mostEntries) this.makeRoom(study);
  }

  /** Messages that may tell of the trial, in order, and up to which sequence of the log they are all. */
  find(study: string, trial: string): { readonly sequences: readonly number[]; readonly end: number } {
    const known = this.studies.get(study);
    return known === undefined ? { sequences: [], end: 0 } : { sequences: known.find(trial), end: known.end };
  }

  forget(study: string): void {
    this.entries -= this.studies.get(study)?.size ?? 0;
    this.studies.delete(study);
  }

  /** Other studies first, those that were read earlier; of one alone that is too long what it has stays. */
  private makeRoom(study: string): void {
    for (const other of this.studies.keys()) {
      if (this.entries <= this.mostEntries) return;
      if (other !== study) this.forget(other);
    }
    if (this.entries > this.mostEntries) this.studies.get(study)?.close();
  }
}

class StudyBatches {
  /** All messages up to here are known. */
  end = 0;
  size = 0;
  private isClosed = false;
  private hashes = new Uint32Array(FIRST_ENTRIES);
  /** Of each hash the place of its message among `sequences`. */
  private places = new Uint32Array(FIRST_ENTRIES);
  private readonly sequences: number[] = [];

  /** How many entries it took. */
  add(sequence: number, trials: Iterable<string>): number {
    if (this.isClosed) return 0;
    this.end = sequence;
    const hashes = new Set<number>();
    for (const trial of trials) hashes.add(crc32(trial));
    if (hashes.size === 0) return 0;
    const place = this.sequences.push(sequence) - 1;
    this.provide(this.size + hashes.size);
    for (const hash of hashes) {
      this.hashes[this.size] = hash;
      this.places[this.size] = place;
      this.size += 1;
    }
    return hashes.size;
  }

  find(trial: string): number[] {
    const hash = crc32(trial);
    const found: number[] = [];
    for (
      let at = this.hashes.indexOf(hash);
      at >= 0 && at < this.size;
      at = this.hashes.indexOf(hash, at + 1)
    )
      found.push(this.sequences[this.places[at]!]!);
    return found;
  }

  /** Takes no more. */
  close(): void {
    this.isClosed = true;
  }

  private provide(size: number): void {
    if (size <= this.hashes.length) return;
    const length = Math.max(size, this.hashes.length * 2);
    const [hashes, places] = [this.hashes, this.places];
    this.hashes = new Uint32Array(length);
    this.hashes.set(hashes);
    this.places = new Uint32Array(length);
    this.places.set(places);
  }
}
