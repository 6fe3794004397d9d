// The datasets that this node's trials read: in the cache directory already, or fetched once from the bus, by digest.
// Several slots that need the same one wait for one fetch.
import type { BlobStore, TrialMessage } from '../../src/bus/bus.js';
import { fetchPrepared } from '../../src/dataset/prepared/install-prepared.js';
import { runnerOf } from '../runners/registry.js';
import { type Patience, withPatience } from './bus-retry.js';

export class DatasetCache {
  private readonly ready = new Set<string>();
  private readonly fetching = new Map<string, Promise<void>>();

  constructor(
    private readonly bus: BlobStore,
    private readonly directory: string,
  ) {}

  /** Resolves when the trial's dataset can be opened. Throws BLOB_NOT_FOUND, BLOB_CORRUPT, DATASET_… when it can't be had. */
  async provide(message: TrialMessage, patience: Patience): Promise<void> {
    const digest = runnerOf(message.config).datasetOf(message.config);
    if (digest === null || this.ready.has(digest)) return;
    let fetch = this.fetching.get(digest);
    if (fetch === undefined) {
      fetch = this.fetch(digest, message.datasetMetadata, patience);
      this.fetching.set(digest, fetch);
    }
    try {
      await fetch;
      this.ready.add(digest);
    } finally {
      this.fetching.delete(digest);
    }
  }

  /** The dataset was found damaged: it is looked at, and fetched, again. */
  forget({ config }: TrialMessage): void {
    const digest = runnerOf(config).datasetOf(config);
    if (digest !== null) this.ready.delete(digest);
  }

  private async fetch(digest: string, metadataBlob: string | undefined, patience: Patience): Promise<void> {
    const get = (blob: string) => withPatience(() => this.bus.getBlob(blob), patience);
    const sizeBytes = await fetchPrepared(this.directory, digest, metadataBlob, get);
    if (sizeBytes > 0) patience.logger.info('dataset fetched', { digest, sizeBytes });
  }
}
