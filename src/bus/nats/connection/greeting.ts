// Asks whether a NATS server greets at an address, before the client connects: the client never closes its socket to one
// that accepts and says nothing, and such a socket would keep the process from ending.
import { connect } from 'node:net';

const DEFAULT_PORT = 4222;

export type Greeting =
  /** `serverId` is another one each time a server starts. */
  { readonly greets: true; readonly serverId: string } | { readonly greets: false; readonly why: string };

/**
 * `address` is `host`, `host:port` or `[ipv6]:port`. Never rejects; ends within the limit. A server without room may greet
 * and refuse right after: `lingerMs` is how long such words are waited for.
 */
export function awaitGreeting(address: string, limitMs: number, lingerMs = 0): Promise<Greeting> {
  const { host, port } = parseAddress(address);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let text = '';
    let lingering: NodeJS.Timeout | undefined;
    const end = (greeting: Greeting) => {
      clearTimeout(timer);
      clearTimeout(lingering);
      socket.destroy();
      resolve(greeting);
    };
    const timer = setTimeout(() => end({ greets: false, why: 'no greeting in time' }), limitMs);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      const greeting = readGreeting(text);
      if (greeting === null) return;
      if (!greeting.greets || lingerMs === 0) return end(greeting);
      lingering ??= setTimeout(() => end(greeting), lingerMs);
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ greets: false, why: error.code ?? error.message }),
    );
    socket.once('close', () => end({ greets: false, why: 'it closed the connection' }));
  });
}

/** A server begins with `INFO {…}` on one line, or with why it lets nobody in; null while the line is not whole. */
function readGreeting(text: string): Greeting | null {
  const refusal = /^(?:INFO \{.*\}\s*\r\n)?-ERR '?([^'\r\n]*)'?\s*\r\n/.exec(text)?.[1];
  if (refusal !== undefined) return { greets: false, why: refusal };
  if ('-ERR '.startsWith(text.slice(0, 5))) return null;
  const isOther = !'INFO '.startsWith(text.slice(0, 5));
  const info = /^INFO (\{.*\})\s*\r\n/.exec(text)?.[1];
  if (!isOther && info === undefined) return null;
  const serverId = /"server_id":\s*"([^"]+)"/.exec(info ?? '')?.[1];
  if (serverId === undefined) return { greets: false, why: 'something else than NATS answers' };
  return { greets: true, serverId };
}

function parseAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address);
  const host = match?.[1] ?? match?.[2] ?? address;
  return { host, port: match?.[3] === undefined ? DEFAULT_PORT : Number(match[3]) };
}
