// The bus over NATS JetStream: puts the parts of this room together behind the contract. Guarantees: bus.ts; what the server
// must grant each role: deploy/nats. Works with nats-server 2.9 and later.
import { setTimeout as wait } from 'node:timers/promises';
import type { NatsConnection } from 'nats';
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
import { EventAuthor } from '../event-author.js';
import {
  checkDigest,
  checkToken,
  RESULTS_BUCKET,
  recordKey,
  STUDIES_BUCKET,
  unmapApiSubject,
  WORKERS_BUCKET,
} from '../subjects.js';
import { NatsBlobs } from './blobs.js';
import { NatsClock } from './clock.js';
import { connectNats, inboxPrefixOf, type NatsConnectionOptions } from './connection/connection.js';
import type { LinkNews } from './connection/link.js';
import { translateNatsError } from './connection/nats-errors.js';
import { watchStatus } from './connection/status.js';
import { NatsControl } from './control.js';
import { ControlSealer, ControlSeals } from './control-seal.js';
import { NatsEvents } from './event-log/events.js';
import { HeldLeases } from './event-log/held-leases.js';
import { DEFAULT_LEASE_MS } from './event-log/leases.js';
import { NatsBucket } from './jetstream/bucket.js';
import { JetStream } from './jetstream/jetstream.js';
import { awaitStreams, ensureStreams, type NatsStorageOptions } from './jetstream/streams.js';
import { isPullSubject, TrialPuller } from './queue/puller.js';
import { LOOK_EVERY_MS, QueueKeeper } from './queue/queue-keeper.js';
import { NatsTrials } from './queue/trials.js';
import { NatsResults } from './results.js';
import { SetAside, type SetAsideKind } from './set-aside.js';
import { NatsStudies } from './studies.js';
import { NatsWorkers } from './workers.js';

export interface NatsOptions
  extends Omit<NatsConnectionOptions, 'log' | 'connectWithinMs'>,
    NatsStorageOptions {
  /** Default 5 s; null waits for ever. Counts for the server and, for a worker, for its streams. */
  readonly connectWithinMs?: number | null;
  /** The limit of one try; default 5 s. */
  readonly requestTimeoutMs?: number;
  /** How long an operation is repeated while the server is away or full; default 30 s. */
  readonly patienceMs?: number;
  /** How long a coordinator that falls silent keeps its study; default 10 s. */
  readonly leaseMs?: number;
  /** How often a coordinator looks whether the work queue still has its consumers; default 5 s. */
  readonly lookEveryMs?: number;
  readonly logger?: Logger;
}

export interface NatsBusExtras {
  /** Messages met since opening that were none of ours or damaged. */
  setAside(): Readonly<Record<SetAsideKind, number>>;
}

const DEFAULT_CONNECT_WITHIN_MS = 5_000;
const DEFAULT_REQUEST_TIMEOUT_MS = 5_000;
const DEFAULT_PATIENCE_MS = 30_000;
/** At close, a server that is away is not waited for. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * Connects; a coordinator creates or checks the streams, a worker waits for them. Throws BUS_UNREACHABLE, BUS_EMPTY,
 * BUS_AUTHENTICATION, BUS_CONFIGURATION, USAGE.
 */
export async function openNatsBus(options: NatsOptions): Promise<Bus & NatsBusExtras> {
  const log = options.logger ?? silentLogger;
  const connectWithinMs =
    options.connectWithinMs === undefined ? DEFAULT_CONNECT_WITHIN_MS : options.connectWithinMs;
  const { connection, news } = await connectNats({ ...options, connectWithinMs, log });
  const jetStream = new JetStream(connection, {
    inboxPrefix: inboxPrefixOf(options.role),
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    patienceMs: options.patienceMs ?? DEFAULT_PATIENCE_MS,
    log,
    news,
    signal: options.signal,
  });
  try {
    await jetStream.assertJetStream();
    if (options.role === 'coordinator') await ensureStreams(jetStream, options);
    else await awaitStreams(jetStream, options.role === 'viewer' ? 0 : connectWithinMs, options.signal);
  } catch (thrown) {
    jetStream.requests.close();
    await connection.close();
    throw thrown;
  }
  return new NatsBus(connection, news, jetStream, options, log);
}

class NatsBus implements Bus, NatsBusExtras {
  readonly hasRemoteWorkers = true;
  readonly place: string;
  readonly signerMark: string | null;
  private readonly closing = new AbortController();
  private readonly aside: SetAside;
  private readonly studies: NatsStudies;
  private readonly results: NatsResults;
  private readonly eventLog: NatsEvents;
  private readonly trials: NatsTrials;
  private readonly puller: TrialPuller;
  private readonly queue: QueueKeeper;
  private readonly blobs: NatsBlobs;
  private readonly control: NatsControl;
  private readonly clock: NatsClock;
  private readonly nodes: NatsWorkers;
  private readonly leases: HeldLeases;

  constructor(
    private readonly connection: NatsConnection,
    news: LinkNews,
    private readonly jetStream: JetStream,
    options: NatsOptions,
    log: Logger,
  ) {
    this.place = connection.getServer();
    this.aside = new SetAside(log);
    const studies = new NatsBucket(jetStream, STUDIES_BUCKET);
    this.studies = new NatsStudies(studies, this.aside);
    this.results = new NatsResults(new NatsBucket(jetStream, RESULTS_BUCKET), this.aside);
    const author = options.role === 'worker' && isSecured(options) ? new EventAuthor() : null;
    this.signerMark = author?.mark ?? null;
    this.eventLog = new NatsEvents(jetStream, this.aside, this.closing.signal, author);
    this.queue = new QueueKeeper({
      jetStream,
      storage: options,
      lookEveryMs: options.lookEveryMs ?? LOOK_EVERY_MS,
      mayRepair: () => this.leases.isHoldingAny,
    });
    this.puller = new TrialPuller(
      connection,
      options.role,
      () => this.queue.check(),
      () =>
        log.warn(
          'the server holds no more waiting pulls: trials come a few seconds later to workers beyond its number (max_waiting of its consumers)',
        ),
    );
    news.onRefusal(() => this.puller.forgetRequests());
    this.trials = new NatsTrials(jetStream, this.puller, this.aside, (study) =>
      this.studies.incarnation(study),
    );
    this.blobs = new NatsBlobs(jetStream);
    const workers = new NatsBucket(jetStream, WORKERS_BUCKET);
    const sealer = options.role === 'coordinator' && isSecured(options) ? new ControlSealer(workers) : null;
    const seals = options.role === 'worker' && isSecured(options) ? new ControlSeals(workers) : null;
    this.control = new NatsControl(jetStream, this.aside, sealer, seals);
    this.clock = new NatsClock(workers, options.role);
    this.nodes = new NatsWorkers(workers, this.aside, this.clock, author);
    const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    const onLost = (study: string) =>
      log.error('the lease is lost: another coordinator took over', { study });
    this.leases = new HeldLeases({ bucket: studies, leaseMs, onLost, events: this.eventLog });
    void watchStatus(connection, {
      log,
      describeError: (code) => (code === 'NATS_PROTOCOL_ERR' ? (news.serverWords ?? code) : code),
      onDisconnect: () => jetStream.requests.disconnected(),
      onReconnect: () => {
        jetStream.requests.reconnected();
        jetStream.diagnosis.forget();
        this.puller.forgetRequests();
      },
      onForbidden: (mapped, error) => {
        const subject = unmapApiSubject(mapped);
        jetStream.requests.refused(subject, error);
        // Not that of a subject which arrived damaged.
        if (!isPullSubject(subject)) return;
        this.puller.refuse(translateNatsError(error, 'pulling trials'));
      },
      onGone: () => this.puller.forgetRequests(),
    });
  }

  setAside(): Readonly<Record<SetAsideKind, number>> {
    return this.aside.totals();
  }

  placeOfRecord(study: string): string {
    return `${recordKey(study)} of the bucket ${STUDIES_BUCKET}`;
  }

  async createStudy(record: StudyRecord): Promise<void> {
    await this.studies.create(record);
    this.trials.forgetIncarnation(record.study);
  }

  readStudy(study: string): Promise<StudyRecord | null> {
    return this.studies.read(study);
  }

  listStudies(): Promise<StudyRecord[]> {
    return this.studies.list();
  }

  /** Takes the lease for it: throws STUDY_LOCKED while another coordinator lives. */
  async removeStudy(study: string): Promise<void> {
    checkToken('study', study);
    await this.leases.removeStudy(study, async () => {
      await this.studies.remove(study);
      await this.trials.removeStudy(study);
      await this.blobs.removeStudy(study);
      await this.eventLog.removeStudy(study);
    });
  }

  acquireLease(study: string, holder: string): Promise<Lease> {
    return this.leases.acquire(study, holder);
  }

  async readLeaseHolder(study: string): Promise<string | null> {
    return this.leases.readHolder(checkToken('study', study), await this.clock.read());
  }

  append(study: string, event: StudyEvent): Promise<number> {
    return this.eventLog.append(study, event);
  }

  events(study: string, options?: ReadEventsOptions): AsyncIterable<LoggedEvent> {
    return this.eventLog.read(study, options);
  }

  trialEvents(study: string, trial: string, since?: number): Promise<LoggedEvent[]> {
    return this.eventLog.trialEvents(study, trial, since);
  }

  studyEvents(study: string): Promise<LoggedEvent[]> {
    return this.eventLog.studyEvents(study);
  }

  publishTrial(message: TrialMessage): Promise<void> {
    return this.trials.publish(message);
  }

  pullTrial(options: PullOptions): Promise<Delivery | null> {
    return this.trials.pull(options);
  }

  listPending(study: string, trial?: string): Promise<ReadonlySet<string>> {
    return this.trials.listPending(study, trial);
  }

  clearTrials(study: string): Promise<void> {
    return this.trials.clear(study);
  }

  putBlob(bytes: Uint8Array, owner?: BlobOwner): Promise<string> {
    return this.blobs.put(bytes, owner);
  }

  getBlob(digest: string, owner?: BlobOwner): Promise<Uint8Array> {
    return this.blobs.get(digest, owner);
  }

  hasBlob(digest: string, owner?: BlobOwner): Promise<boolean> {
    return this.blobs.has(digest, owner);
  }

  deleteBlob(digest: string, owner?: BlobOwner): Promise<void> {
    return this.blobs.delete(checkDigest(digest), owner);
  }

  async listBlobOwners(study: string): Promise<ReadonlySet<string>> {
    return this.blobs.listOwners(study);
  }

  async deleteBlobsOf(owner: BlobOwner): Promise<void> {
    await this.blobs.deleteOf(owner);
  }

  readCachedResult(key: string): Promise<CachedResult | null> {
    return this.results.read(key);
  }

  writeCachedResult(key: string, cached: CachedResult): Promise<void> {
    return this.results.write(key, cached);
  }

  sendControl(message: ControlMessage): Promise<void> {
    return this.control.send(message);
  }

  onControl(listener: (message: ControlMessage) => void): () => void {
    return this.control.listen(listener);
  }

  heartbeat(info: WorkerInfo): Promise<void> {
    return this.nodes.heartbeat(info);
  }

  removeWorker(worker: string): Promise<void> {
    return this.nodes.remove(worker);
  }

  workers(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]> {
    return this.nodes.list();
  }

  readClock(): Promise<number> {
    return this.clock.read();
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    this.puller.close();
    this.queue.close();
    this.jetStream.stopWaiting();
    const goodbye = async () => {
      await this.leases.releaseAll();
      if (!this.jetStream.requests.isAbandoned) await this.connection.flush();
    };
    await Promise.race([goodbye().catch(() => {}), wait(CLOSE_LIMIT_MS, undefined, { ref: false })]);
    this.leases.abandonAll();
    this.jetStream.requests.close();
    await this.connection.close();
  }
}

/** A server that asks who we are may tell workers from coordinators; where it does not, a signature proves nothing. */
function isSecured({ auth, tls }: NatsOptions): boolean {
  return auth !== undefined || tls?.certFile !== undefined;
}
