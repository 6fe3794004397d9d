// What `sweep list` prints: one line a study, or one JSON document.

import Table from 'cli-table3';
import type { Bus } from '../../bus/bus.js';
import { type AttendedStudy, readAttended } from '../../coordinator/archive/attended-study.js';
import { asSweepError, type ErrorCode } from '../../errors.js';
import { countTrials, creationUnreadable, emptyView, type StudyState } from '../../study/study-view.js';
import { formatDuration } from '../../wording/duration.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix, describePlace } from '../open-bus.js';
import { byCreation } from '../options/study-argument.js';
import { listOnBus } from '../read-study.js';

/** A list needs the best row of a study and no other. */
const ROWS_KEPT = 1;
/** Damage to one study's files, not to the place. */
const DAMAGES: ReadonlySet<ErrorCode> = new Set(['EVENT_LOG_CORRUPT', 'BUS_CONFIGURATION']);

export interface ListOptions extends BusFlags {
  readonly json?: boolean;
  readonly ids?: boolean;
}

export async function listStudies(context: CliContext, options: ListOptions): Promise<number> {
  if (options.ids === true) return listIds(context, options);
  const studies = await listOnBus(context, options, async (bus) => {
    const records = (await bus.listStudies()).sort(byCreation);
    const entries = [];
    for (const { study, createdAt, damage } of records) {
      entries.push(
        damage === undefined
          ? await describeReadable(bus, study, createdAt)
          : describeDamaged(study, createdAt, damage),
      );
    }
    return entries;
  });
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ studies }, null, 2)}\n`);
    return 0;
  }
  if (studies.length === 0) {
    context.stderr.write(
      `no studies in ${describePlace(context, options)}: start one with "sweep start FILE${busSuffix(context, options)}"\n`,
    );
    return 0;
  }
  const table = new Table({
    head: ['study', 'state', 'trials', 'best', 'duration', 'created', 'data'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'left'],
  });
  for (const entry of studies) {
    table.push([
      printable(entry.study),
      entry.abandoned ? `${entry.state}, no coordinator` : entry.state,
      `${entry.trials.complete + entry.trials.pruned}/${entry.trials.total}`,
      entry.best === null ? '–' : entry.best.toPrecision(4),
      formatDuration(entry.durationMs),
      entry.createdAt.replace('T', ' ').slice(0, 16),
      printable(entry.synthetic ? `${entry.dataset} SYNTHETIC` : (entry.dataset ?? '–')),
    ]);
  }
  context.stdout.write(`${table.toString()}\n`);
  for (const { study, damage } of studies) {
    if (damage !== null)
      context.stderr.write(
        `${study} is damaged: ${damage}; put its files back from a backup, or forget it: sweep rm ${study}${busSuffix(context, options)}\n`,
      );
  }
  const abandoned = studies.find((entry) => entry.abandoned);
  if (abandoned !== undefined) {
    context.stderr.write(
      `no coordinator runs ${printable(abandoned.study)}: go on with sweep resume ${printable(abandoned.study)}${busSuffix(context, options)}\n`,
    );
  }
  return 0;
}

/** Without a look at their events: shell completion waits for it. */
async function listIds(context: CliContext, options: ListOptions): Promise<number> {
  const records = await listOnBus(context, options, (bus) => bus.listStudies());
  context.stdout.write(
    records
      .sort(byCreation)
      .map(({ study }) => `${printable(study)}\n`)
      .join(''),
  );
  return 0;
}

/** One log that cannot be read must not hide the other studies. */
async function describeReadable(bus: Bus, study: string, createdAt: string) {
  let attended: AttendedStudy;
  try {
    attended = await readAttended(bus, study, ROWS_KEPT);
  } catch (thrown) {
    const { code, message } = asSweepError(thrown);
    if (!DAMAGES.has(code)) throw thrown;
    return describeDamaged(study, createdAt, message);
  }
  return describe(study, createdAt, attended);
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
    durationMs: 0,
    dataset: null,
    synthetic: false,
  };
}

interface StudyEntry {
  readonly study: string;
  readonly createdAt: string;
  readonly state: StudyState | 'damaged';
  /** What cannot be read of it; null when all can. */
  readonly damage: string | null;
  readonly coordinator: string | null;
  readonly abandoned: boolean;
  readonly trials: ReturnType<typeof countTrials>;
  readonly best: number | null;
  readonly durationMs: number;
  readonly dataset: string | null;
  readonly synthetic: boolean;
}

function describe(study: string, createdAt: string, attended: AttendedStudy): StudyEntry {
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
    durationMs: meter.durationMs(view, nowMs),
    dataset: view.header?.dataset?.source ?? null,
    synthetic: view.header?.dataset?.synthetic ?? false,
  };
}
