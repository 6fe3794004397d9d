// The data of a study that was created before: from the cache, from the bus, or prepared again from their source.
import type { BlobStore, EventLog } from '../../bus/bus.js';
import type { MappedDataset } from '../../dataset/dataset.js';
import { prepareDataset } from '../../dataset/prepare.js';
import { fetchPrepared } from '../../dataset/prepared/install-prepared.js';
import { openDataset } from '../../dataset/prepared/mapped-file.js';
import { verifyPrepared } from '../../dataset/prepared/prepared-format.js';
import { checkInterrupt } from '../../dataset/turns.js';
import { asSweepError, SweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import type { DatasetInfo, StudyEvent } from '../../study/events.js';
import { addSetAside, NOTHING_SET_ASIDE } from '../../study/set-aside.js';
import { creationUnreadable } from '../../study/study-view.js';

/** The first event. Throws EVENT_LOG_CORRUPT without it. */
export async function readCreated(
  bus: BlobStore & EventLog,
  study: string,
): Promise<Extract<StudyEvent, { type: 'study.created' }>> {
  let setAside = NOTHING_SET_ASIDE;
  for await (const logged of bus.events(study)) {
    const { event } = logged;
    if (event.type === 'study.created') return event;
    if (event.type === 'log.unreadable') setAside = addSetAside(setAside, logged, event.reason);
  }
  throw creationUnreadable(study, setAside.records);
}

/**
 * Its contents are those of its digest. Throws DATASET_NOT_FOUND when the source is gone or has changed, DATASET_CORRUPT
 * when what is here is damaged and the source gone; BLOB_… from the bus; INTERRUPTED when `signal` says so. The caller closes
 * it.
 */
export async function openStudyDataset(
  bus: BlobStore & EventLog,
  cacheDirectory: string,
  info: DatasetInfo,
  spec: DatasetSpec | null,
  logger: Pick<Logger, 'warn'>,
  signal?: AbortSignal,
): Promise<MappedDataset> {
  await provideStudyDataset(bus, cacheDirectory, info, spec, logger, signal);
  return openDataset(cacheDirectory, info.digest);
}

/** As openStudyDataset, without opening it: what is here afterwards is whole. */
export async function provideStudyDataset(
  bus: BlobStore & EventLog,
  cacheDirectory: string,
  { digest, metadataBlob }: DatasetInfo,
  spec: DatasetSpec | null,
  logger: Pick<Logger, 'warn'>,
  signal?: AbortSignal,
): Promise<void> {
  if (metadataBlob === undefined) return restorePrepared(cacheDirectory, digest, spec, logger, signal);
  await fetchPrepared(cacheDirectory, digest, metadataBlob, (blob) => {
    checkInterrupt(signal);
    return bus.getBlob(blob);
  });
}

/** Prepares the dataset of a study again from its source when the cache does not have it any more, or damaged. */
async function restorePrepared(
  cacheDirectory: string,
  digest: string,
  spec: DatasetSpec | null,
  logger: Pick<Logger, 'warn'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const lost = await findLoss(cacheDirectory, digest);
  if (lost === null) return;
  if (spec === null) throw lost;
  const isDamaged = lost.code === 'DATASET_CORRUPT';
  const options = { cacheDirectory, ...(signal === undefined ? {} : { signal }) };
  const prepared = await prepareDataset(spec, options).catch((thrown: unknown) => {
    const error = asSweepError(thrown);
    if (!isDamaged || error.code !== 'DATASET_NOT_FOUND') throw error;
    const hint = `it cannot be prepared again, as ${error.message}: bring that back, then repeat the command`;
    throw new SweepError(lost.code, lost.message, { path: lost.path, hint, cause: error });
  });
  if (prepared.metadata.digest !== digest) {
    throw new SweepError('DATASET_NOT_FOUND', `the study's data have changed since it was started`, {
      hint: 'bring the original file back, or start the study again on the new one',
      cause: lost,
    });
  }
  if (isDamaged) logger.warn(`${lost.message}: prepared anew from its source`);
}

/** null: it is here, whole. */
async function findLoss(cacheDirectory: string, digest: string): Promise<SweepError | null> {
  try {
    await verifyPrepared(cacheDirectory, digest);
    return null;
  } catch (thrown) {
    const error = asSweepError(thrown);
    if (error.code === 'DATASET_NOT_FOUND' || error.code === 'DATASET_CORRUPT') return error;
    throw error;
  }
}
