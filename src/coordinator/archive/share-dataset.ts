// A study's dataset on the bus, for machines that lack it: the `.f32` file is the blob of the dataset's own digest, its
// metadata a second blob that the study's first event names.
import type { BlobStore } from '../../bus/bus.js';
import { readPreparedBytes } from '../../dataset/prepared/install-prepared.js';
import { asSweepError } from '../../errors.js';

/** Stores what is not stored yet. Returns the blob of the metadata. Throws DATASET_NOT_FOUND, DATASET_CORRUPT. */
export async function storeDataset(bus: BlobStore, cacheDirectory: string, digest: string): Promise<string> {
  const { values, metadata } = readPreparedBytes(cacheDirectory, digest);
  await bus.putBlob(values);
  return bus.putBlob(metadata);
}

/** After a worker could not get it: stores again what is missing or damaged. */
export async function mendDataset(bus: BlobStore, cacheDirectory: string, digest: string): Promise<void> {
  const { values, metadata } = readPreparedBytes(cacheDirectory, digest);
  for (const bytes of [values, metadata]) {
    const blob = await bus.putBlob(bytes);
    try {
      await bus.getBlob(blob);
    } catch (thrown) {
      if (asSweepError(thrown).code !== 'BLOB_CORRUPT') throw thrown;
      await bus.deleteBlob(blob);
      await bus.putBlob(bytes);
    }
  }
}
