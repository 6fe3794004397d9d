// The data of a study in a coordinator's hands: mapped for the test of the winner, and mended when a worker misses them or
// they are found damaged.
//
//   idle ──a worker missed them──▶ remembered ──serve()──▶ mending ──▶ idle
//   serving, idle ──a worker missed them──▶ mending ──▶ idle
import type { Bus } from '../bus/bus.js';
import type { DatasetMetadata, MappedDataset } from '../dataset/dataset.js';
import { MappedContents } from '../dataset/prepared/mapped-contents.js';
import { openDataset } from '../dataset/prepared/mapped-file.js';
import { preparedPath } from '../dataset/prepared/prepared-format.js';
import { asSweepError, type SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { DatasetSpec } from '../study/dataset-source.js';
import type { DatasetInfo, StudyEvent } from '../study/events.js';
import { refusalCause } from '../study/refusal.js';
import { mendDataset } from './archive/share-dataset.js';
import { openStudyDataset, provideStudyDataset } from './archive/study-data.js';
import type { Clock } from './clock.js';

export interface StudyDatasetOptions {
  readonly bus: Bus;
  readonly cacheDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly info: DatasetInfo;
  /** Where they can be prepared from again. */
  readonly spec: DatasetSpec | null;
}

export class StudyDataset {
  private mending: Promise<void> | null = null;
  private wasMissed = false;
  /** While a study runs: told when the data cannot be had any more. */
  private onLost: ((error: SweepError) => void) | null = null;

  private constructor(
    private readonly options: StudyDatasetOptions,
    private open: MappedDataset,
  ) {}

  /** Throws DATASET_NOT_FOUND, DATASET_CORRUPT; BLOB_… from the bus; INTERRUPTED when `signal` says so. */
  static async open(options: StudyDatasetOptions, signal?: AbortSignal): Promise<StudyDataset> {
    const { bus, cacheDirectory, info, spec, logger } = options;
    const open = await openStudyDataset(bus, cacheDirectory, info, spec, logger, signal);
    return new StudyDataset(options, open);
  }

  get metadata(): DatasetMetadata {
    return this.open.metadata;
  }

  /** From now on what a worker misses is mended at once. */
  serve(onLost: (error: SweepError) => void): void {
    this.onLost = onLost;
    if (this.wasMissed) this.mend();
  }

  /** Resolves when a mending under way has ended. */
  async rest(): Promise<void> {
    this.onLost = null;
    await this.mending;
  }

  /** A worker that cannot get the dataset gives its trial back, maybe while nobody listens: it is stored again. */
  observe(event: StudyEvent): void {
    if (refusalCause(event) !== 'dataset') return;
    if (this.onLost === null) this.wasMissed = true;
    else this.mend();
  }

  /** What `work` finds on the mapped data, which were whole when it ended; on data provided anew when they were not. */
  async read<Value>(work: (dataset: MappedDataset) => Promise<Value>): Promise<Value> {
    const { cacheDirectory, clock } = this.options;
    const { digest } = this.metadata;
    for (let isMended = false; ; isMended = true) {
      try {
        const value = await work(this.open);
        new MappedContents(this.open, preparedPath(cacheDirectory, digest), clock.now).verify();
        return value;
      } catch (thrown) {
        if (isMended || asSweepError(thrown).code !== 'DATASET_CORRUPT') throw thrown;
        await this.provide();
        this.open.close();
        this.open = openDataset(cacheDirectory, digest);
      }
    }
  }

  close(): void {
    this.open.close();
  }

  private mend(): void {
    this.mending ??= this.provide()
      .catch((thrown: unknown) => {
        const error = asSweepError(thrown);
        const { message, hint } = error;
        this.options.logger.error('the dataset could not be mended', { error: message, hint });
        this.onLost?.(error);
      })
      .finally(() => {
        this.mending = null;
      });
  }

  /** Here, and where workers may need it, the study's data are whole afterwards. */
  private async provide(): Promise<void> {
    const { bus, cacheDirectory, info, spec, logger } = this.options;
    await provideStudyDataset(bus, cacheDirectory, info, spec, logger);
    if (info.metadataBlob !== undefined) await mendDataset(bus, cacheDirectory, info.digest);
  }
}
