// An event as a message of the stream: the encoded event, and its CRC-32 in a header. The header also tells our records
// from foreign messages: a record whose checksum does not fit is damage to the log, a message without one is set aside.
import { crc32 } from 'node:zlib';
import { SweepError } from '../../errors.js';
import type { StudyEvent } from '../../study/events.js';
import { studyEventCodec } from '../messages.js';
import { eventSubject, parseEventAuthor, signedEventSubject } from '../subjects.js';
import type { StoredMessage } from './jetstream.js';

export const CHECKSUM_HEADER = 'Sweep-Crc';

export function checksumOf(data: Uint8Array): string {
  return crc32(data).toString(16).padStart(8, '0');
}

/** The event, or null for a message that is none of ours. Throws EVENT_LOG_CORRUPT with its place in the stream. */
export function decodeRecord(message: StoredMessage, stream: string, study: string): StudyEvent | null {
  const expected = message.headers?.get(CHECKSUM_HEADER) ?? '';
  if (expected === '') return null;
  const place = `${stream}:${message.sequence}`;
  if (checksumOf(message.data) !== expected) throw corrupt(place, 'its checksum does not fit its content');
  const event = decodeEvent(message.data, place);
  // A right checksum in a wrong place was never written by `append`.
  return isItsPlace(study, event, message.subject) ? event : null;
}

/** Only the events of a trial are a worker's to sign. */
function isItsPlace(study: string, event: StudyEvent, subject: string): boolean {
  if (eventSubject(study, event) === subject) return true;
  const author = parseEventAuthor(subject);
  return author !== null && 'trial' in event && signedEventSubject(study, event, author) === subject;
}

function decodeEvent(data: Uint8Array, place: string): StudyEvent {
  try {
    return studyEventCodec.decode(data);
  } catch (cause) {
    throw corrupt(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function corrupt(place: string, what: string, cause?: unknown): SweepError {
  return new SweepError('EVENT_LOG_CORRUPT', `the event log is damaged at ${place}: ${what}`, {
    path: place,
    hint: 'events before this one are sound; start the study again: finished trials come from the result cache',
    cause,
  });
}
