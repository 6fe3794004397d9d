// The name of a process on the bus: of a worker node, or of a coordinator.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** With process number and mark below the 64 characters of a name. */
const MAX_HOST = 36;

/**
 * Unique also among containers, where every process is number 1. Host names may hold dots; names on the bus may not.
 * `mark`: of the key that signs what it says (bus.signerMark); the name ends with it.
 */
export function nodeName(mark: string | null = null): string {
  const host = hostname()
    .replaceAll(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, MAX_HOST);
  return `${host}-${process.pid}-${mark ?? randomBytes(2).toString('hex')}`;
}
