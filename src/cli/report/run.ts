// What `sweep report` does: the report of any study, as files.
import { resolve } from 'node:path';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { foldStudy, refuseIncompleteLog, withBus } from '../read-study.js';
import { printReport, writeReport } from './write-report.js';

export interface ReportStudyOptions extends BusFlags {
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
  readonly pdf?: boolean;
}

export async function reportStudy(
  context: CliContext,
  argument: string,
  options: ReportStudyOptions,
): Promise<number> {
  // The data is read with a coordinator's rights: a viewer may read the log alone.
  const written = await withBus(context, { ...options, writes: true }, async (bus) => {
    const { study } = await findStudy(bus, argument);
    const view = await foldStudy(bus, study);
    refuseIncompleteLog(view, study);
    const folder = resolve(context.directory, options.output ?? `report-${study}`);
    return writeReport(context, bus, view, {
      folder,
      isForced: options.force === true,
      chapter: null,
      departures: [],
      isPrinted: options.pdf === true,
    });
  });
  printReport(context, written, options);
  return 0;
}
