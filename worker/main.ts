// The process of a worker node: connects, runs a WorkerNode until a signal, a trial (`once`) or the bus ends it.
//
// running ──first SIGTERM, Ctrl-C or SIGHUP──▶ draining: gives back what runs ──▶ ended, exit code 0
//    └──────────────────── second signal: ends at once, exit code 3 ─────────────┘
import { availableParallelism, hostname } from 'node:os';
import type { WorkerInfo } from '../src/bus/bus.js';
import { openNatsBus } from '../src/bus/nats/bus.js';
import type { NatsAuth, NatsTls } from '../src/bus/nats/connection/connection.js';
import { asSweepError } from '../src/errors.js';
import type { Logger } from '../src/log.js';
import type { EngineName } from '../src/study/trial/trial.js';
import { listenForInterrupts } from './interrupts.js';
import { DatasetCache } from './node/dataset-cache.js';
import { nodeName } from './node/node-name.js';
import { type AllowedPrograms, ProgramCache } from './node/program-cache.js';
import { type TrialNews, WorkerNode } from './node/worker-node.js';
import { shareMachine } from './runners/program-settings.js';
import { chooseEngine, type EngineChoice } from './thread/open-engine.js';
import { openTrialPool, TRIAL_TASK_FILE } from './thread/trial-pool.js';

export interface WorkerOptions {
  readonly servers: string;
  readonly auth?: NatsAuth;
  readonly tls?: NatsTls;
  /** Trials at once; null: as many as the engine runs well on this machine. */
  readonly concurrency: number | null;
  /** As many of so many threads, each with a model of this engine, as the machine bears. Throws MACHINE_LIMIT. */
  readonly boundThreads: (wanted: number, engine: EngineName) => number;
  readonly engine: EngineChoice;
  /** SWEEP_KERNELS: see choose-kernels.ts. */
  readonly kernels: string;
  /** `gpu` is added where the engine found one. */
  readonly labels: readonly string[];
  readonly cacheDirectory: string;
  readonly once: boolean;
  /** null: none of a study's programs is run. */
  readonly allowedPrograms: AllowedPrograms | null;
  /** Names of devices, one for each trial at once; none: trials have none of their own. */
  readonly devices: readonly string[];
  readonly version: string;
  readonly logger: Logger;
  /** Once it pulls trials. */
  onReady(ready: { readonly worker: string; readonly concurrency: number; readonly backend: string }): void;
  onDrain(signal: string): void;
  /** The process ends now, with so many trials in hand. */
  onAbandon(running: number): void;
  onTrial(news: TrialNews): void;
  /** The server has the heartbeat of a node in this state. */
  onHeartbeat(state: WorkerInfo['state']): void;
}

/** Resolves when the node has drained. Throws ENGINE_UNAVAILABLE, BUS_…. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { logger, cacheDirectory, version, allowedPrograms } = options;
  // One GPU is shared by all threads: without this the first takes all of its memory. Read when TensorFlow is loaded.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  const { engine, hasGpu, trialsAtOnce, kernels } = await chooseEngine(options.engine, {
    kernels: { choice: options.kernels, cacheDirectory },
    onWarning: (message) => logger.warn(message),
  });
  const wanted =
    options.concurrency ?? (options.devices.length || null) ?? trialsAtOnce ?? availableParallelism();
  const concurrency = options.boundThreads(wanted, engine.name);
  const labels = hasGpu && !options.labels.includes('gpu') ? [...options.labels, 'gpu'] : options.labels;
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
    const bus = await openBusPatiently(options, connecting.signal);
    if (bus === null) return;
    const pool = openTrialPool({
      threads: concurrency,
      taskFile: TRIAL_TASK_FILE,
      settings: {
        engine: engine.name,
        kernels,
        cacheDirectory,
        ...(allowedPrograms === null
          ? {}
          : { programs: shareMachine(process.env, concurrency, options.devices) }),
      },
    });
    try {
      const worker = nodeName(bus.signerMark);
      node = new WorkerNode({
        bus,
        pool,
        logger,
        now: () => performance.now(),
        requirements: labels.includes('gpu') ? ['gpu', 'any'] : ['cpu', 'any'],
        datasets: new DatasetCache(bus, cacheDirectory),
        ...(allowedPrograms === null
          ? {}
          : { programs: new ProgramCache(bus, cacheDirectory, allowedPrograms) }),
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
      else options.onReady({ worker, concurrency, backend: engine.backend });
      await node.stopped().catch((thrown: unknown) => {
        const { code, message } = asSweepError(thrown);
        // Asked to leave while the server is away: its trials are delivered again when their time is over.
        if (!connecting.signal.aborted || (code !== 'BUS_UNREACHABLE' && code !== 'BUS_FULL')) throw thrown;
        logger.warn('what ran could not be given back; others go on from the last checkpoint stored', {
          error: message,
        });
      });
    } finally {
      // What runs is given back rather than cut off, whatever was thrown here. If the node failed, `stopped` has said so.
      await node?.drain('the worker failed').catch(() => {});
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
