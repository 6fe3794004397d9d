// Requests and their replies over one inbox subscription, many in flight. The client's own `request` makes an error
// object with its stack trace for every reply, which costs more than all the rest of a request; this one makes none.
// A broken connection fails what is in flight at once: its replies cannot arrive any more.
import { randomBytes } from 'node:crypto';
import { createInbox, type Msg, type MsgHdrs, type NatsConnection, NatsError, type Subscription } from 'nats';

interface Pending {
  readonly subject: string;
  readonly deadlineMs: number;
  resolve(reply: Msg): void;
  reject(error: Error): void;
}

interface Unsent {
  readonly id: string;
  readonly subject: string;
  readonly data: Uint8Array | string;
  readonly headers: MsgHdrs | undefined;
}

/** Time limits are checked this often, for all requests together. */
const CHECK_EVERY_MS = 100;
const ID_BYTES = 12;
/** The system's randomness costs by the call. */
const IDS_AT_ONCE = 256;
/** Whoever is about to leave takes a server that said nothing for this long to be away. */
const HURRY_MS = 1_000;

export class NatsRequests {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly pending = new Map<string, Pending>();
  private unsent: Unsent[] = [];
  private readonly timer: NodeJS.Timeout;
  private isConnected = true;
  private hurriedAtMs = Number.POSITIVE_INFINITY;
  private heardAtMs = 0;
  /** Nothing is sent any more. */
  private abandonedBy: Error | null = null;
  private closedBy = new NatsError('closed', 'CONNECTION_CLOSED');
  private randomness = Buffer.alloc(0);

  constructor(
    private readonly connection: NatsConnection,
    inboxPrefix: string,
    private readonly timeoutMs: number,
  ) {
    this.inbox = createInbox(inboxPrefix);
    this.subscription = connection.subscribe(`${this.inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.receive(message);
        else this.failAll(error);
      },
    });
    // Closed by the client itself: it gives up when the server refuses our credentials twice.
    void connection.closed().then((cause) => {
      if (cause instanceof NatsError) this.closedBy = cause;
      this.failAll(this.closedBy);
    });
    this.timer = setInterval(() => this.checkTimes(), CHECK_EVERY_MS).unref();
  }

  /** Rejects with the client's error codes: TIMEOUT, 503 when nobody listens, DISCONNECT, PERMISSIONS_VIOLATION. */
  send(subject: string, data: Uint8Array | string, headers?: MsgHdrs): Promise<Msg> {
    if (this.abandonedBy !== null) return Promise.reject(this.abandonedBy);
    if (this.connection.isClosed()) return Promise.reject(this.closedBy);
    if (!this.isConnected) return Promise.reject(new NatsError('disconnected', 'DISCONNECT'));
    const id = this.nextId();
    return new Promise((resolve, reject) => {
      const deadlineMs = performance.now() + this.timeoutMs;
      this.pending.set(id, { subject, deadlineMs, resolve, reject });
      if (this.unsent.length === 0) setImmediate(() => this.publishUnsent());
      this.unsent.push({ id, subject, data, headers });
    });
  }

  disconnected(): void {
    this.isConnected = false;
    this.failAll(new NatsError('disconnected', 'DISCONNECT'));
  }

  reconnected(): void {
    this.isConnected = true;
  }

  /** From now on a second of silence counts as a server that is away, for good: what follows fails at once. */
  hurry(): void {
    this.hurriedAtMs = Math.min(this.hurriedAtMs, performance.now());
  }

  get isHurried(): boolean {
    return Number.isFinite(this.hurriedAtMs);
  }

  get isAbandoned(): boolean {
    return this.abandonedBy !== null;
  }

  /** No answer can come any more: fails what is in flight, and all that follows. */
  abandon(error: Error): void {
    this.abandonedBy ??= error;
    this.failAll(error);
  }

  /** The server does not let us publish to `subject`. */
  refused(subject: string, error: NatsError): void {
    for (const [id, pending] of this.pending) if (pending.subject === subject) this.fail(id, pending, error);
  }

  close(): void {
    clearInterval(this.timer);
    this.failAll(this.closedBy);
    if (!this.connection.isClosed()) this.subscription.unsubscribe();
  }

  /** All of one turn of the event loop together: the client makes one write of them. */
  private publishUnsent(): void {
    const requests = this.unsent;
    this.unsent = [];
    for (const { id, subject, data, headers } of requests) {
      const pending = this.pending.get(id);
      if (pending === undefined) continue;
      const reply = `${this.inbox}.${id}`;
      try {
        this.connection.publish(subject, data, headers === undefined ? { reply } : { reply, headers });
      } catch (thrown) {
        this.fail(
          id,
          pending,
          thrown instanceof NatsError ? thrown : new NatsError(String(thrown), 'UNKNOWN_ERROR'),
        );
      }
    }
  }

  /** Not to be guessed: workers may share an inbox prefix, and whoever knew the next name could answer in the server's place. */
  private nextId(): string {
    if (this.randomness.length < ID_BYTES) this.randomness = randomBytes(ID_BYTES * IDS_AT_ONCE);
    const id = this.randomness.toString('base64url', 0, ID_BYTES);
    this.randomness = this.randomness.subarray(ID_BYTES);
    return id;
  }

  private receive(reply: Msg): void {
    this.heardAtMs = performance.now();
    const id = reply.subject.slice(this.inbox.length + 1);
    const pending = this.pending.get(id);
    // Too late: it has failed already.
    if (pending === undefined) return;
    if (reply.data.length === 0 && reply.headers?.code === 503) {
      this.fail(id, pending, new NatsError('no responders', '503'));
      return;
    }
    this.pending.delete(id);
    pending.resolve(reply);
  }

  private checkTimes(): void {
    const nowMs = performance.now();
    const quietSinceMs = Math.max(this.hurriedAtMs, this.heardAtMs, this.oldestSentMs());
    if (this.isHurried && this.pending.size > 0 && nowMs - quietSinceMs > HURRY_MS) {
      this.abandon(new NatsError('timeout', 'TIMEOUT'));
      return;
    }
    for (const [id, pending] of this.pending) {
      // In the order of sending: the rest is younger.
      if (pending.deadlineMs > nowMs) return;
      this.fail(id, pending, new NatsError('timeout', 'TIMEOUT'));
    }
  }

  /** In the order of sending: of what is in flight. */
  private oldestSentMs(): number {
    const [oldest] = this.pending.values();
    return oldest === undefined ? 0 : oldest.deadlineMs - this.timeoutMs;
  }

  private failAll(error: Error): void {
    for (const [id, pending] of this.pending) this.fail(id, pending, error);
  }

  private fail(id: string, pending: Pending, error: Error): void {
    this.pending.delete(id);
    pending.reject(error);
  }
}
