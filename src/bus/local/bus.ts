// The bus of one machine: a directory on disk (the sweep home) and an in-memory queue. Events, blobs, results and leases
// survive any crash; queued trials are published again by the coordinator that resumes the study (local-queue.ts).
// Other processes may read and follow, list workers and send control messages; one process at a time writes a study.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';
import { type Logger, silentLogger } from '../../log.js';
import type { LoggedEvent, StudyEvent } from '../../study/events.js';
import type {
  BlobOwner,
  Bus,
  CachedResult,
  ControlMessage,
  Delivery,
  Lease,
  PullOptions,
  ReadEventsOptions,
  StudyRecord,
  TrialMessage,
  WorkerInfo,
} from '../bus.js';
import { trialMessageCodec } from '../messages.js';
import { checkToken } from '../subjects.js';
import { LocalBlobs } from './blobs.js';
import { LocalControl } from './control.js';
import { closedError, LocalEventLog } from './event-log.js';
import { readEventLog } from './event-reader.js';
import { asFileError } from './files.js';
import { LocalGrowth } from './growth.js';
import { LocalLease } from './lease.js';
import { readHolder } from './lock.js';
import { LocalQueue, type QueueClock, systemClock } from './queue.js';
import { LocalResults } from './results.js';
import { LocalStudies } from './studies.js';
import { LocalWorkers } from './workers.js';

export interface LocalBusOptions {
  readonly logger?: Logger;
  /** How long a trial may be held without an `extend` before it is delivered again. */
  readonly ackWaitMs?: number;
  /** How often files of other processes are looked at. */
  readonly pollMs?: number;
  /** The clock of the queue's deadlines and delays. */
  readonly clock?: QueueClock;
  /** Wall clock of the time stamps in the event log. */
  readonly now?: () => Date;
}

const DEFAULT_ACK_WAIT_MS = 60_000;
const DEFAULT_POLL_MS = 200;

/** Opens the bus over the sweep home `home`, which is created by the first write. */
export function openLocalBus(home: string, options: LocalBusOptions = {}): Bus {
  return new LocalBus(home, options);
}

class LocalBus implements Bus {
  readonly hasRemoteWorkers = false;
  readonly place: string;
  readonly signerMark = null;
  readonly #studies: LocalStudies;
  readonly #blobs: LocalBlobs;
  readonly #results: LocalResults;
  readonly #workers: LocalWorkers;
  readonly #control: LocalControl;
  readonly #queue: LocalQueue;
  readonly #growth: LocalGrowth;
  readonly #logs = new Map<string, Promise<LocalEventLog>>();
  readonly #leases = new Set<LocalLease>();
  readonly #now: () => Date;
  /** Ends followers when the bus is closed. */
  readonly #closing = new AbortController();

  constructor(home: string, options: LocalBusOptions) {
    const logger = options.logger ?? silentLogger;
    const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
    this.place = home;
    this.#now = options.now ?? (() => new Date());
    this.#studies = new LocalStudies(join(home, 'studies'), logger);
    this.#blobs = new LocalBlobs(join(home, 'blobs'), (study) => this.#studies.paths(study).blobs);
    this.#results = new LocalResults(join(home, 'results'), logger);
    this.#workers = new LocalWorkers(join(home, 'workers'), logger, this.#now);
    this.#control = new LocalControl(join(home, 'control'), pollMs, logger);
    this.#queue = new LocalQueue(options.ackWaitMs ?? DEFAULT_ACK_WAIT_MS, options.clock ?? systemClock);
    this.#growth = new LocalGrowth(pollMs);
  }

  placeOfRecord(study: string): string {
    return join(this.place, 'studies', study, 'study.json');
  }

  async createStudy(record: StudyRecord): Promise<void> {
    this.#studies.create(record);
  }

  readStudy(study: string): Promise<StudyRecord | null> {
    return this.#studies.read(study);
  }

  listStudies(): Promise<StudyRecord[]> {
    return this.#studies.list();
  }

  /** Throws STUDY_LOCKED while another process is at work on it. */
  async removeStudy(study: string): Promise<void> {
    const paths = this.#studies.paths(study);
    for (const lock of [paths.lease, paths.writer]) {
      const by = readHolder(lock);
      if (by === null || by.pid === process.pid) continue;
      throw new SweepError('STUDY_LOCKED', `study ${study} is in use by process ${by.pid} on ${by.host}`, {
        hint: `stop it first: kill ${by.pid}`,
      });
    }
    this.#queue.removeStudy(study);
    await (await this.#logs.get(study))?.close();
    this.#logs.delete(study);
    try {
      await rm(paths.directory, { recursive: true, force: true });
    } catch (thrown) {
      throw asFileError(thrown, paths.directory);
    }
    this.#growth.notify();
  }

  async acquireLease(study: string, holder: string): Promise<Lease> {
    this.#checkOpen();
    const { lease: directory } = this.#studies.paths(study);
    const lease = LocalLease.acquire(directory, study, holder, (event) => this.append(study, event));
    this.#leases.add(lease);
    return lease;
  }

  async readLeaseHolder(study: string): Promise<string | null> {
    return readHolder(this.#studies.paths(study).lease)?.holder ?? null;
  }

  async append(study: string, event: StudyEvent): Promise<number> {
    this.#checkOpen();
    const log = await this.#openLog(study);
    return log.append(event);
  }

  async *events(study: string, options: ReadEventsOptions = {}): AsyncGenerator<LoggedEvent> {
    this.#checkOpen();
    const signals = [this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const signal = AbortSignal.any(signals);
    yield* readEventLog(this.#studies.paths(study).events, { ...options, signal }, this.#growth);
  }

  async trialEvents(study: string, trial: string): Promise<LoggedEvent[]> {
    checkToken('trial', trial);
    return this.#findEvents(study, (event) => 'trial' in event && event.trial === trial);
  }

  studyEvents(study: string): Promise<LoggedEvent[]> {
    return this.#findEvents(study, (event) => !('trial' in event));
  }

  async publishTrial(message: TrialMessage): Promise<void> {
    this.#checkOpen();
    // As over a wire: checked, and not shared with the publisher.
    this.#queue.publish(trialMessageCodec.fromJson(trialMessageCodec.toJson(message)));
  }

  async pullTrial(options: PullOptions): Promise<Delivery | null> {
    this.#checkOpen();
    return this.#queue.pull(options);
  }

  async listPending(study: string, trial?: string): Promise<ReadonlySet<string>> {
    const pending = this.#queue.listPending(checkToken('study', study));
    if (trial === undefined) return pending;
    return new Set(pending.has(checkToken('trial', trial)) ? [trial] : []);
  }

  async clearTrials(study: string): Promise<void> {
    this.#queue.clearTrials(checkToken('study', study));
  }

  putBlob(bytes: Uint8Array, owner?: BlobOwner): Promise<string> {
    return this.#blobs.put(bytes, owner);
  }

  getBlob(digest: string, owner?: BlobOwner): Promise<Uint8Array> {
    return this.#blobs.get(digest, owner);
  }

  hasBlob(digest: string, owner?: BlobOwner): Promise<boolean> {
    return this.#blobs.has(digest, owner);
  }

  deleteBlob(digest: string, owner?: BlobOwner): Promise<void> {
    return this.#blobs.delete(digest, owner);
  }

  listBlobOwners(study: string): Promise<ReadonlySet<string>> {
    return this.#blobs.listOwners(study);
  }

  deleteBlobsOf(owner: BlobOwner): Promise<void> {
    return this.#blobs.deleteOf(owner);
  }

  readCachedResult(key: string): Promise<CachedResult | null> {
    return this.#results.read(key);
  }

  writeCachedResult(key: string, cached: CachedResult): Promise<void> {
    return this.#results.write(key, cached);
  }

  sendControl(message: ControlMessage): Promise<void> {
    return this.#control.send(message);
  }

  onControl(listener: (message: ControlMessage) => void): () => void {
    return this.#control.listen(listener);
  }

  heartbeat(info: WorkerInfo): Promise<void> {
    return this.#workers.heartbeat(info);
  }

  removeWorker(worker: string): Promise<void> {
    return this.#workers.remove(worker);
  }

  workers(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]> {
    return this.#workers.list();
  }

  async readClock(): Promise<number> {
    return this.#now().getTime();
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#queue.close();
    this.#control.close();
    // A log that could not be opened told its caller; there is nothing to close.
    for (const opening of await Promise.allSettled(this.#logs.values())) {
      if (opening.status === 'fulfilled') await opening.value.close();
    }
    for (const lease of this.#leases) await lease.release();
  }

  async #findEvents(study: string, fits: (event: StudyEvent) => boolean): Promise<LoggedEvent[]> {
    const found: LoggedEvent[] = [];
    for await (const logged of this.events(study)) if (fits(logged.event)) found.push(logged);
    return found;
  }

  #openLog(study: string): Promise<LocalEventLog> {
    const known = this.#logs.get(study);
    if (known !== undefined) return known;
    const opening = this.#createLog(study);
    this.#logs.set(study, opening);
    // The next append tries again: the lock may be free by then.
    opening.catch(() => this.#logs.delete(study));
    return opening;
  }

  async #createLog(study: string): Promise<LocalEventLog> {
    const paths = this.#studies.paths(study);
    if (!(await this.#studies.exists(study))) {
      throw new SweepError('STUDY_NOT_FOUND', `there is no study ${study}`, {
        hint: 'sweep list shows them',
      });
    }
    return LocalEventLog.open(paths.events, paths.writer, study, () => this.#growth.notify(), this.#now);
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError();
  }
}
