// One line of the event log: `{"seq":…,"at":"…","event":{…},"crc":"xxxxxxxx"}`. The checksum is the CRC-32 of the line as
// it would be without it: bit rot in a result must never become a wrong leaderboard.
import { crc32 } from 'node:zlib';
import { SweepError } from '../../errors.js';
import type { LoggedEvent } from '../../study/events.js';
import { readEvent } from '../unreadable-record.js';

const CHECKSUM_FIELD = ',"crc":"';
/** The field, eight hex digits, `"}`. */
const CHECKSUM_LENGTH = CHECKSUM_FIELD.length + 8 + 2;
const BYTE_ORDER_MARK = '\ufeff';

/** The line with its newline. `eventJson` is the text of the encoded event. */
export function formatRecord(seq: number, at: string, eventJson: string): string {
  const body = `{"seq":${seq},"at":${JSON.stringify(at)},"event":${eventJson}}`;
  return `${body.slice(0, -1)}${CHECKSUM_FIELD}${checksum(body)}"}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/**
 * The record of a line without its newline; its event is `log.unreadable` where the frame is sound and the event is not for
 * this program. `place` is `file:line`. An editor's line ends and byte order mark are no damage. Throws EVENT_LOG_CORRUPT.
 */
export function parseRecord(text: string, place: string): LoggedEvent {
  const line = stripEditorMarks(text);
  const end = line.length - CHECKSUM_LENGTH;
  const field = line.slice(end);
  if (end < 2 || !field.startsWith(CHECKSUM_FIELD) || !field.endsWith('"}')) {
    throw damaged(place, 'it does not end in a checksum');
  }
  const body = `${line.slice(0, end)}}`;
  if (field.slice(CHECKSUM_FIELD.length, -2) !== checksum(body)) {
    throw damaged(place, 'its checksum does not fit its content');
  }
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw damaged(place, 'it is not JSON');
  }
  const { seq, at, event } = (json ?? {}) as Record<string, unknown>;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) {
    throw damaged(place, 'it has no sequence number');
  }
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) throw damaged(place, 'it has no time');
  return { seq, at, event: readEvent(event, place) };
}

function stripEditorMarks(text: string): string {
  const start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  return text.slice(start, text.endsWith('\r') ? -1 : undefined);
}

function damaged(place: string, reason: string): SweepError {
  return new SweepError('EVENT_LOG_CORRUPT', reason, { path: place });
}
