// What is known about the link to the server beyond "it works": why the last attempt to connect failed, and which limit of
// the server stands in the way.
import { SweepError } from '../../../errors.js';
import type { Logger } from '../../../log.js';
import { subscriptionLimitHint } from './server-words.js';
import type { DialListeners } from './transport.js';

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
    const hint = subscriptionLimitHint(text);
    if (hint === null || this.refused !== null) return;
    const message = `the NATS server at ${this.servers} refused a subscription: ${text}`;
    this.refused = new SweepError('BUS_CONFIGURATION', message, { hint });
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
