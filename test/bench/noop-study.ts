// Studies of trials that compute nothing, over a real nats-server and two worker processes: how long they take, and what they
// cost each process. Of the benchmarks of the bus and of objectives.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNatsBus } from '../../src/bus/nats/bus.js';
import { freePort, NatsServer } from '../support/processes/nats-server.js';
import { waitUntil } from '../support/processes/wait-until.js';
import { type ProcessCost, readProcessCost } from './process-cost.js';

/** Trials of the largest study. */
export const TRIALS = 10_000;
const WORKERS = 2;
/** Trials whose time is all waiting need more slots than cores. */
const SLOTS = 8;
/** The coordinator is looked at this often, as it ends before it could be asked. */
const LOOK_MS = 100;
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
/** A function of the product. */
const NOOP = { type: 'function', name: 'noop' };

export interface Measured {
  /** From the start of the command to the first `trial.started`. */
  readonly startMs: number;
  /** From the first `trial.started` to the last `trial.finished`. */
  readonly runMs: number;
  /** Of it, the second half of the trials: by then all programs have compiled what they run often. */
  readonly secondHalfMs: number;
  readonly coordinatorMb: number;
  /** Of this study. */
  readonly costs: Costs;
}

interface Costs {
  readonly coordinatorMs: number;
  readonly workersMs: number;
  readonly serverMs: number;
  readonly received: number;
  readonly sent: number;
}

export interface Bench {
  readonly directory: string;
  readonly url: string;
  /** Of workers and server, since they started. */
  readCosts(): Promise<Omit<Costs, 'coordinatorMs'>>;
}

/** `flags`: of the workers. */
export async function withWorkers<Result>(
  flags: readonly string[],
  work: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'sweep-bench-'));
  const monitor = await freePort();
  const server = await NatsServer.start({
    configText: `listen: "127.0.0.1:$PORT"\nhttp: "127.0.0.1:${monitor}"\njetstream { store_dir: "$STORE" }\n`,
  });
  const workers: ChildProcess[] = [];
  const readCosts = async () => {
    const reply = await fetch(`http://127.0.0.1:${monitor}/varz`);
    const { in_msgs, out_msgs } = (await reply.json()) as { in_msgs: number; out_msgs: number };
    const costs = workers.map((worker) => readProcessCost(worker.pid ?? 0)?.processorMs ?? 0);
    return {
      workersMs: costs.reduce((sum, cost) => sum + cost, 0),
      serverMs: readProcessCost(server.pid)?.processorMs ?? 0,
      received: in_msgs,
      sent: out_msgs,
    };
  };
  try {
    for (let count = 0; count < WORKERS; count++) {
      workers.push(launch(directory, ['worker', '--nats', server.url, '-c', String(SLOTS), '-q', ...flags]));
    }
    return await work({ directory, url: server.url, readCosts });
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a study whose points are new each round, so that nothing comes from the result cache. */
export async function measureStudy(
  { directory, url, readCosts }: Bench,
  trials: number,
  round: number,
  objective: object = NOOP,
): Promise<Measured> {
  const file = join(directory, `noop-${round}.json`);
  const low = round * 10 * TRIALS + 1;
  const x = { type: 'int', low, high: low + trials - 1 };
  writeFileSync(file, JSON.stringify({ name: 'noop', space: { x }, objective }));
  const before = await readCosts();
  const beganAt = Date.now();
  const coordinator = launch(directory, ['start', file, '--nats', url, '-q', '--json']);
  let stdout = '';
  coordinator.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  let cost: ProcessCost = { processorMs: 0, residentMb: 0 };
  const timer = setInterval(() => {
    cost = readProcessCost(coordinator.pid ?? 0) ?? cost;
  }, LOOK_MS);
  const [code] = (await once(coordinator, 'close')) as [number];
  clearInterval(timer);
  const after = await readCosts();
  assert.equal(code, 0, stdout);
  const document = JSON.parse(stdout) as { study: string; trials: { complete: number } };
  assert.equal(document.trials.complete, trials);
  const { startedAt, halfAt, endedAt } = await readTimes(url, document.study, trials);
  return {
    startMs: startedAt - beganAt,
    runMs: endedAt - startedAt,
    secondHalfMs: endedAt - halfAt,
    coordinatorMb: cost.residentMb,
    costs: {
      coordinatorMs: cost.processorMs,
      workersMs: after.workersMs - before.workersMs,
      serverMs: after.serverMs - before.serverMs,
      received: after.received - before.received,
      sent: after.sent - before.sent,
    },
  };
}

/** Server's clock, which is this machine's. */
async function readTimes(url: string, study: string, trials: number) {
  const bus = await openNatsBus({ servers: url, role: 'viewer' });
  try {
    let startedAt = Number.POSITIVE_INFINITY;
    let halfAt = 0;
    let endedAt = 0;
    const finished = new Set<number>();
    for await (const { event, at } of bus.events(study)) {
      if (event.type === 'trial.started') startedAt = Math.min(startedAt, Date.parse(at));
      if (event.type !== 'trial.finished') continue;
      assert.equal(event.cached, false);
      finished.add(event.index);
      endedAt = Math.max(endedAt, Date.parse(at));
      if (finished.size === Math.ceil(trials / 2)) halfAt = endedAt;
    }
    assert.equal(finished.size, trials);
    await waitUntil('the queue is empty', async () => (await bus.listPending(study)).size === 0);
    return { startedAt, halfAt, endedAt };
  } finally {
    await bus.close();
  }
}

function launch(directory: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, SWEEP_CACHE: join(directory, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
