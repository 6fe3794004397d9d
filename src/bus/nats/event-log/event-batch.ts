// Several events of trials as one message of the stream: `{"v":2,"events":[…]}`, each event as it would stand alone. A reader
// of version 1 counts such a message as one record that it cannot read.
import { objectOfVersion } from '../../messages.js';

const BATCH_VERSION = 2;
const HEAD = `{"v":${BATCH_VERSION},"events":[`;
const TAIL = ']}';
const BETWEEN = ',';

/** How many bytes a batch has beyond those of its events. */
export function batchOverheadBytes(events: number): number {
  return HEAD.length + TAIL.length + events * BETWEEN.length;
}

/** `records`: encoded events, at least one. */
export function encodeBatch(records: readonly Uint8Array[]): Uint8Array {
  const parts = records.flatMap((record, place) => [Buffer.from(place === 0 ? HEAD : BETWEEN), record]);
  return Buffer.concat([...parts, Buffer.from(TAIL)]);
}

/** The JSON values of its events, unchecked. Throws what is wrong with it. */
export function splitBatch(data: Uint8Array): readonly unknown[] {
  const { events } = objectOfVersion('batch of events', data, BATCH_VERSION);
  if (Array.isArray(events)) return events;
  throw new Error('it holds no events');
}

/** By its first bytes, at a fraction of the cost of decoding it. */
export function looksLikeBatch(data: Uint8Array): boolean {
  return Buffer.from(data.buffer, data.byteOffset, Math.min(HEAD.length, data.length)).toString() === HEAD;
}
