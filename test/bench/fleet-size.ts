// One size of the fleet: a server, a coordinator and a process of workers of their own, measured idle and at work, then with
// one worker lost. Leaves nothing behind: processes are killed by their id, stores lie in temporary directories.
import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Bus, WORKER_GONE_MS } from '../../src/bus/bus.js';
import { openNatsBus } from '../../src/bus/nats/bus.js';
import { freePort, NatsServer } from '../support/processes/nats-server.js';
import { waitUntil } from '../support/processes/wait-until.js';
import type { FleetArguments, FleetNews, FleetOrder } from './fleet-workers.js';
import { readProcessCost } from './process-cost.js';

export interface FleetOptions {
  readonly points: number;
  readonly seconds: number;
  /** Connections that the machine allows; more workers than these share them. */
  readonly maxConnections: number;
}

/** What passed in a while, by second, and by worker where it says so. */
export interface Load {
  readonly messagesASecond: number;
  readonly trialsASecond: number;
  /** Of one core, each. */
  readonly serverMsASecond: number;
  readonly coordinatorMsASecond: number;
  readonly workersMsASecond: number;
}

export interface FleetResult {
  readonly workers: number;
  readonly connections: number;
  /** From the start of the process until the list shows all of them alive. */
  readonly joinMs: number;
  readonly idle: Load;
  readonly atWork: Load;
  /** Largest resident memory. */
  readonly serverMb: number;
  readonly coordinatorMb: number;
  readonly workersMb: number;
  /** From its last sign of life until the log says that its trial was lost; null: not within the limit. */
  readonly lostAfterMs: number | null;
  readonly statusMs: number;
  readonly workersCommandMs: number;
  readonly leaderboardMs: number;
  /** Events in the log when these were timed. */
  readonly events: number;
}

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const FLEET = fileURLToPath(new URL('./fleet-workers.js', import.meta.url));
const PACKAGE = new URL('../../../package.json', import.meta.url);
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const JOIN_LIMIT_MS = 300_000;
const LIST_AGAIN_MS = 500;
const LOST_LIMIT_MS = 120_000;
const START_LIMIT_MS = 120_000;

/** Processes of one size. */
interface Scene {
  readonly directory: string;
  readonly url: string;
  readonly bus: Bus;
  readonly study: string;
  readCosts(): Promise<Costs>;
}

interface Costs {
  readonly atMs: number;
  readonly messages: number;
  readonly serverMs: number;
  readonly coordinatorMs: number;
  readonly workersMs: number;
}

export async function measureFleet(workers: number, options: FleetOptions): Promise<FleetResult> {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-fleet-'));
  const children: ChildProcess[] = [];
  const monitor = await freePort();
  const server = await NatsServer.start({
    configText:
      `listen: "127.0.0.1:$PORT"\nhttp: "127.0.0.1:${monitor}"\n` +
      'max_connections: 65536\njetstream { store_dir: "$STORE" }\n',
  });
  let bus: Bus | null = null;
  // The server is killed with this process (nats-server.ts).
  const giveUp = (): void => {
    for (const child of children) child.kill('SIGKILL');
    for (const path of [directory, server.directory]) rmSync(path, { recursive: true, force: true });
    process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, giveUp);
  try {
    // Makes the streams that workers wait for.
    bus = await openNatsBus({ servers: server.url, role: 'coordinator', patienceMs: 120_000 });
    const connections = Math.min(workers, options.maxConnections);
    const beganMs = performance.now();
    const fleet = startFleet({ url: server.url, version: readVersion(), workers, connections });
    children.push(fleet);
    await serving(fleet);
    await waitUntil(
      'all workers are on the list',
      async () => {
        if ((await countLive(bus)) === workers) return true;
        // A list of thousands is work for the server that they knock at.
        await pause(LIST_AGAIN_MS);
        return false;
      },
      JOIN_LIMIT_MS,
    );
    const joinMs = performance.now() - beganMs;
    const coordinator = launch(directory, [
      'start',
      writeGrid(directory, options),
      '--nats',
      server.url,
      '-q',
    ]);
    children.push(coordinator);
    const study = await findStudy(bus);
    const readCosts = async (): Promise<Costs> => {
      const reply = await fetch(`http://127.0.0.1:${monitor}/varz`);
      const { in_msgs, out_msgs } = (await reply.json()) as { in_msgs: number; out_msgs: number };
      const spent = (pid: number | undefined): number => readProcessCost(pid ?? 0)?.processorMs ?? 0;
      return {
        atMs: performance.now(),
        messages: in_msgs + out_msgs,
        serverMs: spent(server.pid),
        coordinatorMs: spent(coordinator.pid),
        workersMs: spent(fleet.pid),
      };
    };
    const scene: Scene = { directory, url: server.url, bus, study, readCosts };
    await request(scene, 'pause', 'paused');
    const idle = await measureLoad(scene, options.seconds);
    await request(scene, 'resume', 'running');
    const atWork = await measureLoad(scene, options.seconds);
    const lostAfterMs = await loseOne(scene, fleet);
    await request(scene, 'pause', 'paused');
    const events = await countEvents(scene);
    const memory = (pid: number | undefined): number => readProcessCost(pid ?? 0)?.residentMb ?? 0;
    return {
      workers,
      connections,
      joinMs,
      idle,
      atWork,
      serverMb: memory(server.pid),
      coordinatorMb: memory(coordinator.pid),
      workersMb: memory(fleet.pid),
      lostAfterMs,
      statusMs: await timeCommand(scene, 'status', study, '--json'),
      workersCommandMs: await timeCommand(scene, 'workers', '--json'),
      leaderboardMs: await timeCommand(scene, 'leaderboard', study, '--csv'),
      events,
    };
  } finally {
    for (const signal of SIGNALS) process.off(signal, giveUp);
    for (const child of children) child.kill('SIGKILL');
    await bus?.close();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** So many values as points, which compute nothing. */
function writeGrid(directory: string, { points }: FleetOptions): string {
  const path = join(directory, 'fleet.json');
  const space = { x: { type: 'int', low: 1, high: points } };
  writeFileSync(
    path,
    JSON.stringify({ name: 'fleet', space, objective: { type: 'function', name: 'noop' } }),
  );
  return path;
}

function startFleet(args: FleetArguments): ChildProcess {
  // The heap of thousands of connections in one process, which no real worker has.
  const execArgv = ['--max-old-space-size=8192'];
  return fork(FLEET, [JSON.stringify(args)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv });
}

async function serving(fleet: ChildProcess): Promise<void> {
  const news = await nextNews(fleet, JOIN_LIMIT_MS);
  assert.equal(news?.type, 'serving', 'the fleet did not start');
}

/** null: nothing within the limit, or its process has ended. */
async function nextNews(fleet: ChildProcess, limitMs: number): Promise<FleetNews | null> {
  const limit = new AbortController();
  const news = once(fleet, 'message', { signal: limit.signal }).then(([said]) => said as FleetNews);
  const end = once(fleet, 'exit', { signal: limit.signal }).then(() => null);
  const late = pause(limitMs, null, { signal: limit.signal });
  const all = [news, end, late].map((each) => each.catch(() => null));
  const first = await Promise.race(all);
  limit.abort();
  return first;
}

async function countLive(bus: Bus | null): Promise<number> {
  const known = (await bus?.workers()) ?? [];
  return known.filter(({ lastSeenMs }) => lastSeenMs < WORKER_GONE_MS).length;
}

async function findStudy(bus: Bus): Promise<string> {
  let study: string | undefined;
  await waitUntil(
    'the study is there',
    async () => {
      study = (await bus.listStudies())[0]?.study;
      return (
        study !== undefined &&
        (await bus.studyEvents(study)).some(({ event }) => event.type === 'study.state')
      );
    },
    START_LIMIT_MS,
  );
  return study ?? '';
}

/** Until the log says so. */
async function request({ bus, study }: Scene, action: 'pause' | 'resume', state: string): Promise<void> {
  await waitUntil(
    `the study is ${state}`,
    async () => {
      const last = (await bus.studyEvents(study)).findLast(({ event }) => event.type === 'study.state');
      if (last?.event.type === 'study.state' && last.event.state === state) return true;
      await bus.sendControl({ type: 'request', study, action });
      await pause(500);
      return false;
    },
    START_LIMIT_MS,
  );
}

async function measureLoad({ bus, study, readCosts }: Scene, seconds: number): Promise<Load> {
  // What was under way before is over, or has found its pace.
  await pause(2_000);
  const beganAt = Date.now();
  const before = await readCosts();
  await pause(seconds * 1000);
  const endedAt = Date.now();
  const after = await readCosts();
  const tookSeconds = (after.atMs - before.atMs) / 1000;
  const rate = (field: Exclude<keyof Costs, 'atMs'>): number => (after[field] - before[field]) / tookSeconds;
  // Read afterwards: reading the log is work for the server, too. Its clock is this machine's.
  let trials = 0;
  for await (const { event, at } of bus.events(study)) {
    const atMs = Date.parse(at);
    if (event.type === 'trial.finished' && atMs >= beganAt && atMs <= endedAt) trials += 1;
  }
  return {
    messagesASecond: rate('messages'),
    trialsASecond: trials / tookSeconds,
    serverMsASecond: rate('serverMs'),
    coordinatorMsASecond: rate('coordinatorMs'),
    workersMsASecond: rate('workersMs'),
  };
}

async function countEvents({ bus, study }: Scene): Promise<number> {
  let events = 0;
  for await (const _ of bus.events(study)) events += 1;
  return events;
}

async function loseOne({ bus }: Scene, fleet: ChildProcess): Promise<number | null> {
  const order: FleetOrder = { type: 'lose' };
  fleet.send(order);
  const news = await nextNews(fleet, LOST_LIMIT_MS);
  if (news?.type !== 'lost') return null;
  const { study, trial } = news;
  const silentMs = performance.now();
  while (performance.now() - silentMs < LOST_LIMIT_MS) {
    const events = await bus.trialEvents(study, trial);
    if (events.some(({ event }) => event.type === 'trial.failed' && event.error.code === 'TRIAL_LOST')) {
      return performance.now() - silentMs;
    }
    await pause(250);
  }
  return null;
}

async function timeCommand({ directory, url }: Scene, ...args: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  const command = launch(directory, [...args, '--nats', url]);
  const [code] = (await once(command, 'close')) as [number];
  assert.equal(code, 0, `sweep ${args.join(' ')} ended with ${code}`);
  return performance.now() - beganMs;
}

function launch(directory: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, SWEEP_CACHE: join(directory, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout?.resume();
  return child;
}

function readVersion(): string {
  return (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;
}
