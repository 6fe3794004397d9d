// The process of a worker node: connects, runs a WorkerNode until a signal, a trial (`once`) or the bus ends it.
//
// running ──first SIGTERM, Ctrl-C or SIGHUP──▶ draining: gives back what runs ──▶ ended, exit code 0
//    └──────────────────── second signal: ends at once, exit code 3 ─────────────┘
import { hostname } from 'node:os';
import type { WorkerInfo } from '../src/bus/bus.js';
import { openNatsBus } from '../src/bus/nats-bus.js';
import type { NatsAuth, NatsTls } from '../src/bus/nats-connection.js';
import { createWasmEngine } from '../src/engine/wasm/wasm-engine.js';
import { SweepError } from '../src/errors.js';
import type { Logger } from '../src/log.js';
import { DatasetCache } from './dataset-cache.js';
import { listenForInterrupts } from './interrupts.js';
import { nodeName } from './node-name.js';
import { isFunction, openTrialPool, TRIAL_TASK_FILE } from './trial-pool.js';
import { type TrialNews, WorkerNode } from './worker-node.js';

export interface WorkerOptions {
  readonly servers: string;
  readonly auth?: NatsAuth;
  readonly tls?: NatsTls;
  readonly concurrency: number;
  readonly engine: 'auto' | 'wasm' | 'tfjs';
  readonly labels: readonly string[];
  readonly cacheDirectory: string;
  readonly once: boolean;
  readonly version: string;
  readonly logger: Logger;
  /** Once it pulls trials. */
  onReady(worker: string): void;
  onDrain(signal: string): void;
  /** The process ends now, with so many trials in hand. */
  onAbandon(running: number): void;
  onTrial(news: TrialNews): void;
  /** The server has the heartbeat of a node in this state. */
  onHeartbeat(state: WorkerInfo['state']): void;
}

/** Resolves when the node has drained. Throws ENGINE_UNAVAILABLE, BUS_…. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { logger, concurrency, cacheDirectory, labels, version } = options;
  if (options.engine === 'tfjs') {
    throw new SweepError('ENGINE_UNAVAILABLE', 'this build has no tfjs engine yet', {
      hint: 'leave --engine out, or say --engine wasm',
    });
  }
  const connecting = new AbortController();
  const signals = listenForInterrupts({
    onFirst: (signal) => {
      options.onDrain(signal);
      connecting.abort();
      void node?.drain(`stopped by ${signal}`).catch(() => {});
    },
    onSecond: () => options.onAbandon(node?.running().length ?? 0),
  });
  let node: WorkerNode | null = null;
  try {
    const engine = await createWasmEngine();
    const bus = await openBusPatiently(options, connecting.signal);
    if (bus === null) return;
    const pool = openTrialPool({
      threads: concurrency,
      taskFile: TRIAL_TASK_FILE,
      isSilent: isFunction,
      settings: { engine: engine.name, cacheDirectory },
    });
    try {
      const worker = nodeName();
      node = new WorkerNode({
        bus,
        pool,
        logger,
        now: () => performance.now(),
        requirements: labels.includes('gpu') ? ['gpu', 'any'] : ['cpu', 'any'],
        datasets: new DatasetCache(bus, cacheDirectory),
        once: options.once,
        onTrial: options.onTrial,
        onHeartbeat: options.onHeartbeat,
        identity: {
          worker,
          host: hostname(),
          pid: process.pid,
          version,
          engine: engine.name,
          numericsVersion: engine.numericsVersion,
          backend: engine.backend,
          labels,
        },
      });
      if (connecting.signal.aborted) await node.drain('stopped before its first trial');
      else options.onReady(worker);
      await node.stopped();
    } finally {
      // When the node failed: what its other slots run is given back rather than cut off.
      await node?.drain('the node failed').catch(() => {});
      await pool.close();
      await bus.close();
    }
  } finally {
    signals.release();
  }
}

/** Waits for a server and for the first study's streams as long as it takes; null when a signal ended the wait. */
async function openBusPatiently(options: WorkerOptions, signal: AbortSignal) {
  const { servers, auth, tls, logger } = options;
  try {
    return await openNatsBus({
      servers,
      ...(auth === undefined ? {} : { auth }),
      ...(tls === undefined ? {} : { tls }),
      role: 'worker',
      connectWithinMs: null,
      signal,
      logger,
    });
  } catch (thrown) {
    if (signal.aborted) return null;
    throw thrown;
  }
}
