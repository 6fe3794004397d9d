// A worker process for fault tests: the product's node, pool and bus, with a task file that misbehaves on demand and, if
// asked, a death at an exact moment. Started by fault-cluster.ts with its options as JSON.
import { hostname } from 'node:os';
import type { Bus } from '../../../src/bus/bus.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { createLogger } from '../../../src/log.js';
import { DatasetCache } from '../../../worker/node/dataset-cache.js';
import { WorkerNode } from '../../../worker/node/worker-node.js';
import {
  openTrialPool,
  type RunningTrial,
  TRIAL_TASK_FILE,
  type TrialRequest,
} from '../../../worker/thread/trial-pool.js';

export interface FaultWorkerOptions {
  readonly url: string;
  readonly name: string;
  readonly version: string;
  readonly threads: number;
  /** `broken`: a bad machine, which fails whatever it is given. `product`: trains, as the product does. */
  readonly task: 'faulty' | 'broken' | 'product';
  /** How long one operation of its bus waits for a server that is away; null: as the product. */
  readonly patienceMs: number | null;
  /** False: no control message reaches it. */
  readonly hears: boolean;
  /** How often it looks whether its trials are still wanted. */
  readonly watchEveryMs: number;
  /**
   * Kills itself: when its first result is stored, before the acknowledgement leaves; or when its first checkpoint is
   * stored, before the event that tells of it.
   */
  readonly dies: 'never' | 'before-ack' | 'after-checkpoint';
}

const options = JSON.parse(process.argv[2] ?? '{}') as FaultWorkerOptions;

const logger = createLogger(
  (line) => process.stderr.write(line),
  'info',
  () => new Date(),
);
const engine = await createWasmEngine();
const opened = await openNatsBus({
  servers: options.url,
  role: 'worker',
  connectWithinMs: null,
  logger,
  ...(options.patienceMs === null ? {} : { patienceMs: options.patienceMs }),
});
const TASK_FILES: Readonly<Record<FaultWorkerOptions['task'], URL>> = {
  faulty: new URL('../fakes/fault-task.js', import.meta.url),
  broken: new URL('../fakes/broken-task.js', import.meta.url),
  product: TRIAL_TASK_FILE,
};
const bus = misbehaveAsAsked(opened);
const pool = openTrialPool({
  threads: options.threads,
  taskFile: TASK_FILES[options.task],
  settings: { engine: engine.name, cacheDirectory: process.cwd() },
  heapLimitMb: 48,
});
const node = new WorkerNode({
  bus,
  pool: { ...pool, run: tellOfEnd },
  ...(options.task === 'product' ? { datasets: new DatasetCache(bus, process.cwd()) } : {}),
  logger,
  now: () => performance.now(),
  requirements: ['cpu', 'any'],
  watchEveryMs: options.watchEveryMs,
  identity: {
    worker: options.name,
    host: hostname(),
    pid: process.pid,
    version: options.version,
    engine: engine.name,
    numericsVersion: engine.numericsVersion,
    backend: engine.backend,
    labels: [],
  },
});
process.on('SIGTERM', () => void node.drain('stopped by SIGTERM'));
process.stderr.write(`worker ${options.name} serves\n`);
await node.stopped();
await pool.close();
await opened.close();

/** A test cannot see by the bus that a trial trained to its end while the server was away. */
function tellOfEnd(request: TrialRequest): RunningTrial {
  const running = pool.run(request);
  void running.outcome.then(({ type }) => process.stderr.write(`a trial has ${type}\n`));
  return running;
}

function misbehaveAsAsked(bus: Bus): Bus {
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  return new Proxy(bus, {
    get(target, name) {
      if (name === 'onControl' && !options.hears) return () => () => {};
      if (name === 'putBlob' && options.dies === 'after-checkpoint') {
        return async (...blob: Parameters<Bus['putBlob']>) => {
          const digest = await target.putBlob(...blob);
          if (blob[1] !== undefined) die();
          return digest;
        };
      }
      if (name === 'pullTrial' && options.dies === 'before-ack') {
        return async (pull: Parameters<Bus['pullTrial']>[0]) => {
          const delivery = await target.pullTrial(pull);
          if (delivery === null) return null;
          const ack = async (): Promise<void> => die();
          return {
            message: delivery.message,
            redelivered: delivery.redelivered,
            ack,
            nak: (delayMs: number) => delivery.nak(delayMs),
            term: () => delivery.term(),
            extend: () => delivery.extend(),
          };
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
