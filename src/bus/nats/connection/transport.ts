// The client's transport and protocol, held to what it leaves open: every socket it dialled is closed, whether the server
// greeted or not; a link that died is dropped without waiting for it; bytes that are no NATS protocol mean a new connection.
// The client (nats 2.29) forgets a socket that connected but was never greeted, which then keeps the process from ending,
// and stops reading for good at the first byte that it cannot parse.
import { createConnection, type Socket } from 'node:net';
import { type ConnectionOptions, type NatsConnection, NatsError, type ServerInfo } from 'nats';
import { NatsConnectionImpl } from 'nats/lib/nats-base-client/nats.js';
import { Parser } from 'nats/lib/nats-base-client/parser.js';
import { ProtocolHandler } from 'nats/lib/nats-base-client/protocol.js';
import { setTransportFactory } from 'nats/lib/nats-base-client/transport.js';
import { NodeTransport, nodeResolveHost } from 'nats/lib/src/node_transport.js';

/** What the client itself tells nobody. */
export interface DialListeners {
  /** The server's own words, such as `maximum connections exceeded`. */
  onServerError(text: string): void;
  onConnected(): void;
  /** An attempt to connect, or to connect again, failed. */
  onDialFailure(why: string): void;
  /** What came over the connection is no NATS protocol: it is given up and dialled anew. */
  onGarbled(why: string): void;
}

type ServerAddress = Parameters<ProtocolHandler['dial']>[0];

/** As `connect` of the client. When `signal` aborts, an attempt under way ends at once. */
export async function dialNats(
  options: ConnectionOptions,
  listeners: DialListeners,
  signal?: AbortSignal,
): Promise<NatsConnection> {
  // The client's own `connect` makes these two by itself; its constructor is private in the types alone.
  const connection: NatsConnectionImpl = Reflect.construct(NatsConnectionImpl, [options]);
  const protocol = new GuardedProtocol(connection.options, connection, listeners);
  // Before its first attempt the client has nothing to close yet, and says so.
  const giveUp = () => void protocol.close().catch(() => {});
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal?.aborted) throw new NatsError('given up', 'CONNECTION_CLOSED');
    await protocol.dialLoop();
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  connection.protocol = protocol;
  void (async () => {
    for await (const status of protocol.status()) {
      for (const listener of connection.listeners) listener.push(status);
    }
  })();
  // `info` is there from here on.
  return connection as NatsConnection;
}

class GuardedProtocol extends ProtocolHandler {
  constructor(
    options: ConnectionOptions,
    publisher: NatsConnectionImpl,
    private readonly notify: DialListeners,
  ) {
    super(options, publisher);
  }

  override resetOutbound(): void {
    super.resetOutbound();
    this.parser = new GuardedParser(this, (thrown) => this.dropGarbled(thrown));
  }

  override async dial(server: ServerAddress): Promise<void> {
    if (this.isClosed()) throw new NatsError('closed', 'CONNECTION_CLOSED');
    // The factory is the client's one module-level variable: whoever dials last in this process has set it.
    setTransportFactory({ factory: () => new DisposableTransport(), dnsResolveFn: nodeResolveHost });
    try {
      const dialling = super.dial(server);
      // A server may close before it lets us in; the client would wait for its time to be over. What rejects is this
      // attempt's own: once it is in, nothing hears it.
      const reject = this.connectError;
      void this.transport
        .closed()
        .then((why) =>
          reject?.(
            why instanceof Error ? why : new NatsError('it closed the connection', 'CONNECTION_CLOSED'),
          ),
        );
      await dialling;
      // Else a refusal of credentials counts as repeated, however long ago the first one was.
      delete this.lastError;
      this.notify.onConnected();
    } catch (thrown) {
      this.notify.onDialFailure(thrown instanceof Error ? thrown.message : String(thrown));
      throw thrown;
    }
  }

  /** Every server says whether it takes headers: a greeting that does not arrived damaged, and the client would send none. */
  override processInfo(text: Uint8Array): void {
    const { headers } = JSON.parse(Buffer.from(text).toString()) as Partial<ServerInfo>;
    if (headers === undefined) throw new NatsError('a greeting without headers', 'BAD_HEADER');
    super.processInfo(text);
  }

  override processError(text: Uint8Array): void {
    const words = Buffer.from(text).toString('latin1').replaceAll("'", '');
    this.notify.onServerError(words);
    super.processError(text);
    // Before the first pong it is why we are not let in; the client would wait for its time to be over.
    this.connectError?.(new NatsError(words, 'CONNECTION_REFUSED'));
  }

  private dropGarbled(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.notify.onGarbled(error.message);
    // Before the first pong the attempt fails; later the connection is lost, and dialled anew.
    this.connectError?.(error);
    void this.transport.close(error);
  }
}

/** After the first failure it takes nothing more: where the next message begins is not known. */
class GuardedParser extends Parser {
  private isBroken = false;

  constructor(
    protocol: ProtocolHandler,
    private readonly onBroken: (thrown: unknown) => void,
  ) {
    super(protocol);
  }

  override parse(bytes: Uint8Array): void {
    if (this.isBroken) return;
    try {
      super.parse(bytes);
    } catch (thrown) {
      this.isBroken = true;
      this.onBroken(thrown);
    }
  }
}

class DisposableTransport extends NodeTransport {
  private dialled: Socket | null = null;

  override dial({ hostname, port }: { hostname: string; port: number }): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(port, hostname);
      this.dialled = socket;
      let failure: Error = new NatsError('given up', 'TIMEOUT');
      socket.setNoDelay(true);
      socket.on('error', (error) => {
        failure = error;
      });
      socket.once('close', () => reject(failure));
      socket.once('connect', () => {
        // What follows listens for itself, and takes all listeners off when it is done.
        socket.removeAllListeners();
        resolve(socket);
      });
    });
  }

  /** A server that is full says so before it greets. */
  override peekInfo(): Promise<ServerInfo> {
    const { socket } = this;
    const readRefusal = () => {
      const refusal = /^-ERR '?([^'\r\n]*)/.exec(Buffer.concat(this.yields).toString('latin1'))?.[1];
      return refusal === undefined ? null : new NatsError(refusal, 'CONNECTION_REFUSED');
    };
    return super.peekInfo().catch((thrown: unknown) => {
      throw (
        readRefusal() ??
        thrown ??
        new NatsError(`${socket.remoteAddress ?? 'it'} closed`, 'CONNECTION_CLOSED')
      );
    });
  }

  /** Also of an attempt that came to nothing: the client closes only what was connected. */
  override async close(error?: Error): Promise<void> {
    this.dialled?.destroy();
    await super.close(error);
  }

  /** The client would first wait until what is on its way has left, which over a dead link it never does. */
  override disconnect(): void {
    void this.close();
  }
}
