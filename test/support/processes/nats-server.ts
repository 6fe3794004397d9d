// A real nats-server for tests: a free port and a store directory of its own, killed by real signals, never left behind.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipOrFail } from '../required-tools.js';
import { waitUntil } from './wait-until.js';

const START_LIMIT_MS = 15_000;
/** Killed with the test process, should a test forget: a leaked server would hold memory and a port. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  if (running.size > 0) {
    process.stderr.write(`${running.size} nats-server left running by a test\n`);
    process.exitCode = 1;
  }
});

/** Why tests over NATS are skipped; false: there is a server (required-tools.ts). */
export function skipWithoutNats(): string | false {
  const isThere = spawnSync('nats-server', ['--version']).status === 0;
  return skipOrFail(
    'nats',
    isThere
      ? null
      : 'nats-server is not on PATH (Debian: apt-get install nats-server; macOS: brew install nats-server)',
  );
}

export interface NatsServerOptions {
  /** Path of a configuration file (its store is $SWEEP_NATS_STORE); without it: JetStream, no authentication. */
  readonly configPath?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Text of a configuration, with `$PORT` and `$STORE` in it. */
  readonly configText?: string;
}

export class NatsServer {
  private child: ChildProcess | null = null;
  private output = '';

  private constructor(
    readonly directory: string,
    readonly port: number,
    private options: NatsServerOptions,
  ) {}

  static async start(options: NatsServerOptions = {}): Promise<NatsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'sweep-nats-'));
    const server = new NatsServer(directory, await freePort(), options);
    await server.resume();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  get log(): string {
    return this.output;
  }

  /** Whether it runs, and what it said last: for a test that waits in vain. */
  get lastWords(): string {
    const { exitCode = null, signalCode = null } = this.child ?? {};
    const ended = exitCode ?? signalCode;
    // Of a crash its first lines say most.
    const crash = this.output.search(/^(?:panic|fatal error):/m);
    const said = crash < 0 ? this.output.slice(-2_000) : this.output.slice(crash, crash + 4_000);
    return `nats-server ${ended === null ? 'runs' : `ended (${ended})`}:\n${said}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts again on the same port and store. */
  async resume(): Promise<void> {
    const args = await this.arguments();
    const store = join(this.directory, 'store');
    const environment = { ...process.env, SWEEP_NATS_STORE: store, ...this.options.environment };
    const child = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.child = child;
    running.add(child);
    child.once('exit', () => {
      running.delete(child);
      // Nobody asked it to: what its test waits for will not come.
      if (this.child === child) process.stderr.write(`by itself: ${this.lastWords}\n`);
    });
    await waitUntil(
      'nats-server is ready',
      () => {
        if (child.exitCode !== null)
          throw new Error(`nats-server ended (${child.exitCode}):\n${this.output}`);
        return canConnect(this.port);
      },
      START_LIMIT_MS,
    );
  }

  /** Counts from the next resume on. */
  reconfigure(options: NatsServerOptions): void {
    this.options = options;
  }

  /** Stops the process where it stands, and comes back once all its threads stand: until then one may still answer. */
  async freeze(): Promise<void> {
    this.child?.kill('SIGSTOP');
    await waitUntil('nats-server stands still', () => threadStates(this.pid).every((state) => state === 'T'));
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends the process and waits for its end. The store stays. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Forgets all that was stored, as a wiped disk would. Only while it is down. */
  async wipeStore(): Promise<void> {
    await rm(join(this.directory, 'store'), { recursive: true, force: true });
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async arguments(): Promise<string[]> {
    const store = join(this.directory, 'store');
    const { configPath, configText } = this.options;
    if (configText !== undefined) {
      const path = join(this.directory, 'nats.conf');
      await writeFile(path, configText.replaceAll('$PORT', String(this.port)).replaceAll('$STORE', store));
      return ['-c', path];
    }
    const listen = ['--addr', '127.0.0.1', '--port', String(this.port)];
    return configPath === undefined
      ? ['--jetstream', '--store_dir', store, ...listen]
      : ['-c', configPath, ...listen];
  }
}

/** One letter for each thread, as Linux tells them (proc(5)); none elsewhere. */
function threadStates(pid: number): string[] {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [];
  return readdirSync(tasks).flatMap((task) => {
    try {
      const text = readFileSync(join(tasks, task, 'stat'), 'utf8');
      return [text.slice(text.lastIndexOf(')') + 2)[0] ?? ''];
    } catch (thrown) {
      // It ended meanwhile: the file is gone, or nothing is behind it any more.
      if (['ENOENT', 'ESRCH'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return [];
      throw thrown;
    }
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** True once the server greets: listening alone comes earlier. */
function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });
}
