// The contract of the bus: how work, events, blobs and leases travel between a coordinator and its workers.
// Two implementations, held by one contract suite: local-bus (a directory on disk, in process) and nats-bus (JetStream).
// Guarantees: work is delivered at least once; an event that `append` returned from is durable and ordered per study;
// a blob is immutable and named by its SHA-256; a lease has one holder at a time and a number that only grows.
import type { LoggedEvent, StudyEvent } from '../study/events.js';
import type { Requirement } from '../study/trial/trial.js';
import type {
  CachedResult,
  ControlMessage,
  StudyRecord,
  TrialMessage,
  WorkerInfo,
} from './message-schemas.js';

export type {
  CachedResult,
  CheckpointRef,
  ControlMessage,
  StudyRecord,
  StudyRequest,
  TrialMessage,
  WorkerInfo,
} from './message-schemas.js';

/** A trial in a worker's hands until one of these is called. */
export interface Delivery {
  readonly message: TrialMessage;
  /** False only when this is surely its first delivery: then nobody can have started it. */
  readonly redelivered: boolean;
  /** Done: only after the trial's terminal event was appended, else a crash loses the result. */
  ack(): Promise<void>;
  /** Give it back; the bus delivers it again, to anyone, after `delayMs`. */
  nak(delayMs: number): Promise<void>;
  /** Never deliver it again (its terminal event says why). */
  term(): Promise<void>;
  /** Still at work: moves the deadline after which the bus delivers it to someone else. */
  extend(): void;
}

export interface PullOptions {
  /** Tried in order: a GPU node passes ['gpu', 'any']. */
  readonly requirements: readonly Requirement[];
  /** Resolves with null when nothing came for this long. */
  readonly expiresMs: number;
  readonly signal?: AbortSignal;
}

/** The right to act on one study, and the pen that comes with it. */
export interface Lease {
  readonly study: string;
  readonly holder: string;
  /** Fencing number: grows with each change of holder. */
  readonly epoch: number;
  /**
   * As EventLog.append, in the holder's name. Throws LEASE_LOST when the lease is not current; what was under way when
   * another holder took over is void for every reader.
   */
  append(event: StudyEvent): Promise<number>;
  /** The bus does it by itself while the holder lives. Throws LEASE_LOST when another holder took over. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** The trial, of one study, that alone needs a blob. */
export interface BlobOwner {
  readonly study: string;
  readonly trial: string;
}

/** A worker that was not heard of for so long counts as gone: three missed heartbeats. */
export const WORKER_GONE_MS = 15_000;

export interface ReadEventsOptions {
  /** First sequence number wanted, default 1. */
  readonly from?: number;
  /** true: after the last one, wait for more until `signal` aborts. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** The studies there are, and who acts on each. */
export interface StudyStore {
  /** Throws STUDY_EXISTS when the id is taken. */
  createStudy(record: StudyRecord): Promise<void>;
  readStudy(study: string): Promise<StudyRecord | null>;
  listStudies(): Promise<StudyRecord[]>;
  /** Forgets a study: its record, events, queued trials, the blobs that its trials own. */
  removeStudy(study: string): Promise<void>;
  /** Throws STUDY_LOCKED, naming the holder, while another one lives. */
  acquireLease(study: string, holder: string): Promise<Lease>;
  /**
   * Who acts on a study now, for a reader without a right to the lease. null: it was never held, was given back, or its
   * holder died (over NATS: was silent for the lease's term).
   */
  readLeaseHolder(study: string): Promise<string | null>;
}

/** What happened: the only truth about a study. */
export interface EventLog {
  /**
   * Appends for those who hold no lease: what a worker tells of its trials, and the first event of a new study. Durable when it
   * resolves; returns a number that grows in the order of the log (a shared stream counts other studies too: `events` alone
   * numbers a study without gaps).
   */
  append(study: string, event: StudyEvent): Promise<number>;
  /**
   * Ordered, each once. What cannot be read (damaged, of a later version, lost) is given as `log.unreadable` in its place;
   * a torn last record is skipped.
   */
  events(study: string, options?: ReadEventsOptions): AsyncIterable<LoggedEvent>;

  /**
   * What happened to one trial so far, in order (`seq` grows): what a worker asks before it starts a redelivered one. `since`: a
   * number that `append` gave; what came before it may be left out.
   */
  trialEvents(study: string, trial: string, since?: number): Promise<LoggedEvent[]>;
  /** What happened to the study itself so far, in order; none of a study that was removed. */
  studyEvents(study: string): Promise<LoggedEvent[]>;
}

/** Trials on their way to a worker. */
export interface TrialQueue {
  /** Idempotent per (study, trial, attempt). */
  publishTrial(message: TrialMessage): Promise<void>;
  pullTrial(options: PullOptions): Promise<Delivery | null>;
  /**
   * Ids of the study's unacknowledged trials, queued or in hands: an open one not among them will not be delivered again.
   * With `trial` that one alone is looked for, at a cost that does not grow with the others.
   */
  listPending(study: string, trial?: string): Promise<ReadonlySet<string>>;
  /**
   * Takes all of a study's trials off the queue. What is in hands goes on; whether it is acknowledged or given back, it is
   * not delivered again.
   */
  clearTrials(study: string): Promise<void>;
}

/** Immutable bytes, named by their SHA-256. */
export interface BlobStore {
  /**
   * Returns the digest, `<sha256 hex>`. Storing the same bytes twice is one blob. With `owner` the blob is named by its
   * owner, too: whoever knows the trial finds and deletes it, also one that nobody lived to record, or to write to its end.
   */
  putBlob(bytes: Uint8Array, owner?: BlobOwner): Promise<string>;
  /** Throws BLOB_NOT_FOUND, or BLOB_CORRUPT when the digest does not fit; never hangs. `owner` as it was stored. */
  getBlob(digest: string, owner?: BlobOwner): Promise<Uint8Array>;
  hasBlob(digest: string, owner?: BlobOwner): Promise<boolean>;
  deleteBlob(digest: string, owner?: BlobOwner): Promise<void>;
  /** The trials of a study that own anything, parts of blobs included. */
  listBlobOwners(study: string): Promise<ReadonlySet<string>>;
  /** Deletes all that a trial owns. */
  deleteBlobsOf(owner: BlobOwner): Promise<void>;
}

/** Results of finished trials across studies. */
export interface ResultStore {
  /** By resultKey (study/trial/trial-id.ts). An entry that is damaged is reported to the log and counts as absent. */
  readCachedResult(key: string): Promise<CachedResult | null>;
  /** Only COMPLETE results: a pruned one depends on its study. The last write of a key stays. */
  writeCachedResult(key: string, cached: CachedResult): Promise<void>;
}

/** Orders to those who run. */
export interface ControlChannel {
  sendControl(message: ControlMessage): Promise<void>;
  onControl(listener: (message: ControlMessage) => void): () => void;
}

/** The workers that are alive. */
export interface WorkerRegistry {
  heartbeat(info: WorkerInfo): Promise<void>;
  /** A worker that left in order is listed no more. */
  removeWorker(worker: string): Promise<void>;
  workers(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]>;
}

/** What differs from one bus to another and others must know. */
export interface BusCapabilities {
  /** True: workers are processes of their own, which live on when their coordinator dies, and come from other machines. */
  readonly hasRemoteWorkers: boolean;
  /** Where the studies lie, for people: the home directory, or the server. */
  readonly place: string;
  /** Where a study's record lies, for people. */
  placeOfRecord(study: string): string;
  /** The mark of the key that signs what a worker appends: the worker's name ends with it. null: nothing is signed here. */
  readonly signerMark: string | null;
}

/** All of it: whoever takes a bus takes only the parts it uses. */
export interface Bus
  extends StudyStore,
    EventLog,
    TrialQueue,
    BlobStore,
    ResultStore,
    ControlChannel,
    WorkerRegistry,
    BusCapabilities {
  /** Milliseconds since 1970 on the clock that stamps events (`at`): over NATS the server's. */
  readClock(): Promise<number>;

  close(): Promise<void>;
}
