// What `sweep nats up` and `down` do: a nats-server process of this user, its store, log and record under the sweep home.
// Owns one server per home. That a process id still means our server is told by the server's own id, which it greets with.
import { accessSync, constants, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { awaitGreeting } from '../../bus/nats/connection/greeting.js';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import type { CliContext } from '../context.js';
import { startBackgroundProcess } from '../start/background-process.js';

const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 50;
const GREETING_LIMIT_MS = 2_000;
/** Listening on these means: on every address there is. */
const ANY_ADDRESS: readonly string[] = ['0.0.0.0', '::'];
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

const HOW_TO_GET =
  'Debian, Ubuntu: apt install nats-server · macOS: brew install nats-server · ' +
  'container: docker run -p 4222:4222 nats:2 -js, then use --nats nats://localhost:4222';

const recordSchema = z.object({
  pid: z.number().int().min(1),
  host: z.string(),
  port: z.number().int(),
  serverId: z.string(),
});
type ServerRecord = z.infer<typeof recordSchema>;

export interface NatsUpOptions {
  readonly host: string;
  readonly port: number;
  readonly home?: string;
  readonly json?: boolean;
}

export interface NatsDownOptions {
  readonly home?: string;
  readonly json?: boolean;
}

export async function natsUp(context: CliContext, options: NatsUpOptions): Promise<number> {
  const { host, port } = options;
  const directory = join(context.home(options.home), 'nats');
  const running = readRecord(directory);
  if (running !== null && (await isAlive(running))) {
    if (running.host !== host || running.port !== port) {
      throw new SweepError('USAGE', `a server of this home runs at ${running.host}:${running.port} already`, {
        hint: 'use that one, or stop it first: sweep nats down',
      });
    }
    return printServer(context, running, directory, options, true);
  }
  const binary = findServer(context.searchPath);
  makeServerDirectory(directory);
  const taken = await greet(host, port);
  if (taken !== null) {
    throw new SweepError('USAGE', `another NATS server answers at ${reachable(host)}:${port}`, {
      hint: `use it: --nats ${urlOf(host, port)}, or choose another port: sweep nats up --port ${port + 1}`,
    });
  }
  const { pid, found: serverId } = await startBackgroundProcess({
    command: binary,
    args: ['--jetstream', '--addr', host, '--port', String(port), '--store_dir', join(directory, 'store')],
    directory: context.directory,
    log: logPath(directory),
    limitMs: START_LIMIT_MS,
    // An answer after its end is another server's.
    look: async (child) => {
      const serverId = await greet(host, port);
      return child.exitCode === null && child.signalCode === null ? serverId : null;
    },
    late: 'it does not answer',
    failure: (reason) =>
      new SweepError('BUS_UNREACHABLE', `nats-server did not start: ${reason}`, {
        hint: 'is the port free and the directory writable?',
      }),
  });
  const record: ServerRecord = { pid, host, port, serverId };
  writeFileSync(recordPath(directory), `${JSON.stringify(record)}\n`);
  return printServer(context, record, directory, options, false);
}

export async function natsDown(context: CliContext, options: NatsDownOptions): Promise<number> {
  const directory = join(context.home(options.home), 'nats');
  const record = readRecord(directory);
  const wasUp = record !== null && (await isAlive(record));
  if (record !== null && wasUp) {
    process.kill(record.pid, 'SIGTERM');
    const deadlineMs = performance.now() + STOP_LIMIT_MS;
    while (isProcess(record.pid)) {
      if (performance.now() > deadlineMs) {
        throw new SweepError('INTERNAL', `nats-server, process ${record.pid}, does not end`, {
          hint: `see ${logPath(directory)}; end it by force: kill -9 ${record.pid}`,
        });
      }
      await pause();
    }
  }
  rmSync(recordPath(directory), { force: true });
  if (options.json === true) context.stdout.write(`${JSON.stringify({ stopped: wasUp }, null, 2)}\n`);
  else
    context.stderr.write(wasUp ? 'nats-server stopped; its store stays\n' : 'no server of this home runs\n');
  return 0;
}

function printServer(
  context: CliContext,
  record: ServerRecord,
  directory: string,
  options: NatsUpOptions,
  wasUp: boolean,
): number {
  const { pid, host, port } = record;
  const url = urlOf(host, port);
  const isOpen = !LOOPBACK.includes(host);
  const worker = `sweep worker --nats ${isOpen ? urlOf(ANY_ADDRESS.includes(host) ? hostname() : host, port) : url}`;
  if (options.json === true) {
    context.stdout.write(
      `${JSON.stringify({ url, pid, store: join(directory, 'store'), worker }, null, 2)}\n`,
    );
    return 0;
  }
  const { yellow } = context.colors.stderr;
  context.stdout.write(
    `nats-server ${wasUp ? 'runs already' : 'runs'} at ${url}, process ${pid}, store ${join(directory, 'store')}
study    sweep start FILE --nats ${url}
worker   ${worker}
stop     sweep nats down\n`,
  );
  const note = isOpen
    ? 'it asks nobody for a password: everyone who reaches this port can run and read studies (deploy/nats has a secured setup)'
    : `only this machine reaches it; for others: sweep nats down, then sweep nats up --host 0.0.0.0`;
  context.stderr.write(`${isOpen ? yellow(note) : note}\n`);
  return 0;
}

/** Throws USAGE with how to get one. */
function findServer(searchPath: readonly string[]): string {
  for (const directory of searchPath) {
    if (directory === '') continue;
    const path = join(directory, process.platform === 'win32' ? 'nats-server.exe' : 'nats-server');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this directory: the next one, and an error after the last.
    }
  }
  throw new SweepError('USAGE', 'nats-server is not installed (not on PATH)', { hint: HOW_TO_GET });
}

async function isAlive({ pid, host, port, serverId }: ServerRecord): Promise<boolean> {
  return isProcess(pid) && (await greet(host, port)) === serverId;
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The id that the server at this address greets with; null when none does. */
async function greet(host: string, port: number): Promise<string | null> {
  const greeting = await awaitGreeting(addressOf(host, port), GREETING_LIMIT_MS);
  return greeting.greets ? greeting.serverId : null;
}

function readRecord(directory: string): ServerRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordPath(directory), 'utf8')));
  } catch (thrown) {
    const cause = asSweepError(thrown).cause as NodeJS.ErrnoException;
    if (cause.code === 'ENOENT') return null;
    throw new SweepError('USAGE', `cannot read ${recordPath(directory)}`, {
      hint: 'remove it after ending the nats-server of this home by hand',
      cause: thrown,
    });
  }
}

function urlOf(host: string, port: number): string {
  return `nats://${addressOf(host, port)}`;
}

function addressOf(host: string, port: number): string {
  const name = reachable(host);
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** An address to connect to, for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

const logPath = (directory: string): string => join(directory, 'server.log');
const recordPath = (directory: string): string => join(directory, 'server.json');

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

function makeServerDirectory(directory: string): void {
  try {
    makeDirectories(directory);
  } catch (thrown) {
    throw new SweepError('USAGE', `cannot make the folder ${directory}: ${asSweepError(thrown).message}`, {
      path: directory,
      hint: '--home or SWEEP_HOME names a folder that is there, or that can be made',
      cause: thrown,
    });
  }
}
