// STUDY on the command line: an id, a unique prefix of one, or `@last`.
import { setTimeout as wait } from 'node:timers/promises';
import type { BusCapabilities, EventLog, StudyRecord, StudyStore } from '../../bus/bus.js';
import { SweepError } from '../../errors.js';
import { quickSweep } from './packaged-sweeps.js';

/** A study is recorded a moment before its log begins: so long after it was recorded the log is waited for. */
const BEGINS_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

type Studies = BusCapabilities & StudyStore & Pick<EventLog, 'events'>;

/** The study that `argument` names. Throws STUDY_NOT_FOUND, STUDY_AMBIGUOUS. */
export async function findStudy(bus: Studies, argument: string): Promise<StudyRecord> {
  const record = await findRecord(bus, argument);
  const isNew = () => Math.abs(Date.now() - Date.parse(record.createdAt)) < BEGINS_WITHIN_MS;
  while (isNew() && !(await hasBegun(bus, record.study))) await wait(LOOK_EVERY_MS);
  return record;
}

async function hasBegun(bus: Studies, study: string): Promise<boolean> {
  for await (const _ of bus.events(study)) return true;
  return false;
}

async function findRecord(bus: Studies, argument: string): Promise<StudyRecord> {
  const studies = (await bus.listStudies()).sort(byCreation);
  const exact = studies.find(({ study }) => study === argument);
  if (exact !== undefined) return exact;
  if (argument === '@last') {
    const latest = studies.at(-1);
    if (latest !== undefined) return latest;
    throw new SweepError('STUDY_NOT_FOUND', 'there is no study yet', {
      hint: `start one: sweep start ${quickSweep(process.cwd())}, or say with --home or --nats where they are, if not in ${bus.place}`,
    });
  }
  const matching = studies.filter(({ study }) => study.startsWith(argument));
  if (matching.length === 1 && matching[0] !== undefined) return matching[0];
  if (matching.length > 1) {
    throw new SweepError('STUDY_AMBIGUOUS', `"${argument}" is the beginning of ${matching.length} studies`, {
      hint: `give more of one of these: ${matching.map(({ study }) => study).join(', ')}`,
    });
  }
  throw new SweepError('STUDY_NOT_FOUND', `there is no study "${argument}"`, {
    hint:
      studies.length === 0
        ? `there is none in ${bus.place}: say with --home or --nats where they are`
        : `the latest ones: ${studies
            .slice(-5)
            .map(({ study }) => study)
            .join(', ')}`,
  });
}

/** Oldest first. */
export function byCreation(left: StudyRecord, right: StudyRecord): number {
  return left.createdAt.localeCompare(right.createdAt) || left.study.localeCompare(right.study);
}
