// One line of a list of studies: its state, counts and best value. A log that cannot be read is an entry, too.
import type { Bus, StudyRecord } from '../../bus/bus.js';
import { asSweepError, type ErrorCode } from '../../errors.js';
import { countTrials, creationUnreadable, emptyView, type StudyState } from '../../study/study-view.js';
import { type AttendedStudy, readAttended } from './attended-study.js';

/** A list needs the best row of a study and no other. */
const ROWS_KEPT = 1;
/** Damage to one study's files, not to the place. */
const DAMAGES: ReadonlySet<ErrorCode> = new Set(['EVENT_LOG_CORRUPT', 'BUS_CONFIGURATION']);

export async function listEntries(bus: Bus, records: readonly StudyRecord[]): Promise<StudyEntry[]> {
  const entries = [];
  for (const record of records) entries.push(await describeEntry(bus, record));
  return entries;
}

export async function describeEntry(
  bus: Bus,
  { study, createdAt, damage }: StudyRecord,
): Promise<StudyEntry> {
  return damage === undefined
    ? describeReadable(bus, study, createdAt)
    : describeDamaged(study, createdAt, damage);
}

/** One log that cannot be read must not hide the other studies. */
async function describeReadable(bus: Bus, study: string, createdAt: string): Promise<StudyEntry> {
  let attended: AttendedStudy;
  try {
    attended = await readAttended(bus, study, ROWS_KEPT);
  } catch (thrown) {
    const { code, message } = asSweepError(thrown);
    if (!DAMAGES.has(code)) throw thrown;
    return describeDamaged(study, createdAt, message);
  }
  return entryOf(study, createdAt, attended);
}

function describeDamaged(study: string, createdAt: string, damage: string): StudyEntry {
  return {
    study,
    createdAt,
    state: 'damaged',
    damage,
    coordinator: null,
    abandoned: false,
    trials: countTrials(emptyView()),
    best: null,
    metric: null,
    durationMs: 0,
    dataset: null,
    synthetic: false,
  };
}

export interface StudyEntry {
  readonly study: string;
  readonly createdAt: string;
  readonly state: StudyState | 'damaged';
  /** What cannot be read of it; null when all can. */
  readonly damage: string | null;
  readonly coordinator: string | null;
  readonly abandoned: boolean;
  readonly trials: ReturnType<typeof countTrials>;
  readonly best: number | null;
  /** What `best` is of; null: the sweep file names none. */
  readonly metric: string | null;
  readonly durationMs: number;
  readonly dataset: string | null;
  readonly synthetic: boolean;
}

export function entryOf(study: string, createdAt: string, attended: AttendedStudy): StudyEntry {
  const { view, coordinator, meter, nowMs } = attended;
  if (view.header === null && view.setAside.count > 0)
    return describeDamaged(study, createdAt, creationUnreadable(study, view.setAside.records).message);
  return {
    study,
    createdAt,
    state: view.state,
    damage: null,
    coordinator,
    abandoned: attended.isAbandoned,
    trials: countTrials(view),
    best: view.rows[0]?.objective ?? null,
    metric: view.header?.metric ?? null,
    durationMs: meter.durationMs(view, nowMs),
    dataset: view.header?.dataset?.source ?? null,
    synthetic: view.header?.dataset?.synthetic ?? false,
  };
}
