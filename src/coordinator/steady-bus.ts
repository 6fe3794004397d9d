// The bus as a coordinator uses it: an operation that fails in a way that may pass is tried again before its failure
// reaches the loop, and the log is read on from where it broke off. All that is repeated is safe to repeat: events fold in
// once, trials are published once.
import type { Bus, Lease, ReadEventsOptions } from '../bus/bus.js';
import { type RepeatOptions, repeat, Tries } from '../bus/repeat.js';
import type { LoggedEvent } from '../study/events.js';

const REPEATED: ReadonlySet<PropertyKey> = new Set<keyof Bus>([
  'publishTrial',
  'listPending',
  'clearTrials',
  'readStudy',
  'readCachedResult',
  'writeCachedResult',
  'hasBlob',
  'getBlob',
  'listBlobOwners',
  'deleteBlob',
  'deleteBlobsOf',
  'sendControl',
]);

/** `signal` aborts when nothing is to be waited for any more. */
export function steadyBus(bus: Bus, options: RepeatOptions): Bus {
  return new Proxy(bus, {
    get(target, name) {
      if (name === 'events') {
        return (study: string, wanted?: ReadEventsOptions) => readSteadily(target, study, wanted, options);
      }
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!REPEATED.has(name)) return value.bind(target);
      return (...given: unknown[]) => repeat(async () => value.apply(target, given), options);
    },
  });
}

/** What the lease's holder writes, tried again likewise. */
export function steadyLease(lease: Lease, options: RepeatOptions): Pick<Lease, 'append'> {
  return { append: (event) => repeat(() => lease.append(event), options) };
}

async function* readSteadily(
  bus: Bus,
  study: string,
  wanted: ReadEventsOptions = {},
  options: RepeatOptions,
): AsyncGenerator<LoggedEvent> {
  const tries = new Tries(options);
  let from = wanted.from ?? 1;
  for (;;) {
    const beganMs = performance.now();
    try {
      for await (const logged of bus.events(study, { ...wanted, from })) {
        from = logged.seq + 1;
        tries.succeeded();
        yield logged;
      }
      return;
    } catch (thrown) {
      if (wanted.signal?.aborted === true) throw thrown;
      await tries.failed(thrown, performance.now() - beganMs);
    }
  }
}
