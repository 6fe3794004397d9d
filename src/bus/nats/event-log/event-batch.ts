// Several events of trials as one message of the stream: `{"v":2,"events":[…]}`, each event as it would stand alone. A reader
// of version 1 counts such a message as one record that it cannot read.
import { objectOfVersion } from '../../messages.js';

const BATCH_VERSION = 2;
const HEAD = `{"v":${BATCH_VERSION},"events":[`;
const TAIL = ']}';
const BETWEEN = ',';
/** Places within a message are told as fractions of its sequence number. */
export const MAX_BATCH_EVENTS = 256;

/** Of the event at `place` of a message: grows in the order of the log. */
export function numberOf(sequence: number, place: number): number {
  return sequence + place / MAX_BATCH_EVENTS;
}

/** How many bytes a batch has beyond those of its events. */
export function batchOverheadBytes(events: number): number {
  return HEAD.length + TAIL.length + events * BETWEEN.length;
}

/** `records`: encoded events, at least one and at most MAX_BATCH_EVENTS. */
export function encodeBatch(records: readonly Uint8Array[]): Uint8Array {
  const parts = records.flatMap((record, place) => [Buffer.from(place === 0 ? HEAD : BETWEEN), record]);
  return Buffer.concat([...parts, Buffer.from(TAIL)]);
}

/** The JSON values of its events, unchecked. Throws what is wrong with it. */
export function splitBatch(data: Uint8Array): readonly unknown[] {
  const { events } = objectOfVersion('batch of events', data, BATCH_VERSION);
  if (!Array.isArray(events) || events.length === 0) throw new Error('it holds no events');
  // Nobody wrote so many: to report each of them would stall every reader.
  if (events.length > MAX_BATCH_EVENTS)
    throw new Error(`it holds ${events.length} events, and at most ${MAX_BATCH_EVENTS} go together`);
  return events;
}

/** By its first bytes, at a fraction of the cost of decoding it. */
export function looksLikeBatch(data: Uint8Array): boolean {
  return Buffer.from(data.buffer, data.byteOffset, Math.min(HEAD.length, data.length)).toString() === HEAD;
}
