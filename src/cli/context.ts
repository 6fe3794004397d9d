// What a verb knows of the world: streams, directories, colours, version. The only reader of process.env in the CLI.

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import picocolors from 'picocolors';
import { guarded } from '../wording/printable.js';
import { type NatsEnvironment, readNatsEnvironment } from './options/nats-options.js';
import type { RunningAs } from './options/program-options.js';
import { findViewTerminal, type ViewTerminal } from './terminal/screen/view-terminal.js';

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface CliContext {
  readonly version: string;
  readonly directory: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Colours for each stream: a piped table stays plain while the terminal beside it is not. */
  readonly colors: { readonly stdout: Colors; readonly stderr: Colors };
  /** Directory of studies and results: `--home`, SWEEP_HOME, else ./.sweep. */
  home(option: string | undefined): string;
  /** Directory of prepared datasets: SWEEP_CACHE, else the XDG cache directory. */
  readonly cacheDirectory: string;
  /** SWEEP_KERNELS: which kernels the wasm engine runs; `auto` without it. */
  readonly kernels: string;
  readonly commandPath: string;
  readonly nats: NatsEnvironment;
  /** SWEEP_READY_FILE: see ready-file.ts. */
  readonly readyFile: string | undefined;
  /** COLUMNS: the width of a table that goes to no terminal; undefined without a usable one. */
  readonly columns: number | undefined;
  /** Directories of executables. */
  readonly searchPath: readonly string[];
  /** SWEEP_CONTAINER: whether the image says that it is one. */
  readonly runningAs: RunningAs;
  /** The terminal that a view may fill; null: lines are wanted. */
  readonly viewTerminal: ViewTerminal | null;
  /** What programs of trials inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a command is called in. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function createContext({ env, stdout, stderr }: Surroundings = process): CliContext {
  const directory = process.cwd();
  return {
    version: readVersion(),
    directory,
    stdout: guardedStream(stdout, env),
    stderr: guardedStream(stderr, env),
    colors: {
      stdout: picocolors.createColors(wantsColor(stdout, env)),
      stderr: picocolors.createColors(wantsColor(stderr, env)),
    },
    home: (option) => resolve(directory, option ?? (env.SWEEP_HOME || '.sweep')),
    cacheDirectory: cacheDirectory(env, directory),
    kernels: env.SWEEP_KERNELS || 'auto',
    commandPath: process.argv[1] ?? 'sweep',
    nats: readNatsEnvironment(env),
    readyFile: env.SWEEP_READY_FILE ? resolve(directory, env.SWEEP_READY_FILE) : undefined,
    columns: /^[1-9]\d{0,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : undefined,
    viewTerminal: findViewTerminal({
      // Opening it is left to whoever reads it.
      openInput: () => (isatty(0) ? process.stdin : null),
      stdout,
      stderr,
      term: env.TERM,
      ci: env.CI,
    }),
    environment: env,
    runningAs: { uid: process.getuid?.() ?? null, isContainer: Boolean(env.SWEEP_CONTAINER) },
    searchPath: (env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'),
  };
}

/** The stream, to which no control character goes but our own: whatever a text of others holds, and wherever it came through. */
function guardedStream(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): NodeJS.WriteStream {
  const sequences = { hasColor: wantsColor(stream, env), isTerminal: stream.isTTY === true };
  const write = (chunk: string | Uint8Array, ...rest: never[]): boolean =>
    stream.write(typeof chunk === 'string' ? guarded(chunk, sequences) : chunk, ...rest);
  return new Proxy(stream, {
    get(target, property) {
      if (property === 'write') return write;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** https://no-color.org and https://force-color.org; without either, colour only on a terminal. */
function wantsColor(stream: NodeJS.WriteStream, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return stream.isTTY === true && TERM !== 'dumb';
}

function cacheDirectory(env: NodeJS.ProcessEnv, directory: string): string {
  if (env.SWEEP_CACHE) return resolve(directory, env.SWEEP_CACHE);
  // The XDG specification: a relative path is to be ignored.
  const xdg = env.XDG_CACHE_HOME;
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
  return join(base, 'sweep');
}

/** From package.json, beside the `dist` directory that this file is compiled to. */
function readVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
