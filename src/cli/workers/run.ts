// What `sweep workers` prints: the nodes that sent a heartbeat lately.

import Table from 'cli-table3';
import { type Bus, WORKER_GONE_MS } from '../../bus/bus.js';
import { formatDuration } from '../../wording/duration.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix, describePlace } from '../open-bus.js';
import { listOnBus } from '../read-study.js';

type Listed = Awaited<ReturnType<Bus['workers']>>[number];

export async function showWorkers(
  context: CliContext,
  options: BusFlags & { readonly all?: boolean; readonly json?: boolean },
): Promise<number> {
  const known = await listOnBus(context, options, (bus) => bus.workers());
  const workers = known
    .map((info) => ({ ...info, state: stateOf(info), idleShare: idleShareOf(info) }))
    .filter(({ state }) => options.all === true || state !== 'gone')
    .sort((left, right) => left.worker.localeCompare(right.worker));
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ workers }, null, 2)}\n`);
    return 0;
  }
  if (workers.length === 0) {
    const gone = known.length === 0 ? '' : ` (${known.length} are gone: --all lists them)`;
    context.stderr.write(
      `no workers at ${describePlace(context, options)}${gone}; add one: sweep worker${busSuffix(context, options)}\n`,
    );
    return 0;
  }
  const table = new Table({
    head: [
      'worker',
      'host',
      'state',
      'version',
      'engine',
      'labels',
      'slots',
      'running',
      'done',
      'idle',
      'last seen',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'left', 'left', 'left', 'left', 'right', 'left', 'right', 'right', 'right'],
  });
  for (const info of workers) {
    table.push([
      printable(info.worker),
      printable(info.host),
      info.state,
      printable(info.version),
      printable(info.backend),
      printable(info.labels.join(',') || '–'),
      info.slots,
      printable(describeRunning(info)),
      info.trialsDone,
      info.idleShare === null ? '–' : `${Math.round(100 * info.idleShare)} %`,
      `${formatDuration(info.lastSeenMs)} ago`,
    ]);
  }
  context.stdout.write(`${table.toString()}\n`);
  return 0;
}

function stateOf(info: Listed): Listed['state'] | 'gone' {
  return info.lastSeenMs < WORKER_GONE_MS ? info.state : 'gone';
}

/** Share of its slots' time without a trial, since it started. */
function idleShareOf({ busyMs, uptimeMs, slots }: Listed): number | null {
  const available = uptimeMs * slots;
  return available <= 0 ? null : Math.min(1, Math.max(0, 1 - busyMs / available));
}

/** Trials by the first digits of their ids, as `show` takes them. */
function describeRunning({ running }: Pick<Listed, 'running'>): string {
  const shown = running.slice(0, 3).map(({ trial }) => trial.slice(0, 8));
  if (running.length > shown.length) shown.push(`+${running.length - shown.length}`);
  return shown.join(' ') || '–';
}
