// An event as a message of the stream: the encoded event, and its CRC-32 in a header. The header also tells our records
// from foreign messages: what has one and cannot be read is a record that is lost, what has none is nobody's.
import { crc32 } from 'node:zlib';
import type { StudyEvent } from '../../../study/events.js';
import { MAX_MESSAGE_BYTES } from '../../messages.js';
import { eventSubject, parseEventAuthor, signedEventSubject } from '../../subjects.js';
import { readEvent, unreadable } from '../../unreadable-record.js';
import type { StoredMessage } from '../jetstream/stored-message.js';

export const CHECKSUM_HEADER = 'Sweep-Crc';

export function checksumOf(data: Uint8Array): string {
  return crc32(data).toString(16).padStart(8, '0');
}

/** The event, `log.unreadable` with its place in the stream for a damaged one, or null for a message that is none of ours. */
export function decodeRecord(message: StoredMessage, stream: string, study: string): StudyEvent | null {
  const expected = message.headers?.get(CHECKSUM_HEADER) ?? '';
  if (expected === '') return null;
  const place = `${stream}:${message.sequence}`;
  if (checksumOf(message.data) !== expected)
    return unreadable(place, 'its checksum does not fit its content');
  const event = decodeEvent(message.data, place);
  if (event.type === 'log.unreadable') return event;
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
  if (data.length > MAX_MESSAGE_BYTES) return unreadable(place, `it has ${data.length} bytes`);
  try {
    return readEvent(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)), place);
  } catch {
    return unreadable(place, 'it is not JSON in UTF-8');
  }
}
