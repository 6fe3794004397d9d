// What `sweep dashboard` does, and `--dashboard` beside a study that runs: serve the page until a signal comes.
import { randomBytes } from 'node:crypto';
import { listenForInterrupts } from '../../../worker/interrupts.js';
import type { Bus } from '../../bus/bus.js';
import { type Dashboard, openDashboard } from '../../dashboard/server.js';
import type { About } from '../../dashboard/wire.js';
import { asSweepError } from '../../errors.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, openReadingBus, usesNats } from '../open-bus.js';
import { openCliEngine } from '../open-cli-engine.js';
import { findStudy } from '../options/study-argument.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { openBrowser } from '../terminal/open-browser.js';

const HOST = '127.0.0.1';
const PORT = 7433;
const TOKEN_BYTES = 16;
const LOOK_LIMIT_MS = 1_000;

export interface DashboardFlags {
  readonly port?: number;
  readonly host?: string;
  readonly open?: boolean;
}

export async function serveDashboard(
  context: CliContext,
  argument: string | undefined,
  options: BusFlags & DashboardFlags,
): Promise<number> {
  const bus = await openReadingBus(context, options, createCliLogger(context));
  try {
    const study = argument === undefined ? null : (await findStudy(bus, argument)).study;
    const dashboard = await listen(context, bus, study, options);
    try {
      await signalled();
      return 0;
    } finally {
      await dashboard.close();
    }
  } finally {
    await bus.close();
  }
}

/**
 * Shows the study while `work` runs it; at a terminal the page stays afterwards, until a signal comes, unless one ended the
 * work.
 */
export async function withDashboard(
  context: CliContext,
  study: string,
  options: BusFlags,
  work: (said: readonly string[]) => Promise<number>,
): Promise<number> {
  const bus = await openReadingBus(context, options, createCliLogger(context));
  try {
    const dashboard = await listen(context, bus, study, {});
    try {
      const code = await work(dashboard.said);
      if (context.stderr.isTTY === true && code !== INTERRUPTED) {
        context.stderr.write(`the dashboard stays at ${dashboard.address} until Ctrl-C\n`);
        await signalled();
      }
      return code;
    } finally {
      await dashboard.close();
    }
  } finally {
    await bus.close();
  }
}

const INTERRUPTED = 3;

/** Opens it and says where it is. */
async function listen(
  context: CliContext,
  bus: Bus,
  study: string | null,
  options: DashboardFlags & BusFlags,
): Promise<Dashboard & { readonly said: readonly string[] }> {
  const { host = HOST } = options;
  // Over NATS it has a viewer's rights, which are none to give orders.
  const token =
    bus.hasRemoteWorkers || usesNats(context, options) ? null : randomBytes(TOKEN_BYTES).toString('hex');
  const open = (port: number): Promise<Dashboard> =>
    openDashboard({
      bus,
      host,
      port,
      token,
      cacheDirectory: context.cacheDirectory,
      version: context.version,
      logger: createCliLogger(context),
      openEngine: () => openCliEngine(context),
    });
  const dashboard =
    options.port === undefined
      ? // Another one may have that port: two of them side by side are no fault.
        await open(PORT).catch((thrown: unknown) => {
          if (asSweepError(thrown).code !== 'USAGE') throw thrown;
          return open(0);
        })
      : await open(options.port);
  const address = study === null ? dashboard.address : addressOf(dashboard.address, study);
  const said = [
    `dashboard ${printable(address)}`,
    token === null
      ? 'it reads only: pause, resume and stop by "sweep pause", "resume" and "stop"'
      : `token     ${token}  (to pause, resume and stop from the page)`,
  ];
  context.stderr.write(`${said.join('\n')}\n`);
  if (!/^(?:127\.|localhost$|::1$)/.test(host))
    context.stderr.write(`warning: whoever reaches ${printable(host)} can read these studies\n`);
  // Reads a long log before the page asks for it; what is wrong with it the page says.
  if (study !== null) await dashboard.prepare(study).catch(() => {});
  if (options.open === true) openBrowser(context, address);
  return { ...dashboard, said };
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const interrupts = listenForInterrupts({
      onFirst: () => {
        interrupts.release();
        resolve();
      },
      onSecond: () => {},
    });
  });
}

/** The address of a study in a dashboard that runs on this machine already, of the same place; null: there is none. */
export async function findDashboard(place: string, study: string): Promise<string | null> {
  const address = `http://${HOST}:${PORT}/`;
  try {
    const answer = await fetch(`${address}api/about`, { signal: AbortSignal.timeout(LOOK_LIMIT_MS) });
    const about = (await answer.json()) as Partial<About>;
    return about.place === place ? addressOf(address, study) : null;
  } catch {
    // Nobody listens there, or something else does.
    return null;
  }
}

function addressOf(dashboard: string, study: string): string {
  return `${dashboard}#/study/${encodeURIComponent(study)}`;
}
