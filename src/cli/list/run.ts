// What `sweep list` prints: one line a study, or one JSON document.

import Table from 'cli-table3';
import { listEntries } from '../../coordinator/archive/study-entry.js';
import { formatDuration } from '../../wording/duration.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix, describePlace } from '../open-bus.js';
import { byCreation } from '../options/study-argument.js';
import { listOnBus } from '../read-study.js';

export interface ListOptions extends BusFlags {
  readonly json?: boolean;
  readonly ids?: boolean;
}

export async function listStudies(context: CliContext, options: ListOptions): Promise<number> {
  if (options.ids === true) return listIds(context, options);
  const studies = await listOnBus(context, options, async (bus) =>
    listEntries(bus, (await bus.listStudies()).sort(byCreation)),
  );
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
