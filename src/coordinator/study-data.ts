// The data of a study that was created before: from the cache, from the bus, or prepared again from their source.
import type { Bus } from '../bus/bus.js';
import type { MappedDataset } from '../dataset/dataset.js';
import { fetchPrepared } from '../dataset/install-prepared.js';
import { openDataset } from '../dataset/mapped-file.js';
import { prepareDataset } from '../dataset/prepare.js';
import { asSweepError, SweepError } from '../errors.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import type { DatasetInfo, StudyEvent } from '../study/events.js';

/** The first event. Throws EVENT_LOG_CORRUPT without it. */
export async function readCreated(
  bus: Bus,
  study: string,
): Promise<Extract<StudyEvent, { type: 'study.created' }>> {
  for await (const { event } of bus.events(study)) {
    if (event.type === 'study.created') return event;
  }
  throw new SweepError('EVENT_LOG_CORRUPT', `the event log of ${study} does not say how it was created`, {
    hint: `its start was cut short: sweep rm ${study}, then start it again`,
  });
}

/** Throws DATASET_NOT_FOUND when the source is gone or has changed; BLOB_… from the bus. The caller closes it. */
export async function openStudyDataset(
  bus: Bus,
  cacheDirectory: string,
  { digest, metadataBlob }: DatasetInfo,
  spec: DatasetSpec | null,
): Promise<MappedDataset> {
  if (metadataBlob !== undefined) {
    await fetchPrepared(cacheDirectory, digest, metadataBlob, (blob) => bus.getBlob(blob));
  }
  return openPrepared(cacheDirectory, digest, spec);
}

/** The dataset of a study; prepared again from its source when the cache does not have it any more. */
async function openPrepared(
  cacheDirectory: string,
  digest: string,
  spec: DatasetSpec | null,
): Promise<MappedDataset> {
  try {
    return openDataset(cacheDirectory, digest);
  } catch (thrown) {
    if (asSweepError(thrown).code !== 'DATASET_NOT_FOUND' || spec === null) throw thrown;
  }
  const prepared = await prepareDataset(spec, { cacheDirectory });
  if (prepared.metadata.digest === digest) return openDataset(cacheDirectory, digest);
  throw new SweepError('DATASET_NOT_FOUND', `the study's data have changed since it was started`, {
    hint: 'bring the original file back, or start the study again on the new one',
  });
}
