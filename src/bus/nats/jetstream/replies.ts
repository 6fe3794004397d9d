// Reads what the server answers. One that arrived damaged is no answer: a network may change bytes without breaking the
// connection, and what was asked may be asked again.
import type { Msg } from 'nats';
import { SweepError } from '../../../errors.js';

export function readJson<Body>(reply: Msg, doing: string): Body {
  return readable(doing, () => {
    const body = reply.json<Body>();
    if (typeof body !== 'object' || body === null) throw new Error('no JSON object');
    return body;
  });
}

/** An answer that arrived damaged says nothing about what was asked: asked again, it may arrive whole. */
export function readable<Value>(doing: string, decode: () => Value): Value {
  try {
    return decode();
  } catch (cause) {
    throw cause instanceof SweepError ? cause : unreadable(doing, cause);
  }
}

export function unreadable(doing: string, cause: unknown): SweepError {
  return new SweepError('BUS_UNREACHABLE', `NATS: an answer that cannot be read while ${doing}`, {
    hint: 'is the network between damaging what it carries? It is asked again',
    cause,
  });
}
