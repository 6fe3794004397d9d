// Which records of a log count for nothing, and what a view keeps of them. A record that cannot be read, or that speaks of
// what the study does not have, is set aside: named and counted, and the study goes on as if it had not been written.
import type { DatasetInfo, LoggedEvent, StudyEvent } from './events.js';
import type { OpenTrial } from './trial/open-trial.js';
import { isTrainedResult } from './trial/trained-result.js';

export interface SetAsideRecord {
  /** The record's place in the log as it is read. */
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

/** What of a view tells whether an event speaks of the study. */
interface KnownStudy {
  readonly header: { readonly total: number | null; readonly dataset: DatasetInfo | null } | null;
  readonly open: ReadonlyMap<number, OpenTrial>;
}

/** Why the event counts for nothing in a study that stands as `view` says; null when it counts. Pure. */
export function findFault(event: StudyEvent, { header, open }: KnownStudy): string | null {
  if (event.type === 'log.unreadable') return event.reason;
  if (!('index' in event) || header === null) return null;
  const { total, dataset } = header;
  if (total !== null && event.index >= total)
    return `it speaks of trial ${event.index} (${event.trial}), and the study has ${total}, from 0`;
  if (event.type === 'trial.finished' && dataset !== null && !isTrainedResult(event.result))
    return `it ends trial ${event.trial} without a model, and every trial of this study trains one`;
  const known = open.get(event.index);
  if (known !== undefined && known.trial !== event.trial && !isFirstQueued(event, known))
    return `it speaks of trial ${event.trial} at place ${event.index}, where ${known.trial} is`;
  return null;
}

/** The coordinator's word for what is at a place where only others have spoken of something so far. */
function isFirstQueued(event: StudyEvent, known: OpenTrial): boolean {
  return event.type === 'trial.queued' && !known.isQueued;
}

export function addSetAside(
  known: SetAsideRecords,
  { seq, event }: LoggedEvent,
  why: string,
): SetAsideRecords {
  const isUnreadable = event.type === 'log.unreadable';
  const count = known.count + (isUnreadable ? event.records : 1);
  if (known.records.length >= RECORDS_KEPT) return { ...known, count };
  const reason = why.length <= MAX_REASON ? why : `${why.slice(0, MAX_REASON - 1)}…`;
  const place = isUnreadable ? event.place : null;
  return { count, records: [...known.records, { seq, place, reason }] };
}

export function describeSetAside({ seq, place, reason }: SetAsideRecord): string {
  return `${place ?? `record ${seq}`}: ${reason}`;
}
