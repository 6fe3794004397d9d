// The name of a process on the bus: of a worker node, or of a coordinator.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Unique also among containers, where every process is number 1. Host names may hold dots; names on the bus may not. */
export function nodeName(): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 40);
  return `${host}-${process.pid}-${randomBytes(2).toString('hex')}`;
}
