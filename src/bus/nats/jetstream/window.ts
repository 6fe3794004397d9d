// Reads a filtered part of a stream by the direct API, many requests in flight, without a consumer: whoever may create
// consumers may deliver anything anywhere, and a reader leaves nothing on the server that could be lost in a restart.
import { askUntilAgreed } from './agreed.js';
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
 * sequence, so together they find all matches within the window and the first one behind it. None: nothing (yet). A sequence
 * that neither was asked for nor is the next answer's too may have been damaged on its way, and would hide what lies before it.
 */
export async function readWindow(
  jetStream: Pick<JetStream, 'readDirect'>,
  { stream, filter, after, size }: Window,
): Promise<WindowMessages> {
  const ask = (sequence: number) => jetStream.readDirect(stream, { seq: sequence, next_by_subj: filter });
  const sequences = Array.from({ length: size }, (_, place) => after + 1 + place);
  const first = await Promise.all(sequences.map(ask));
  const replies = await Promise.all(
    sequences.map((sequence, place) => {
      const reply = first[place] ?? null;
      const next = first[place + 1] ?? null;
      const isSure = reply === null || reply.sequence === sequence || isSame(reply, next);
      return isSure ? reply : askUntilAgreed(() => ask(sequence), isSame, { first: reply });
    }),
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

/** No two messages of a stream are stored at the same nanosecond. */
function isSame(one: StoredMessage | null, other: StoredMessage | null): boolean {
  return one?.sequence === other?.sequence && one?.storedAt === other?.storedAt;
}
