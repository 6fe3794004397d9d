// Stores the checkpoints of one attempt, one at a time. While one is being written, or the bus is away, only the newest of
// those that follow waits: memory stays bounded, and nobody would go on from an older one.

export interface WrittenCheckpoint {
  /** Epochs done, and steps of the next one. */
  readonly epoch: number;
  readonly step: number;
  readonly bytes: Uint8Array;
}

export class CheckpointWriter {
  private waiting: WrittenCheckpoint | null = null;
  private writing: Promise<void> | null = null;

  constructor(private readonly store: (checkpoint: WrittenCheckpoint) => Promise<void>) {}

  /** Resolves when nothing waits any more; rejects with what `store` threw. */
  offer(checkpoint: WrittenCheckpoint): Promise<void> {
    this.waiting = checkpoint;
    this.writing ??= this.write();
    return this.writing;
  }

  /** Drops what waits and resolves when nothing is being written: after the end of the trial none would be deleted. */
  async discard(): Promise<void> {
    this.waiting = null;
    // Whoever offered it hears of a failure.
    await this.writing?.catch(() => {});
  }

  private async write(): Promise<void> {
    try {
      for (let next = this.waiting; next !== null; next = this.waiting) {
        this.waiting = null;
        await this.store(next);
      }
    } finally {
      this.writing = null;
    }
  }
}
