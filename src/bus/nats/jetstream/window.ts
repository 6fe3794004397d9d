// Reads a filtered part of a stream by the direct API, many requests in flight, without a consumer: whoever may create
// consumers may deliver anything anywhere, and a reader leaves nothing on the server that could be lost in a restart.
import type { JetStream } from './jetstream.js';
import type { StoredMessage } from './stored-message.js';

export interface Window {
  readonly stream: string;
  readonly filter: string;
  /** Messages with a higher stream sequence are wanted. */
  readonly after: number;
  /** Stream sequences asked for at once; more pay off only where the filter's messages lie close together. */
  readonly size: number;
}

export interface WindowMessages {
  readonly messages: readonly StoredMessage[];
  /** Nothing was found behind them: they are all that there is for now. */
  readonly isEnd: boolean;
}

/**
 * The next messages of the filter, in order, without gaps: each request asks for the first match at or after its own
 * sequence, so together they find all matches within the window and the first one behind it. None: nothing (yet).
 */
export async function readWindow(
  jetStream: JetStream,
  { stream, filter, after, size }: Window,
): Promise<WindowMessages> {
  const replies = await Promise.all(
    Array.from({ length: size }, (_, place) =>
      jetStream.readDirect(stream, { seq: after + 1 + place, next_by_subj: filter }),
    ),
  );
  const found: StoredMessage[] = [];
  let lastSequence = after;
  for (const message of replies) {
    // A replica that lags knows of no match where another one did: nothing behind that point is certain to be in order.
    if (message === null) return { messages: found, isEnd: true };
    if (message.sequence <= lastSequence) continue;
    found.push(message);
    lastSequence = message.sequence;
  }
  return { messages: found, isEnd: false };
}
