// Requests to JetStream with time limits, patience and translated errors: the one way from this room to the server.
// A request that timed out is "unknown", not "failed": everything that goes through `persist` may safely be repeated.
import { setTimeout as wait } from 'node:timers/promises';
import { headers as createHeaders, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import { SweepError } from '../../../errors.js';
import type { Logger } from '../../../log.js';
import type { LinkNews } from '../connection/link.js';
import { codeOf, translateNatsError } from '../connection/nats-errors.js';
import { Diagnosis, noJetStream, withCause } from './diagnosis.js';
import { API_ERROR, JetStreamRefusal } from './refusal.js';
import { readable, readJson, unreadable } from './replies.js';
import { NatsRequests } from './requests.js';
import {
  type ApiError,
  decodeDirect,
  decodeStored,
  type RawStored,
  type StoredMessage,
} from './stored-message.js';

export interface PublishOptions {
  /** The stream that must store it. */
  readonly stream: string;
  readonly messageId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Compare-and-set: the subject's last sequence number, 0 for none. */
  readonly expectedLast?: number;
}

export interface PublishAck {
  readonly sequence: number;
  /** The stream had this message id already; `sequence` is the first one's. */
  readonly duplicate: boolean;
}

/** What `next_by_subj` and friends of the direct API take. */
export type DirectQuery =
  | { readonly seq: number; readonly next_by_subj?: string }
  | { readonly last_by_subj: string };

export interface JetStreamOptions {
  readonly inboxPrefix: string;
  readonly requestTimeoutMs: number;
  /** How long an operation is repeated while the server is away or full; then BUS_UNREACHABLE or BUS_FULL. */
  readonly patienceMs: number;
  readonly log: Logger;
  readonly news: LinkNews;
  /** When it aborts, a server that is away is not waited for any more. */
  readonly signal?: AbortSignal | undefined;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;
/** A server that answers at all tells of a stream well within. */
const ASSERT_LIMIT_MS = 1_500;
/** How long a server without JetStream may take to have one: it starts, or joins its cluster. */
const JETSTREAM_LIMIT_MS = 3_000;

export class JetStream {
  readonly requests: NatsRequests;
  readonly diagnosis: Diagnosis;

  constructor(
    readonly connection: NatsConnection,
    private readonly options: JetStreamOptions,
  ) {
    this.requests = new NatsRequests(connection, options.inboxPrefix, options.requestTimeoutMs);
    this.diagnosis = new Diagnosis(connection, options.news, options.log);
    options.news.onRefusal((refusal) => this.requests.abandon(refusal));
    const { signal } = options;
    if (signal === undefined) return;
    const hurry = () => this.stopWaiting();
    signal.addEventListener('abort', hurry, { once: true });
    void connection.closed().then(() => signal.removeEventListener('abort', hurry));
    if (signal.aborted) hurry();
  }

  get log(): Logger {
    return this.options.log;
  }

  /** Ends all patience: operations under way fail with their last error, or within a second of the server's silence. */
  stopWaiting(): void {
    this.requests.hurry();
  }

  /** Throws BUS_CONFIGURATION when the server has no JetStream to offer. */
  async assertJetStream(): Promise<void> {
    const { connection } = this;
    const startedAtMs = performance.now();
    while (connection.info?.jetstream !== true) {
      try {
        await this.request('$JS.API.STREAM.INFO.SWEEP_EVENTS', '');
        // Another server of its cluster has one.
        return;
      } catch (thrown) {
        if (codeOf(thrown) !== '503') return;
      }
      if (performance.now() - startedAtMs > JETSTREAM_LIMIT_MS || this.requests.isHurried) {
        const { message, hint } = noJetStream(`the NATS server at ${connection.getServer()}`);
        throw new SweepError('BUS_CONFIGURATION', message, { hint });
      }
      await new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS));
    }
  }

  /** One call of the JetStream API such as `STREAM.INFO.X`, repeated while the server is away. Throws JetStreamRefusal. */
  async api<Reply>(call: string, body: unknown, doing: string): Promise<Reply> {
    return this.persist(doing, async () => {
      const payload = body === undefined ? '' : JSON.stringify(body);
      return this.parseReply<Reply>(await this.request(`$JS.API.${call}`, payload), doing);
    });
  }

  /** Stores a message; resolves when the stream acknowledged it. */
  async publish(subject: string, data: Uint8Array, options: PublishOptions): Promise<PublishAck> {
    const doing = `publishing to ${subject}`;
    const limit = this.connection.info?.max_payload;
    if (limit !== undefined && data.byteLength > limit) {
      throw new SweepError(
        'MESSAGE_MALFORMED',
        `a message of ${data.byteLength} bytes for ${subject} is over the server's limit of ${limit} bytes`,
        { hint: "make it smaller, or raise the server's max_payload" },
      );
    }
    const head = createHeaders();
    head.set('Nats-Expected-Stream', options.stream);
    if (options.messageId !== undefined) head.set('Nats-Msg-Id', options.messageId);
    if (options.expectedLast !== undefined) {
      head.set('Nats-Expected-Last-Subject-Sequence', String(options.expectedLast));
    }
    for (const [name, value] of Object.entries(options.headers ?? {})) head.set(name, value);
    return this.persist(doing, async () => {
      const reply = await this.requestServed(options.stream, subject, data, head);
      const ack = this.parseReply<{ seq: number; duplicate?: boolean }>(reply, doing);
      if (!Number.isSafeInteger(ack.seq)) throw unreadable(doing, new Error('no sequence number'));
      return { sequence: ack.seq, duplicate: ack.duplicate === true };
    });
  }

  /** The last message on a subject (wildcards allowed) as the stream's leader knows it; null if there is none. */
  async readLast(stream: string, subject: string): Promise<StoredMessage | null> {
    return this.readFromLeader(stream, { last_by_subj: subject });
  }

  /** A message as the stream's leader knows it: slower than readDirect, never stale. */
  async readFromLeader(stream: string, query: DirectQuery): Promise<StoredMessage | null> {
    const doing = `reading from ${stream}`;
    return this.persist(doing, async () => {
      const reply = await this.request(`$JS.API.STREAM.MSG.GET.${stream}`, JSON.stringify(query));
      const body = readJson<RawStored>(reply, doing);
      const { error } = body;
      const isMissing = error?.code === 404 && error.err_code !== API_ERROR.streamNotFound;
      if (isMissing || error?.err_code === API_ERROR.noMessageFound) return null;
      const { message } = this.parseReply<RawStored>(reply, doing);
      if (message === undefined) throw unreadable(doing, new Error('neither a message nor an error'));
      return readable(doing, () => decodeStored(message));
    });
  }

  /** A message by the direct API: any replica may answer, so null can also mean "not here yet" in a cluster. */
  async readDirect(stream: string, query: DirectQuery): Promise<StoredMessage | null> {
    const subject = `$JS.API.DIRECT.GET.${stream}`;
    return this.persist(`reading from ${stream}`, async () => {
      const reply = await this.requestServed(stream, subject, JSON.stringify(query));
      return readable(`reading from ${stream}`, () => decodeDirect(reply, stream));
    });
  }

  /** Sends `data` to a reply subject and waits for the server's word: an acknowledgement that may be repeated. */
  async confirm(stream: string, subject: string, data: string, doing: string): Promise<void> {
    await this.persist(doing, () => this.requestServed(stream, subject, data));
  }

  /** Repeats `attempt` while what it throws may pass and patience lasts. */
  async persist<Value>(doing: string, attempt: () => Promise<Value>): Promise<Value> {
    const startedAtMs = performance.now();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        return await attempt();
      } catch (thrown) {
        const error = translateNatsError(thrown, doing);
        const passes = error.code === 'BUS_UNREACHABLE' || error.code === 'BUS_FULL';
        if (!passes || this.requests.isHurried || this.connection.isClosed()) throw error;
        const nowMs = performance.now();
        if (nowMs - startedAtMs + waitMs > this.options.patienceMs)
          throw withCause(error, await this.diagnosis.explain(error));
        // The first failure is often a server between two breaths, unless it took long; the second is worth a line.
        if (waitMs > FIRST_WAIT_MS || nowMs - startedAtMs > LONGEST_WAIT_MS) void this.diagnosis.say(error);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  private request(subject: string, data: Uint8Array | string, head?: MsgHdrs): Promise<Msg> {
    return this.requests.send(subject, data, head);
  }

  /**
   * A request that a stream serves: nobody answers when the server still starts, or when the stream is gone for good. Across accounts
   * nats-server 2.9 does not say so: there the answer only fails to come.
   */
  private async requestServed(
    stream: string,
    subject: string,
    data: Uint8Array | string,
    head?: MsgHdrs,
  ): Promise<Msg> {
    try {
      return await this.request(subject, data, head);
    } catch (thrown) {
      // To a stream that is gone some requests are served by nobody, and some are swallowed.
      if (['503', 'TIMEOUT'].includes(codeOf(thrown))) await this.assertStream(stream);
      throw thrown;
    }
  }

  private parseReply<Reply>(reply: Msg, doing: string): Reply {
    const body = readJson<Reply & { error?: ApiError }>(reply, doing);
    if (body.error !== undefined) {
      const { err_code, description = '' } = body.error;
      if (err_code === undefined) throw unreadable(doing, new Error('a refusal without its number'));
      throw new JetStreamRefusal(err_code, description, doing);
    }
    return body;
  }

  /**
   * Throws when waiting would never end: the server lives but the stream is gone, or we are not let in any more. Returns how
   * many consumers the stream has; null if nobody knows now.
   */
  async assertStream(stream: string): Promise<number | null> {
    const doing = `looking at ${stream}`;
    let body: { readonly error?: ApiError; readonly state?: { readonly consumer_count?: number } };
    try {
      const info = this.request(`$JS.API.STREAM.INFO.${stream}`, '');
      // Whoever asks has waited already.
      const reply = await Promise.race([info, wait(ASSERT_LIMIT_MS, null, { ref: false })]);
      if (reply === null) {
        info.catch(() => {});
        return null;
      }
      body = readJson(reply, doing);
    } catch (thrown) {
      const error = translateNatsError(thrown, doing);
      if (error.code === 'BUS_UNREACHABLE') return null;
      throw error;
    }
    if (body.error?.err_code !== API_ERROR.streamNotFound) return body.state?.consumer_count ?? null;
    throw new SweepError('BUS_CONFIGURATION', `the stream ${stream} is gone from the NATS server`, {
      hint: 'was its store wiped? start the study again with "sweep start": a study cannot outlive its event log',
    });
  }
}
