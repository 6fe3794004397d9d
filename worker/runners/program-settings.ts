// A slot's share of this machine, for the programs of its trials.
import { availableParallelism } from 'node:os';
import type { ProgramSettings } from './runner.js';

/** `slots`: trials at once. */
export function shareMachine(
  environment: Readonly<Record<string, string | undefined>>,
  slots: number,
  devices: readonly string[] = [],
): ProgramSettings {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return {
    environment: Object.fromEntries(given),
    threads: Math.max(1, Math.floor(availableParallelism() / Math.max(1, slots))),
    devices,
  };
}
