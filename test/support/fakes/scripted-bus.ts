// A local bus whose deliveries a test hands out itself, with a record of everything a worker did, in order.
import type { Bus, Delivery, TrialMessage } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { SweepError } from '../../../src/errors.js';
import type { StudyEvent } from '../../../src/study/events.js';

export interface ScriptedBus {
  readonly bus: Bus;
  /** `append trial.started`, `ack`, `nak 0`, `term`, `extend`, `putBlob`: in the order in which they were done. */
  readonly record: string[];
  /** The next event of the type is refused once, as by a server that is away. */
  refuseOnce(type: StudyEvent['type']): void;
  /** A slot that waits for a trial hears this instead. */
  failPull(error: SweepError): void;
  /** Gives a trial to the next free slot; resolves when the worker is done with it. */
  deliver(message: TrialMessage, redelivered?: boolean): Promise<void>;
}

interface Pull {
  resolve(delivery: Delivery): void;
  reject(error: SweepError): void;
}

export function scriptBus(home: string): ScriptedBus {
  const inner = openLocalBus(home);
  const record: string[] = [];
  const refused = new Set<StudyEvent['type']>();
  const waiting: Delivery[] = [];
  const pulls: Pull[] = [];
  const bus: Bus = new Proxy(inner, {
    get(target, name, receiver) {
      switch (name) {
        case 'append':
          return async (study: string, event: StudyEvent) => {
            if (refused.delete(event.type)) throw new SweepError('BUS_UNREACHABLE', 'away');
            const seq = await inner.append(study, event);
            record.push(`append ${event.type}`);
            return seq;
          };
        case 'putBlob':
          return async (...blob: Parameters<Bus['putBlob']>) => {
            const digest = await inner.putBlob(...blob);
            record.push('putBlob');
            return digest;
          };
        case 'pullTrial':
          return ({ signal }: { signal?: AbortSignal }) => {
            const next = waiting.shift();
            if (next !== undefined) return Promise.resolve(next);
            return new Promise<Delivery | null>((resolve, reject) => {
              pulls.push({ resolve, reject });
              signal?.addEventListener('abort', () => resolve(null), { once: true });
            });
          };
        default: {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : Reflect.get(target, name, receiver);
        }
      }
    },
  });
  return {
    bus,
    record,
    failPull(error) {
      const pull = pulls.shift();
      if (pull === undefined) throw new Error('no slot waits for a trial');
      pull.reject(error);
    },
    refuseOnce: (type) => void refused.add(type),
    deliver: (message, redelivered = false) =>
      new Promise((resolve) => {
        const end = (what: string) => async (): Promise<void> => {
          record.push(what);
          resolve();
        };
        const delivery: Delivery = {
          message,
          redelivered,
          ack: end('ack'),
          term: end('term'),
          nak: (delayMs) => end(`nak ${delayMs}`)(),
          extend: () => record.push('extend'),
        };
        const pull = pulls.shift();
        if (pull === undefined) waiting.push(delivery);
        else pull.resolve(delivery);
      }),
  };
}
