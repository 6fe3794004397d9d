// A bus with something around each append, be it a lease holder's or that of somebody without one.
import type { Bus, Lease } from '../../../src/bus/bus.js';
import type { StudyEvent } from '../../../src/study/events.js';

export type AroundAppend = (event: StudyEvent, append: () => Promise<number>) => Promise<number>;

export function aroundAppends(inner: Bus, around: AroundAppend): Bus {
  const wrapLease = (lease: Lease): Lease =>
    new Proxy(lease, {
      get(target, name) {
        if (name === 'append') return async (event: StudyEvent) => around(event, () => target.append(event));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return new Proxy(inner, {
    get(target, name) {
      switch (name) {
        case 'append':
          return async (study: string, event: StudyEvent) => around(event, () => target.append(study, event));
        case 'acquireLease':
          return async (...given: Parameters<Bus['acquireLease']>) =>
            wrapLease(await target.acquireLease(...given));
        default: {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        }
      }
    },
  });
}
