// A bus whose operations fail on demand, one kind at a time: what is between a study and an unreliable disk or server.
import type { Bus, Delivery } from '../../../src/bus/bus.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { aroundAppends } from './around-appends.js';

type Method<Key extends keyof Bus> = Bus[Key] extends (...given: never[]) => unknown ? Key : never;
/** Of the bus, and `ack`, `nak`, `term` and `extend` of what it delivers. */
export type Operation =
  | { [Key in keyof Bus]: Method<Key> }[keyof Bus]
  | Exclude<keyof Delivery, 'message' | 'redelivered'>;

export interface Fault {
  readonly operation: Operation;
  /** How many calls fail; Infinity: all. */
  readonly times: number;
  /** Only appends of this event. */
  readonly event?: StudyEvent['type'];
  /** What is thrown; default: an error that nobody knows. */
  readonly error?: Error;
}

export interface FaultyBus {
  readonly bus: Bus;
  /** How often the fault struck. */
  strikes(): number;
}

export function faultyBus(inner: Bus, fault: Fault): FaultyBus {
  let strikes = 0;
  const strike = (operation: PropertyKey, event?: StudyEvent): void => {
    if (operation !== fault.operation || strikes >= fault.times) return;
    if (fault.event !== undefined && event?.type !== fault.event) return;
    strikes += 1;
    throw fault.error ?? new Error(`injected into ${fault.operation}`);
  };
  const wrapDelivery = (delivery: Delivery): Delivery => ({
    message: delivery.message,
    redelivered: delivery.redelivered,
    ack: async () => {
      strike('ack');
      return delivery.ack();
    },
    nak: async (delayMs) => {
      strike('nak');
      return delivery.nak(delayMs);
    },
    term: async () => {
      strike('term');
      return delivery.term();
    },
    extend: () => {
      strike('extend');
      delivery.extend();
    },
  });
  const appending = aroundAppends(inner, (event, append) => {
    strike('append', event);
    return append();
  });
  const bus = new Proxy(appending, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      switch (name) {
        case 'append':
          return value;
        case 'onControl':
          return (...given: unknown[]) => {
            strike(name);
            return value.apply(target, given);
          };
        case 'events':
          return async function* (...given: unknown[]) {
            strike(name);
            yield* value.apply(target, given);
          };
        case 'pullTrial':
          return async (...given: unknown[]) => {
            strike(name);
            const delivery = (await value.apply(target, given)) as Delivery | null;
            return delivery === null ? null : wrapDelivery(delivery);
          };
        default:
          return async (...given: unknown[]) => {
            strike(name);
            return value.apply(target, given);
          };
      }
    },
  });
  return { bus, strikes: () => strikes };
}

/** Every operation of a bus, taken from the bus itself: one that is added is struck as well. */
export function operationsOf(bus: Bus): Operation[] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(bus) as object);
  const own = names.filter((name) => {
    const descriptor = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(bus), name);
    return name !== 'constructor' && typeof descriptor?.value === 'function';
  });
  return [...(own as Operation[]), 'ack', 'nak', 'term', 'extend'];
}
