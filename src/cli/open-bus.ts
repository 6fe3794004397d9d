// Which bus a command works on: NATS when a server is named, else the directory of the sweep home.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Bus } from '../bus/bus.js';
import { asSweepError, SweepError } from '../errors.js';
import type { Logger } from '../log.js';
import type { CliContext } from './context.js';
import {
  type NatsFlags,
  readNatsAddress,
  repeatNatsFlags,
  type StorageFlags,
  storageOptions,
} from './options/nats-options.js';

/** Where the studies are. */
export interface BusFlags extends NatsFlags, StorageFlags {
  readonly home?: string;
}

/** A coordinator outlives a restart of its server, also a slow one by hand. */
const COORDINATOR_PATIENCE_MS = 300_000;
/** A reader on the coordinator's machine has its rights, not a viewer's. */
const READER_ROLES = ['viewer', 'coordinator'] as const;

/** For a command that changes studies: may create the streams. After `leaving` aborts no server is waited for. */
export async function openOwnBus(
  context: CliContext,
  flags: BusFlags,
  logger: Logger,
  leaving?: AbortSignal,
): Promise<Bus> {
  const address = readNatsAddress(flags, context.nats);
  if (address === null) return openHome(context, flags, logger);
  const { openNatsBus } = await import('../bus/nats/bus.js');
  return openNatsBus({
    ...address,
    ...storageOptions(flags),
    role: 'coordinator',
    patienceMs: COORDINATOR_PATIENCE_MS,
    logger,
    ...(leaving === undefined ? {} : { signal: leaving }),
  });
}

/** For a command that reads. */
export async function openReadingBus(context: CliContext, flags: BusFlags, logger: Logger): Promise<Bus> {
  const address = readNatsAddress(flags, context.nats);
  if (address === null) return openHome(context, flags, logger);
  const { openNatsBus } = await import('../bus/nats/bus.js');
  for (const role of READER_ROLES) {
    try {
      return await openNatsBus({ ...address, role, logger });
    } catch (thrown) {
      if (asSweepError(thrown).code !== 'BUS_FORBIDDEN' || role === READER_ROLES.at(-1)) throw thrown;
    }
  }
  throw new Error('unreachable: the last role returned or threw');
}

/** Over NATS, the home of this machine, whose results serve as well as the server's; null where there is none. */
export async function openHomeResults(
  context: CliContext,
  flags: BusFlags,
  logger: Logger,
): Promise<Bus | null> {
  if (!usesNats(context, flags) || !existsSync(context.home(flags.home))) return null;
  return openHome(context, flags, logger);
}

async function openHome(context: CliContext, flags: BusFlags, logger: Logger): Promise<Bus> {
  const { openLocalBus } = await import('../bus/local/bus.js');
  const home = context.home(flags.home);
  checkHome(home);
  return openLocalBus(home, { logger });
}

/** Throws USAGE when something else than a directory stands in the way. It need not be there yet. */
function checkHome(home: string): void {
  let place = home;
  while (!existsSync(place)) place = dirname(place);
  if (statSync(place).isDirectory()) return;
  throw new SweepError('USAGE', `the sweep home ${home} cannot be: ${place} is not a directory`, {
    hint: 'name a directory with --home or SWEEP_HOME; it is made when it is not there',
  });
}

export function usesNats(context: CliContext, flags: BusFlags): boolean {
  return (flags.nats ?? (flags.home === undefined ? context.nats.url : undefined)) !== undefined;
}

/** The server or the directory, for people. */
export function describePlace(context: CliContext, flags: BusFlags): string {
  return readNatsAddress(flags, context.nats)?.servers ?? context.home(flags.home);
}

/** The options that lead another command to the same studies, as they would be typed; empty for the defaults. */
export function busWords(context: CliContext, flags: BusFlags): string[] {
  if (usesNats(context, flags)) return repeatNatsFlags(flags, context.nats);
  return flags.home === undefined ? [] : ['--home', flags.home];
}

/** `busWords` behind a blank, for the end of a printed command. */
export function busSuffix(context: CliContext, flags: BusFlags): string {
  return busWords(context, flags)
    .map((word) => ` ${/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`}`)
    .join('');
}
