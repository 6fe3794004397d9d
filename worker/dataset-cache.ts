// The datasets that this node's trials read: in the cache directory already, or fetched once from the bus, by digest.
// Several slots that need the same one wait for one fetch.
import type { Bus, TrialMessage } from '../src/bus/bus.js';
import { hasPrepared, installPrepared } from '../src/dataset/install-prepared.js';
import { SweepError } from '../src/errors.js';
import { type Patience, withPatience } from './bus-retry.js';

export class DatasetCache {
  private readonly ready = new Set<string>();
  private readonly fetching = new Map<string, Promise<void>>();

  constructor(
    private readonly bus: Bus,
    private readonly directory: string,
  ) {}

  /** Resolves when the trial's dataset can be opened. Throws BLOB_NOT_FOUND, BLOB_CORRUPT, DATASET_… when it can't be had. */
  async provide(message: TrialMessage, patience: Patience): Promise<void> {
    if (message.config.kind !== 'train') return;
    const digest = message.config.datasetDigest;
    if (this.ready.has(digest)) return;
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

  private async fetch(digest: string, metadataBlob: string | undefined, patience: Patience): Promise<void> {
    if (hasPrepared(this.directory, digest)) return;
    if (metadataBlob === undefined) {
      throw new SweepError('BLOB_NOT_FOUND', `the dataset ${digest} is not here and was not sent along`, {
        hint: 'the coordinator stores datasets when it runs with --nats: run "sweep resume STUDY"',
      });
    }
    const get = (blob: string) => withPatience(() => this.bus.getBlob(blob), patience);
    const metadata = await get(metadataBlob);
    const values = await get(digest);
    installPrepared(this.directory, digest, { values, metadata });
    patience.logger.info('dataset fetched', { digest, sizeBytes: values.byteLength });
  }
}
