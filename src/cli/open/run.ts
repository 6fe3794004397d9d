// What `sweep open` does: finds the page of a study, or makes it, and opens it.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CliContext } from '../context.js';
import { findDashboard, serveDashboard } from '../dashboard/run.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { withBus } from '../read-study.js';
import { reportStudy } from '../report/run.js';
import { openBrowser } from '../terminal/open-browser.js';

export interface OpenOptions extends BusFlags {
  readonly report?: boolean;
}

export async function openInBrowser(
  context: CliContext,
  argument: string,
  options: OpenOptions,
): Promise<number> {
  const { study, place } = await withBus(context, options, async (bus) => ({
    study: (await findStudy(bus, argument)).study,
    place: bus.place,
  }));
  if (options.report === true) {
    const { report: _, ...flags } = options;
    const output = resolve(context.directory, `report-${study}`);
    const code = await reportStudy(context, study, { ...flags, output });
    openBrowser(context, pathToFileURL(resolve(output, 'report.html')).href);
    return code;
  }
  const address = await findDashboard(place, study);
  if (address === null) return serveDashboard(context, study, { ...options, open: true });
  context.stderr.write(`dashboard ${address}\n`);
  openBrowser(context, address);
  return 0;
}
