// The list of studies, at once: those whose logs were read, and those that are still being read, one after another. A study
// that goes on is followed; one that has ended stays as it is until somebody holds it again.
import type { Bus, StudyRecord } from '../bus/bus.js';
import { describeEntry, type StudyEntry } from '../coordinator/archive/study-entry.js';
import { hasEnded, type StudyState } from '../study/study-view.js';
import type { Feeds } from './feeds.js';
import type { StudyLine } from './wire.js';

/** One that was held and given back between two looks would not be seen. */
const ENDED_FOR_MS = 300_000;
const OPEN_FOR_MS = 2_000;

interface Known {
  readonly entry: StudyEntry;
  readonly atMs: number;
}

export class StudyLines {
  readonly #known = new Map<string, Known>();
  #reading: Promise<void> | null = null;

  constructor(
    private readonly bus: Bus,
    private readonly feeds: Feeds,
  ) {}

  /** Newest first. */
  async list(): Promise<StudyLine[]> {
    const records = (await this.bus.listStudies()).sort(
      (left, right) => right.createdAt.localeCompare(left.createdAt) || left.study.localeCompare(right.study),
    );
    this.#reading ??= this.#read(records).finally(() => {
      this.#reading = null;
    });
    this.#reading.catch(() => {});
    // Short logs are read by then: their studies are never shown as being read.
    await Promise.race([
      this.#reading.catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)),
    ]);
    return records.map((record) => lineOf(record, this.#known.get(record.study)?.entry ?? null));
  }

  async #read(records: readonly StudyRecord[]): Promise<void> {
    for (const record of records) {
      const known = this.#known.get(record.study);
      if (known !== undefined && (await this.#isFresh(record.study, known))) continue;
      const entry =
        this.feeds.peek(record.study)?.entry(record.createdAt) ?? (await describeEntry(this.bus, record));
      this.#known.set(record.study, { entry, atMs: performance.now() });
      // It is followed from now on, rather than read again and again.
      if (entry.state === 'running' && !entry.abandoned) void this.feeds.open(record.study).catch(() => {});
    }
  }

  async #isFresh(study: string, { entry, atMs }: Known): Promise<boolean> {
    const ageMs = performance.now() - atMs;
    if (entry.state !== 'damaged' && !hasEnded(entry.state as StudyState)) return ageMs < OPEN_FOR_MS;
    return ageMs < ENDED_FOR_MS && (ageMs < OPEN_FOR_MS || (await this.bus.readLeaseHolder(study)) === null);
  }
}

const PATIENCE_MS = 400;

function lineOf({ study, createdAt }: StudyRecord, entry: StudyEntry | null): StudyLine {
  const { complete = 0, pruned = 0, failed = 0, running = 0, total = 0 } = entry?.trials ?? {};
  return {
    study,
    createdAt,
    state: entry?.state ?? 'reading',
    damage: entry?.damage ?? null,
    abandoned: entry?.abandoned ?? false,
    done: complete + pruned,
    failed,
    running,
    total,
    best: entry?.best ?? null,
    metric: entry?.metric ?? null,
    durationMs: entry?.durationMs ?? 0,
    dataset: entry?.dataset ?? null,
    synthetic: entry?.synthetic ?? false,
  };
}
