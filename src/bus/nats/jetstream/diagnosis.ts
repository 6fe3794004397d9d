// Names what is wrong with a server that does not do what it was asked, and what to do about it: no connection, no answer at
// all, an answer but none of JetStream, no JetStream, no space. Says each cause once, and again after a while if it lasts.
import type { NatsConnection } from 'nats';
import { SweepError } from '../../../errors.js';
import type { Logger } from '../../../log.js';
import type { LinkNews } from '../connection/link.js';
import { connectionLimitHint } from '../connection/server-words.js';

/** A server that answers at all does so long before. */
const PONG_LIMIT_MS = 1_500;
/** A cause that lasts is named again this often. */
const REPEAT_MS = 60_000;

export interface Cause {
  readonly message: string;
  readonly hint: string;
}

export class Diagnosis {
  private readonly saidAtMs = new Map<string, number>();
  private pinging: Promise<boolean> | null = null;

  constructor(
    private readonly connection: NatsConnection,
    private readonly link: LinkNews,
    private readonly log: Logger,
  ) {}

  /** What stands behind an error that may pass. Takes up to two seconds; never rejects. */
  async explain(error: SweepError): Promise<Cause> {
    const server = this.connection.isClosed()
      ? 'the NATS server'
      : `the NATS server at ${this.connection.getServer()}`;
    const kind = kindOf(error);
    if (kind === 'away') {
      const why = this.link.whyAway ?? 'the connection was lost';
      return {
        message: `no connection to ${server}: ${why}`,
        hint: connectionLimitHint(why) ?? 'is it running, and is the network between? It is tried again',
      };
    }
    if (kind === 'nobody') {
      if (this.connection.info?.jetstream !== true) return noJetStream(server);
      return {
        message: error.message,
        hint: 'is the server still starting, or its cluster electing a leader?',
      };
    }
    if (kind === 'silent') {
      if (await this.hasPong()) {
        return {
          message: `${server} is there, but its JetStream does not answer`,
          hint: "look at the server's log: is its disk full or failing? Free space for its store, then restart it: a full disk can lock it up",
        };
      }
      return {
        message: `${server} does not answer`,
        hint: 'was it stopped, is it overloaded, is its disk full (that can lock it up), or is the network between lost? After 40 s of silence it is connected anew',
      };
    }
    return { message: error.message, hint: error.hint ?? 'it is tried again' };
  }

  /** Names the cause of waiting, for people. */
  async say(error: SweepError): Promise<void> {
    const cause = await this.explain(error);
    this.sayOnce(`NATS: waiting: ${cause.message}; ${cause.hint}`);
  }

  sayOnce(text: string): void {
    const nowMs = performance.now();
    const beforeMs = this.saidAtMs.get(text);
    if (beforeMs !== undefined && nowMs - beforeMs < REPEAT_MS) return;
    this.saidAtMs.set(text, nowMs);
    this.log.warn(text);
  }

  /** The server may name another cause next time. */
  forget(): void {
    this.saidAtMs.clear();
  }

  /** For all that ask at once. */
  private hasPong(): Promise<boolean> {
    this.pinging ??= this.ping().finally(() => {
      this.pinging = null;
    });
    return this.pinging;
  }

  private async ping(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), PONG_LIMIT_MS).unref();
    });
    const pong = this.connection.flush().then(
      () => true,
      () => false,
    );
    const answer = await Promise.race([pong, silence]);
    clearTimeout(timer);
    return answer;
  }
}

/** The error at the end of patience: what was being done, and why it could not be. */
export function withCause(error: SweepError, { message, hint }: Cause): SweepError {
  if (message === error.message) return error;
  return new SweepError(error.code, `${error.message}: ${message}`, { hint, cause: error });
}

export function noJetStream(server: string): Cause {
  return {
    message: `${server} has no JetStream`,
    hint: 'start it with JetStream: "nats-server -js -sd DIRECTORY", or jetstream { store_dir: … } in its configuration',
  };
}

function kindOf(error: SweepError): 'away' | 'nobody' | 'silent' | 'other' {
  const code = (error.cause as { readonly code?: string } | undefined)?.code;
  switch (code) {
    case 'DISCONNECT':
    case 'CONNECTION_REFUSED':
      return 'away';
    case '503':
      return 'nobody';
    case 'TIMEOUT':
      return 'silent';
    default:
      return 'other';
  }
}
