// How a command reaches NATS: options first, then the environment. Secrets come from files or the environment, never from
// the command line, and are read here into what the bus asks for.
import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NatsAuth, NatsTls } from '../../bus/nats/connection/connection.js';
import type { NatsStorageOptions } from '../../bus/nats/jetstream/streams.js';
import { asSweepError, SweepError } from '../../errors.js';

export interface NatsFlags {
  readonly nats?: string;
  readonly creds?: string;
  readonly nkey?: string;
  readonly tlsCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export interface StorageFlags {
  readonly replicas?: number;
  readonly storage?: 'file' | 'memory';
}

/** What of the environment counts for NATS. */
export interface NatsEnvironment {
  readonly url: string | undefined;
  readonly credsFile: string | undefined;
  readonly nkeyFile: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly passwordFile: string | undefined;
  readonly token: string | undefined;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

export function readNatsEnvironment(env: NodeJS.ProcessEnv): NatsEnvironment {
  return {
    url: env.SWEEP_NATS || env.NATS_URL || undefined,
    credsFile: env.NATS_CREDS || undefined,
    nkeyFile: env.NATS_NKEY || undefined,
    user: env.NATS_USER || undefined,
    password: env.NATS_PASSWORD || undefined,
    passwordFile: env.NATS_PASSWORD_FILE || undefined,
    token: env.NATS_TOKEN || undefined,
    caFile: env.NATS_CA || undefined,
    certFile: env.NATS_CERT || undefined,
    keyFile: env.NATS_KEY || undefined,
  };
}

const CONNECTION_OPTIONS: readonly (readonly [string, string])[] = [
  ['--nats <url>', 'server, such as nats://host:4222 (default: $SWEEP_NATS or $NATS_URL)'],
  ['--creds <file>', 'credentials file (default: $NATS_CREDS)'],
  ['--nkey <file>', 'file with an NKey seed (default: $NATS_NKEY)'],
  ['--tls-ca <file>', "PEM file of the server's authority (default: $NATS_CA)"],
  ['--tls-cert <file>', 'PEM file of our certificate (default: $NATS_CERT)'],
  ['--tls-key <file>', 'PEM file of its key (default: $NATS_KEY)'],
];
const GROUP = 'NATS (user: $NATS_USER; password: $NATS_PASSWORD or $NATS_PASSWORD_FILE; token: $NATS_TOKEN):';

/** Adds the options of a connection to a verb. */
export function addNatsOptions(command: Command): Command {
  for (const [flags, description] of CONNECTION_OPTIONS) {
    command.addOption(new Option(flags, description).helpGroup(GROUP));
  }
  return command;
}

/** Adds what only the command that creates the streams may choose. */
export function addStorageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--replicas <n>', 'copies of every stream in a cluster')
        .argParser(parseReplicas)
        .helpGroup(GROUP),
    )
    .addOption(
      new Option('--storage <kind>', 'where the server keeps its streams')
        .choices(['file', 'memory'])
        .helpGroup(GROUP),
    );
}

function parseReplicas(text: string): number {
  if (text === '1' || text === '3' || text === '5') return Number(text);
  throw new InvalidArgumentError('it must be 1, 3 or 5.');
}

export interface NatsAddress {
  readonly servers: string;
  readonly auth?: NatsAuth;
  readonly tls?: NatsTls;
}

/** null: no server is named, the studies are in the sweep home. Throws USAGE for a file that cannot be read. */
export function readNatsAddress(
  flags: NatsFlags & { readonly home?: string },
  environment: NatsEnvironment,
): NatsAddress | null {
  // Whoever names a directory means it, whatever the environment says.
  const servers = flags.nats ?? (flags.home === undefined ? environment.url : undefined);
  if (servers === undefined) {
    const stray = (['creds', 'nkey', 'tlsCa', 'tlsCert', 'tlsKey'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (stray === undefined) return null;
    throw new SweepError('USAGE', `--${toKebab(stray)} needs a server`, {
      hint: 'add --nats nats://host:4222',
    });
  }
  const auth = readAuth(flags, environment);
  const tls = readTls(flags, environment);
  return { servers, ...(auth === null ? {} : { auth }), ...(tls === null ? {} : { tls }) };
}

/** The options as they would be typed for another command on the same server, secrets left out (they are not options). */
export function repeatNatsFlags(
  flags: NatsFlags & { readonly home?: string },
  environment: NatsEnvironment,
): string[] {
  const address = flags.nats ?? (flags.home === undefined ? environment.url : undefined);
  const words = address === undefined ? [] : ['--nats', address];
  for (const name of ['creds', 'nkey', 'tlsCa', 'tlsCert', 'tlsKey'] as const) {
    const value = flags[name];
    if (value !== undefined) words.push(`--${toKebab(name)}`, value);
  }
  return words;
}

export function storageOptions(flags: StorageFlags): NatsStorageOptions {
  return {
    ...(flags.replicas === undefined ? {} : { replicas: flags.replicas }),
    ...(flags.storage === undefined ? {} : { storage: flags.storage }),
  };
}

function readAuth(flags: NatsFlags, environment: NatsEnvironment): NatsAuth | null {
  const creds = flags.creds ?? (flags.nkey === undefined ? environment.credsFile : undefined);
  if (creds !== undefined) return { type: 'credentials', credentials: readSecret(creds, 'credentials file') };
  const nkey = flags.nkey ?? environment.nkeyFile;
  if (nkey !== undefined) return { type: 'nkey', seed: readSecret(nkey, 'NKey seed file') };
  const { user, token } = environment;
  if (user !== undefined) return { type: 'password', user, password: readPassword(environment) };
  return token === undefined ? null : { type: 'token', token };
}

function readPassword({ password, passwordFile }: NatsEnvironment): string {
  if (password !== undefined || passwordFile === undefined) return password ?? '';
  // Whoever writes a file by hand leaves a line break at its end.
  return readSecret(passwordFile, 'password file').replace(/\r?\n$/, '');
}

function readTls(flags: NatsFlags, environment: NatsEnvironment): NatsTls | null {
  const caFile = flags.tlsCa ?? environment.caFile;
  const certFile = flags.tlsCert ?? environment.certFile;
  const keyFile = flags.tlsKey ?? environment.keyFile;
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return null;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new SweepError('USAGE', 'a TLS certificate and its key go together', {
      hint: 'give both --tls-cert and --tls-key',
    });
  }
  for (const file of [caFile, certFile, keyFile]) if (file !== undefined) readSecret(file, 'TLS file');
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

function readSecret(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const reason = (asSweepError(thrown).cause as NodeJS.ErrnoException | undefined)?.code ?? 'unreadable';
    throw new SweepError('USAGE', `cannot read the ${what} ${path}: ${reason}`, {
      hint: 'name a file that this user may read',
    });
  }
}

function toKebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
