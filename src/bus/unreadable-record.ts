// What a reader of an event log gives in place of a record that it cannot read, and the words for why. Both buses.
import { SweepError } from '../errors.js';
import type { StudyEvent, UnreadableRecord } from '../study/events.js';
import { MESSAGE_VERSION, studyEventCodec } from './messages.js';

const MAX_QUOTED = 40;

export function unreadable(place: string, reason: string, records = 1): UnreadableRecord {
  return { type: 'log.unreadable', place, reason, records };
}

/** The event that a record's JSON value holds, or what stands for it. Never throws. */
export function readEvent(json: unknown, place: string): StudyEvent {
  try {
    return studyEventCodec.fromJson(json);
  } catch (thrown) {
    return unreadable(place, explain(json, thrown));
  }
}

/** A later version and an unknown type first: nothing is broken then, and another program reads it. */
function explain(json: unknown, thrown: unknown): string {
  const { v, type } = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  if (typeof v === 'number' && v > MESSAGE_VERSION)
    return `its format is version ${v}, this program reads version ${MESSAGE_VERSION}`;
  const error = thrown instanceof SweepError ? thrown : null;
  if (error?.path === 'type') return `its type ${quote(type)} is not one that this program knows`;
  const where = error?.path === undefined ? '' : `${error.path}: `;
  return `${where}${thrown instanceof Error ? thrown.message : String(thrown)}`;
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED - 1)}…`;
}
