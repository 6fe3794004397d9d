// Which records of a log count for nothing, and what a view keeps of them. A record that speaks of what its author has no
// right to is set aside: named and counted, and the study goes on as if it had not been written.
import type { LoggedEvent } from './events.js';
import { findImposture } from './holder-check.js';
import { hasIndex } from './index-set.js';
import type { StudyView } from './study-view.js';

export interface SetAsideRecord {
  /** Of the log as it is read. */
  readonly seq: number;
  /** `file:line` or `stream:sequence`; null where only its number is known. */
  readonly place: string | null;
  readonly reason: string;
}

export interface SetAsideRecords {
  readonly count: number;
  /** The first few. */
  readonly records: readonly SetAsideRecord[];
}

export const NOTHING_SET_ASIDE: SetAsideRecords = { count: 0, records: [] };

/** Enough to see what happened: a log of garbage must not become a view of garbage. */
const RECORDS_KEPT = 20;
const MAX_REASON = 300;

/** Why the event counts for nothing in a study that stands as `view` says; null when it counts. Pure. */
export function findFault(
  logged: LoggedEvent,
  { open, ended }: Pick<StudyView, 'open' | 'ended'>,
): string | null {
  const { event } = logged;
  if (!('index' in event)) return findImposture(logged, undefined);
  return findImposture(logged, hasIndex(ended, event.index) ? 'ended' : open.get(event.index));
}

export function addSetAside(known: SetAsideRecords, { seq }: LoggedEvent, why: string): SetAsideRecords {
  const count = known.count + 1;
  if (known.records.length >= RECORDS_KEPT) return { ...known, count };
  const reason = why.length <= MAX_REASON ? why : `${why.slice(0, MAX_REASON - 1)}…`;
  return { count, records: [...known.records, { seq, place: null, reason }] };
}

export function describeSetAside({ seq, place, reason }: SetAsideRecord): string {
  return `${place ?? `record ${seq}`}: ${reason}`;
}
