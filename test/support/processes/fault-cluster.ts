// A cluster for fault tests: a real server whose deliveries time out after 2 s, the product's coordinator as a process,
// workers as processes with a task file that misbehaves on demand, and a connection of the test's own to look at it all.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Bus } from '../../../src/bus/bus.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import type { StudyEvent } from '../../../src/study/events.js';
import type { ParamValue } from '../../../src/study/trial/trial.js';
import { readEvents } from '../study-invariant.js';
import { createWorkplace, type RunningCli, type Workplace } from './cli.js';
import type { FaultWorkerOptions } from './fault-worker.js';
import { NatsServer } from './nats-server.js';
import { temporaryDirectory } from './temporary-directory.js';
import { waitUntil } from './wait-until.js';

export const ACK_WAIT_MS = 2_000;
/** Generous: machines that run tests are loaded. */
export const LIMIT_MS = 90_000;
const WORKER = fileURLToPath(new URL('./fault-worker.js', import.meta.url));
export const PRODUCT_VERSION = productVersion();

export interface FaultCluster {
  readonly server: NatsServer;
  readonly bus: Bus;
  readonly place: Workplace;
  /** A path for a file that trials of the fault `gate` wait for. */
  readonly gate: string;
  openGate(): void;
  startWorker(options?: Partial<FaultWorkerOptions>): Promise<FaultWorker>;
  /** `sweep start` of a study that trains nothing: the space tells the task file what to do. */
  start(
    space: Readonly<Record<string, readonly ParamValue[]>>,
    limits?: Readonly<Record<string, unknown>>,
  ): Promise<StartedStudy>;
}

export interface FaultWorker {
  readonly name: string;
  readonly process: ChildProcess;
  stderr(): string;
}

export interface StartedStudy {
  readonly study: string;
  readonly coordinator: RunningCli;
  events<Type extends StudyEvent['type']>(type: Type): Promise<Extract<StudyEvent, { type: Type }>[]>;
  /** Waits until the log holds an event of the type that fits. */
  waitFor<Type extends StudyEvent['type']>(
    type: Type,
    fits?: (event: Extract<StudyEvent, { type: Type }>) => boolean,
  ): Promise<Extract<StudyEvent, { type: Type }>>;
}

export async function startFaultCluster(t: TestContext): Promise<FaultCluster> {
  const server = await NatsServer.start();
  t.after(() => server.stop());
  // The first to come makes the streams: with its deadline.
  const bus = await openNatsBus({ servers: server.url, role: 'coordinator', ackWaitMs: ACK_WAIT_MS });
  t.after(() => bus.close());
  const place = createWorkplace(t);
  const gate = join(place.directory, 'gate');
  let workers = 0;
  let studies = 0;
  return {
    server,
    bus,
    place,
    gate,
    openGate: () => writeFileSync(gate, ''),
    startWorker: (options = {}) => {
      workers++;
      return startFaultWorker(t, {
        url: server.url,
        name: `worker-${workers}`,
        version: PRODUCT_VERSION,
        threads: 1,
        task: 'faulty',
        dies: 'never',
        patienceMs: null,
        hears: true,
        // Never in a test, unless it asks: a late result must be seen to change nothing.
        watchEveryMs: 3_600_000,
        ...options,
      });
    },
    async start(space, limits = {}) {
      studies++;
      const file = join(place.directory, `faults-${studies}.json`);
      const sweep = {
        name: `faults-${studies}`,
        objective: { type: 'function', name: 'noop' },
        space,
        limits,
      };
      writeFileSync(file, JSON.stringify(sweep));
      const coordinator = place.start('start', file, '--json', '--nats', server.url);
      return observeStudy(bus, coordinator, await studyOf(coordinator));
    },
  };
}

/** The study that a `sweep start` has made. */
export async function studyOf(coordinator: RunningCli): Promise<string> {
  const found = () => /^study (\S+)$/m.exec(coordinator.stderr())?.[1];
  await waitUntil(
    'the study is made',
    () => {
      if (coordinator.process.exitCode !== null) throw new Error(`it ended:\n${coordinator.stderr()}`);
      return found() !== undefined;
    },
    LIMIT_MS,
  );
  return found() ?? '';
}

export function observeStudy(bus: Bus, coordinator: RunningCli, study: string): StartedStudy {
  const events = async <Type extends StudyEvent['type']>(type: Type) =>
    (await readEvents(bus, study)).flatMap(({ event }) =>
      event.type === type ? [event as Extract<StudyEvent, { type: Type }>] : [],
    );
  return {
    study,
    coordinator,
    events,
    async waitFor(type, fits = () => true) {
      let found: Awaited<ReturnType<typeof events<typeof type>>>[number] | undefined;
      await waitUntil(
        `an event ${type} of ${study}`,
        async () => {
          found = (await events(type)).find((event) => fits(event));
          if (found === undefined && coordinator.process.exitCode !== null) {
            throw new Error(`the coordinator ended before ${type}:\n${coordinator.stderr()}`);
          }
          return found !== undefined;
        },
        LIMIT_MS,
      );
      if (found === undefined) throw new Error('unreachable: waitUntil saw it');
      return found;
    },
  };
}

async function startFaultWorker(t: TestContext, options: FaultWorkerOptions): Promise<FaultWorker> {
  const child = spawn(process.execPath, [WORKER, JSON.stringify(options)], {
    cwd: temporaryDirectory(t),
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await waitUntil(
    `${options.name} serves`,
    () => {
      if (child.exitCode !== null) throw new Error(`the worker ended:\n${stderr}`);
      return stderr.includes(' serves\n');
    },
    LIMIT_MS,
  );
  return { name: options.name, process: child, stderr: () => stderr };
}

function productVersion(): string {
  const path = new URL('../../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
