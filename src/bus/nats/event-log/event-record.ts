// Events as a message of the stream: the encoded event, or several (event-batch.ts), and their CRC-32 in a header. The header also tells our records
// from foreign messages: what has one and cannot be read is a record that is lost, what has none is nobody's.
import { crc32 } from 'node:zlib';
import type { StudyEvent } from '../../../study/events.js';
import { MAX_MESSAGE_BYTES } from '../../messages.js';
import {
  eventBatchSubject,
  eventSubject,
  parseEventAuthor,
  signedEventSubject,
  signedSubject,
} from '../../subjects.js';
import { readEvent, unreadable } from '../../unreadable-record.js';
import type { StoredMessage } from '../jetstream/stored-message.js';
import { splitBatch } from './event-batch.js';

export const CHECKSUM_HEADER = 'Sweep-Crc';

export function checksumOf(data: Uint8Array): string {
  return crc32(data).toString(16).padStart(8, '0');
}

/**
 * The events of a message, `log.unreadable` with its place in the stream for each that is damaged, or null for a message that is
 * none of ours.
 */
export function decodeRecord(
  message: StoredMessage,
  stream: string,
  study: string,
): readonly StudyEvent[] | null {
  const { data, headers, sequence, subject } = message;
  const expected = headers?.get(CHECKSUM_HEADER) ?? '';
  if (expected === '') return null;
  const place = `${stream}:${sequence}`;
  if (checksumOf(data) !== expected) return [unreadable(place, 'its checksum does not fit its content')];
  const events = isBatchSubject(study, subject) ? decodeBatch(data, place) : [decodeEvent(data, place)];
  // A right checksum in a wrong place was never written by `append`.
  return events.every((event) => event.type === 'log.unreadable' || isItsPlace(study, event, subject))
    ? events
    : null;
}

/** Only the events of a trial are a worker's to sign, and to write together. */
function isItsPlace(study: string, event: StudyEvent, subject: string): boolean {
  const isOfTrial = 'trial' in event;
  if (isBatchSubject(study, subject)) return isOfTrial;
  if (eventSubject(study, event) === subject) return true;
  const author = parseEventAuthor(subject);
  return author !== null && isOfTrial && signedEventSubject(study, event, author) === subject;
}

/** Signed by its worker, or not. */
export function isBatchSubject(study: string, subject: string): boolean {
  const unsigned = eventBatchSubject(study);
  if (!subject.startsWith(unsigned)) return false;
  const author = parseEventAuthor(subject);
  return subject === (author === null ? unsigned : signedSubject(unsigned, author));
}

function decodeBatch(data: Uint8Array, place: string): readonly StudyEvent[] {
  try {
    return splitBatch(data).map((json) => readEvent(json, place));
  } catch (thrown) {
    return [unreadable(place, thrown instanceof Error ? thrown.message : String(thrown))];
  }
}

function decodeEvent(data: Uint8Array, place: string): StudyEvent {
  if (data.length > MAX_MESSAGE_BYTES) return unreadable(place, `it has ${data.length} bytes`);
  try {
    return readEvent(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)), place);
  } catch {
    return unreadable(place, 'it is not JSON in UTF-8');
  }
}
