// A TCP proxy on loopback in front of a server, that can be told to lose, damage or cut what it carries: what a network does.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** `toClient` is what the server sends. */
export type Direction = 'toServer' | 'toClient';
/** What becomes of a chunk; null: it is lost. */
export type ChunkFault = (chunk: Buffer, direction: Direction) => Buffer | null;

export class FaultyLink {
  private fault: ChunkFault = (chunk) => chunk;
  private readonly clients = new Set<Socket>();
  /** Connections ever accepted. */
  accepted = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<FaultyLink> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const link = new FaultyLink(server, address.port);
    server.on('connection', (client) => link.carry(client, connect(targetPort, '127.0.0.1')));
    return link;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Of clients, at this moment. */
  get open(): number {
    return this.clients.size;
  }

  /** Counts for all connections, from now on. */
  setFault(fault: ChunkFault): void {
    this.fault = fault;
  }

  /** The link is there, and nothing passes either way. */
  swallowAll(): void {
    this.setFault(() => null);
  }

  heal(): void {
    this.setFault((chunk) => chunk);
  }

  cut(): void {
    for (const client of this.clients) client.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  private carry(client: Socket, target: Socket): void {
    this.accepted += 1;
    this.clients.add(client);
    const end = () => {
      this.clients.delete(client);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on('error', end).on('close', end);
    const pass = (from: Socket, to: Socket, direction: Direction) => {
      from.on('data', (chunk: Buffer) => {
        const passed = this.fault(chunk, direction);
        if (passed !== null && to.writable) to.write(passed);
      });
    };
    pass(client, target, 'toServer');
    pass(target, client, 'toClient');
  }
}

/** Flips one bit in one of `every` chunks from the server, where a small generator of its own says: the same in each run. */
export function garbleDown(every: number, bit = 0x20): ChunkFault {
  let state = 12345;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  return (chunk, direction) => {
    if (direction === 'toServer' || draw(every) !== 0) return chunk;
    const garbled = Buffer.from(chunk);
    const at = draw(garbled.length);
    garbled[at] = (garbled[at] ?? 0) ^ bit;
    return garbled;
  };
}
