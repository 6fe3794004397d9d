// One connection to NATS: where the servers are, who we are, TLS; how long the first one is waited for.
import {
  type Authenticator,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from 'nats';
import { SweepError } from '../../../errors.js';
import type { Logger } from '../../../log.js';
import { awaitGreeting, type Greeting } from './greeting.js';
import { LinkNews } from './link.js';
import { translateConnectError, UNREACHABLE_HINT } from './nats-errors.js';
import { connectionLimitHint, saysNobodyListens } from './server-words.js';
import { dialNats } from './transport.js';

/** Which rights the server grants us (deploy/nats) and who creates streams: only the coordinator does. */
export type NatsRole = 'coordinator' | 'worker' | 'viewer';

/** Contents, not paths: the CLI reads files and the environment, so that secrets never come from argv. */
export type NatsAuth =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'password'; readonly user: string; readonly password: string }
  | { readonly type: 'nkey'; readonly seed: string }
  | { readonly type: 'credentials'; readonly credentials: string };

export interface NatsTls {
  /** PEM files; without `caFile` the system's authorities count. */
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export interface NatsConnectionOptions {
  /** `nats://host:4222`, several separated by commas; `tls://` asks for TLS. */
  readonly servers: string;
  readonly role: NatsRole;
  /** Shown by the server's connection list. */
  readonly name?: string;
  readonly auth?: NatsAuth;
  /** Present, even empty: TLS is demanded and a plaintext server refused before anything is sent to it. */
  readonly tls?: NatsTls;
  /** How long the first connection may take; null waits for ever (a worker that starts before its server). */
  readonly connectWithinMs: number | null;
  readonly log: Logger;
  /** A first connection that is waited for is waited for no more; later, neither is a server that is away. */
  readonly signal?: AbortSignal;
  /** Between two pings to a server that says nothing; default 10 s. */
  readonly pingIntervalMs?: number;
  /** How long one attempt to connect may take; default 2 s. */
  readonly dialTimeoutMs?: number;
}

export interface NatsLink {
  readonly connection: NatsConnection;
  readonly news: LinkNews;
}

/** A half-open link is noticed after (1 + maxPingOut) · pingInterval = 40 s. */
const PING_INTERVAL_MS = 10_000;
const MAX_PINGS_OUT = 3;
const DIAL_TIMEOUT_MS = 2_000;
const RECONNECT_WAIT_MS = 500;
const REFUSAL_WITHIN_MS = 250;
const RETRY_FIRST_CONNECT_MS = 250;

/** Connects within the limit, then reconnects for ever. Throws BUS_UNREACHABLE, BUS_AUTHENTICATION or USAGE. */
export async function connectNats(options: NatsConnectionOptions): Promise<NatsLink> {
  const { log, signal } = options;
  const { servers, demandsTls } = parseServers(options.servers);
  const tls = options.tls ?? (demandsTls ? {} : undefined);
  const authenticator = options.auth === undefined ? undefined : createAuthenticator(options.auth);
  const startedAtMs = performance.now();
  const news = new LinkNews(servers.join(', '), log);
  /** What was said last about the wait. */
  let announced: string | null = null;
  for (;;) {
    try {
      const greeting = await unlessAborted(greetingFirst(servers), signal);
      const connection = await dialNats(
        {
          servers: greeting,
          noRandomize: true,
          name: options.name ?? `sweep-${options.role}`,
          inboxPrefix: inboxPrefixOf(options.role),
          timeout: options.dialTimeoutMs ?? DIAL_TIMEOUT_MS,
          reconnect: true,
          maxReconnectAttempts: -1,
          reconnectTimeWait: RECONNECT_WAIT_MS,
          pingInterval: options.pingIntervalMs ?? PING_INTERVAL_MS,
          maxPingOut: MAX_PINGS_OUT,
          // A stack trace for every request in flight costs more than the request.
          noAsyncTraces: true,
          ...(tls === undefined ? {} : { tls: { ...tls } }),
          ...(authenticator === undefined ? {} : { authenticator }),
        },
        news,
        signal,
      );
      if (announced !== null) log.info('connected');
      return { connection, news };
    } catch (thrown) {
      let error = translateConnectError(thrown, servers, options.auth);
      // The server's own words are lost where it closes while we still speak.
      if (error.code === 'BUS_UNREACHABLE' && !(thrown instanceof SweepError) && !signal?.aborted) {
        error = (await unlessAborted(refusalOf(servers), signal)) ?? error;
      }
      const elapsedMs = performance.now() - startedAtMs;
      const expired = options.connectWithinMs !== null && elapsedMs >= options.connectWithinMs;
      if (error.code !== 'BUS_UNREACHABLE' || expired || signal?.aborted) throw error;
      // Whoever waits for a while only is told by the error at its end.
      if (options.connectWithinMs === null && announced !== error.message) {
        // That nothing listens there yet is what is waited for; all else has a reason to name.
        const reason = saysNobodyListens(error.message) ? '' : `: ${error.message}; ${error.hint ?? ''}`;
        log.warn(`waiting for a NATS server at ${options.servers}${reason}`);
        announced = error.message;
      }
      await unlessAborted(new Promise((resolve) => setTimeout(resolve, RETRY_FIRST_CONNECT_MS)), signal);
    }
  }
}

/** Rejects as soon as `signal` aborts: what is under way is left to its own limit. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new SweepError('BUS_UNREACHABLE', 'the wait for a NATS server was given up'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** Those that greet come first, in random order to spread the load. Throws BUS_UNREACHABLE when none does. */
async function greetingFirst(servers: readonly string[]): Promise<string[]> {
  return rankGreeting(servers, await greetingsOf(servers));
}

/** null: at least one server greets and says nothing against us. */
async function refusalOf(servers: readonly string[]): Promise<SweepError | null> {
  const greetings = await greetingsOf(servers, REFUSAL_WITHIN_MS);
  return greetings.some(({ greets }) => greets) ? null : noneLetsIn(servers, greetings);
}

const greetingsOf = (servers: readonly string[], lingerMs = 0) =>
  Promise.all(servers.map((server) => awaitGreeting(server, DIAL_TIMEOUT_MS, lingerMs)));

function noneLetsIn(servers: readonly string[], greetings: readonly Greeting[]): SweepError {
  const why = servers.map((server, at) => {
    const greeting = greetings[at];
    return `${server}: ${greeting === undefined || greeting.greets ? '' : greeting.why}`;
  });
  const limitHint = connectionLimitHint(why.join());
  const text = limitHint === null ? 'no NATS server answers at' : 'no NATS server lets us in at';
  return new SweepError('BUS_UNREACHABLE', `${text} ${why.join(', ')}`, {
    hint: limitHint ?? UNREACHABLE_HINT,
  });
}

function rankGreeting(servers: readonly string[], greetings: readonly Greeting[]): string[] {
  const ranked = servers.map((server, at) => ({ server, greeting: greetings[at], place: Math.random() }));
  if (!greetings.some(({ greets }) => greets)) throw noneLetsIn(servers, greetings);
  const rank = (entry: (typeof ranked)[number]) => (entry.greeting?.greets ? 0 : 1) + entry.place / 2;
  return ranked.sort((one, other) => rank(one) - rank(other)).map(({ server }) => server);
}

/** Replies to one role cannot be read by another: the server's permissions name this prefix. */
export function inboxPrefixOf(role: NatsRole): string {
  return `_INBOX_${role}`;
}

function parseServers(text: string): { servers: string[]; demandsTls: boolean } {
  const servers: string[] = [];
  let demandsTls = false;
  for (const part of text.split(',')) {
    const match = /^(?:(nats|tls):\/\/)?([^\s/@]+)\/?$/.exec(part.trim());
    const address = match?.[2];
    if (match === null || address === undefined) {
      const shown = part.includes('@')
        ? 'an address with user and password in it'
        : JSON.stringify(part.trim());
      throw new SweepError('USAGE', `the NATS address must look like nats://host:4222, got ${shown}`, {
        hint: 'name credentials by --creds FILE or NATS_CREDS: secrets do not belong on a command line',
      });
    }
    demandsTls ||= match[1] === 'tls';
    servers.push(address);
  }
  return { servers, demandsTls };
}

function createAuthenticator(auth: NatsAuth): Authenticator {
  const encode = (text: string) => new TextEncoder().encode(text);
  switch (auth.type) {
    case 'token':
      return tokenAuthenticator(auth.token);
    case 'password':
      return usernamePasswordAuthenticator(auth.user, auth.password);
    case 'nkey':
      return nkeyAuthenticator(encode(auth.seed.trim()));
    case 'credentials':
      return credsAuthenticator(encode(auth.credentials));
  }
}
