// The process that plays a whole fleet: any number of the product's own worker nodes, each with its registration, its
// heartbeats, its pulls and its events over a connection to a real server. Only the training is left out: a trial is
// answered in this thread. Spoken to over the channel to its parent (FleetOrder, FleetNews).
import { setImmediate } from 'node:timers/promises';
import type { Bus } from '../../src/bus/bus.js';
import { openNatsBus } from '../../src/bus/nats/bus.js';
import { runFunction } from '../../src/engine/test-functions.js';
import { silentLogger } from '../../src/log.js';
import { WorkerNode } from '../../worker/node/worker-node.js';
import { chooseEngine } from '../../worker/thread/open-engine.js';
import type { TrialOutcome, TrialPool, TrialRequest } from '../../worker/thread/trial-pool.js';

export interface FleetArguments {
  readonly url: string;
  readonly version: string;
  readonly workers: number;
  readonly connections: number;
}

/** lose: the first worker is to fall silent with the next trial in its hands. */
export type FleetOrder = { readonly type: 'lose' };

export type FleetNews =
  | { readonly type: 'serving' }
  | { readonly type: 'lost'; readonly study: string; readonly trial: string };

/** Connections opened at once: a server sheds what knocks faster than it can greet. */
const OPENED_AT_ONCE = 50;
/** Events of the trial that is lost are in the log by then. */
const LAST_WORDS_MS = 500;

/** A node that falls silent at once, its connection open, as one whose machine stands still. */
class Silence {
  isWanted = false;
  private isSilent = false;

  /** The bus as that node has it. */
  wrap(bus: Bus): Bus {
    return new Proxy(bus, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.isSilent ? new Promise(() => {}) : Reflect.apply(value, target, args);
      },
    });
  }

  fall(): void {
    this.isSilent = true;
  }
}

/** One slot that answers at once, with the product's own function. */
function answeringPool(hold: (() => boolean) | null): TrialPool {
  const run = async ({ config }: TrialRequest): Promise<TrialOutcome> => {
    // As a thread does, not before the caller has gone on.
    await setImmediate();
    if (config.kind !== 'function') throw new TypeError('a fleet trains nothing');
    return { type: 'finished', result: runFunction(config, () => performance.now()), model: null };
  };
  return {
    threads: 1,
    run: (request) => ({
      progress: () => 0,
      requestStop: () => {},
      outcome: hold?.() === true ? new Promise(() => {}) : run(request),
    }),
    close: async () => {},
  };
}

async function serve({ url, version, workers, connections }: FleetArguments): Promise<void> {
  const { engine } = await chooseEngine('wasm', { onWarning: () => {} });
  const buses: Bus[] = [];
  while (buses.length < connections) {
    const more = Math.min(OPENED_AT_ONCE, connections - buses.length);
    const opening = Array.from({ length: more }, () =>
      openNatsBus({ servers: url, role: 'worker', connectWithinMs: 60_000, patienceMs: 120_000 }),
    );
    buses.push(...(await Promise.all(opening)));
  }
  const silence = new Silence();
  for (let index = 0; index < workers; index++) {
    const worker = `fleet-${index}`;
    const shared = buses[index % buses.length];
    if (shared === undefined) throw new RangeError('a fleet needs a connection');
    const isFirst = index === 0;
    const hold = (): boolean => silence.isWanted;
    new WorkerNode({
      bus: isFirst ? silence.wrap(shared) : shared,
      pool: answeringPool(isFirst ? hold : null),
      logger: silentLogger,
      now: () => performance.now(),
      requirements: ['cpu', 'any'],
      identity: {
        worker,
        host: 'fleet',
        pid: process.pid,
        version,
        engine: engine.name,
        numericsVersion: engine.numericsVersion,
        backend: engine.backend,
        labels: [],
      },
      ...(isFirst
        ? {
            onTrial: ({ type, study, trial }) => {
              if (type !== 'begun' || !silence.isWanted) return;
              setTimeout(() => {
                silence.fall();
                tell({ type: 'lost', study, trial });
              }, LAST_WORDS_MS);
            },
          }
        : {}),
    });
    // Heartbeats that all come in one moment would measure that moment.
    if (index % OPENED_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  process.on('message', (order: FleetOrder) => {
    if (order.type === 'lose') silence.isWanted = true;
  });
  tell({ type: 'serving' });
}

function tell(news: FleetNews): void {
  process.send?.(news);
}

// A parent that is gone leaves no fleet behind.
process.on('disconnect', () => process.exit(1));
await serve(JSON.parse(process.argv[2] ?? '{}') as FleetArguments);
