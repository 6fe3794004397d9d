// What is known about the link to the server beyond "it works": why the last attempt to connect failed, and which limit of
// the server stands in the way. Owns the words for the server's limits on connections and subscriptions.
import { SweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { DialListeners } from './transport.js';

interface ServerLimit {
  /** The server's own words when it is reached. */
  readonly pattern: RegExp;
  readonly hint: string;
}

const CONNECTIONS: ServerLimit = {
  pattern: /maximum (account )?(active )?connections exceeded/i,
  hint: "raise max_connections in the server's configuration (or of the account), or end clients that nobody needs",
};
const SUBSCRIPTIONS: ServerLimit = {
  pattern: /maximum (account )?(active )?subscriptions exceeded/i,
  hint: "raise max_subscriptions in the server's configuration (max_subs, or subs of the account or user): each process needs six",
};

/** null: the server has room for this connection, or said nothing of it. */
export function connectionLimitHint(why: string): string | null {
  return CONNECTIONS.pattern.test(why) ? CONNECTIONS.hint : null;
}

export class LinkNews implements DialListeners {
  /** Why there is no connection; the last attempt's words. */
  whyAway: string | null = null;
  /** The last error that the server named. */
  serverWords: string | null = null;
  private refused: SweepError | null = null;
  private readonly listeners: ((refusal: SweepError) => void)[] = [];

  constructor(
    private readonly servers: string,
    private readonly log: Logger,
  ) {}

  /** Hears of a limit that no waiting passes; also of one that was met before. */
  onRefusal(listener: (refusal: SweepError) => void): void {
    this.listeners.push(listener);
    if (this.refused !== null) listener(this.refused);
  }

  onServerError(text: string): void {
    this.serverWords = text;
    if (!SUBSCRIPTIONS.pattern.test(text) || this.refused !== null) return;
    const message = `the NATS server at ${this.servers} refused a subscription: ${text}`;
    this.refused = new SweepError('BUS_CONFIGURATION', message, { hint: SUBSCRIPTIONS.hint });
    for (const listener of this.listeners) listener(this.refused);
  }

  onConnected(): void {
    this.whyAway = null;
  }

  onDialFailure(why: string): void {
    this.whyAway = why;
  }

  onGarbled(why: string): void {
    this.log.warn('NATS: bytes came that are no NATS protocol: connecting anew', { error: why });
  }
}
