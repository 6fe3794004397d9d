// One line of the event log: `{"seq":…,"at":"…","event":{…},"crc":"xxxxxxxx"}`. The checksum is the CRC-32 of the line as
// it would be without it: bit rot in a result must never become a wrong leaderboard.
import { crc32 } from 'node:zlib';
import { SweepError } from '../../errors.js';
import type { LoggedEvent } from '../../study/events.js';
import { studyEventCodec } from '../messages.js';

const CHECKSUM_FIELD = ',"crc":"';
/** The field, eight hex digits, `"}`. */
const CHECKSUM_LENGTH = CHECKSUM_FIELD.length + 8 + 2;

/** The line with its newline. `eventJson` is the text of the encoded event. */
export function formatRecord(seq: number, at: string, eventJson: string): string {
  const body = `{"seq":${seq},"at":${JSON.stringify(at)},"event":${eventJson}}`;
  return `${body.slice(0, -1)}${CHECKSUM_FIELD}${checksum(body)}"}\n`;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** The event of a line without its newline. Throws EVENT_LOG_CORRUPT with `place` (`file:line`). */
export function parseRecord(line: string, place: string): LoggedEvent {
  const end = line.length - CHECKSUM_LENGTH;
  const field = line.slice(end);
  if (end < 2 || !field.startsWith(CHECKSUM_FIELD) || !field.endsWith('"}')) {
    throw corrupt(place, 'it does not end in a checksum');
  }
  const body = `${line.slice(0, end)}}`;
  if (field.slice(CHECKSUM_FIELD.length, -2) !== checksum(body)) {
    throw corrupt(place, 'its checksum does not fit its content');
  }
  try {
    const { seq, at, event } = JSON.parse(body) as { seq: number; at: string; event: unknown };
    return { seq, at, event: studyEventCodec.fromJson(event) };
  } catch (cause) {
    throw corrupt(place, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

export function corrupt(place: string, what: string, cause?: unknown): SweepError {
  return new SweepError('EVENT_LOG_CORRUPT', `the event log is damaged at ${place}: ${what}`, {
    path: place,
    hint: 'events before this line are sound; start the study again: finished trials come from the result cache',
    cause,
  });
}
