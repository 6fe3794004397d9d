// How many trial threads make sense on this machine: more only take each other's time, memory and files.
import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { SweepError } from '../errors.js';
import { findTightAddressSpace, threadsWithin } from './process-limits.js';

/** Two a core: a thread that waits for its data leaves its core to another, and the core count may be a container's guess. */
const THREADS_PER_CORE = 2;
/** A thread with a small model; a large one takes more and is the sweep's own. */
const MEMORY_PER_THREAD_BYTES = 128 * 2 ** 20;

export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
  /** Text of /proc/self/limits; empty where there is none. */
  readonly limits: string;
}

export interface SensibleThreads {
  readonly threads: number;
  /** Why they are fewer than was asked for; null when they are not. */
  readonly note: string | null;
}

/** Throws MACHINE_LIMIT when not even one thread would run. */
export function sensibleThreads(wanted: number, machine: Machine): SensibleThreads {
  const { cores, memoryBytes, limits } = machine;
  const bounds = [
    { most: cores * THREADS_PER_CORE, by: `${cores === 1 ? '1 core' : `${cores} cores`}` },
    {
      most: Math.max(1, Math.floor(memoryBytes / MEMORY_PER_THREAD_BYTES)),
      by: `${(memoryBytes / 2 ** 30).toFixed(1)} GB of memory`,
    },
    { most: threadsWithin(limits), by: 'its open files (ulimit -n)' },
  ];
  const tightest = bounds.reduce((least, bound) => (bound.most < least.most ? bound : least));
  const threads = Math.min(wanted, tightest.most);
  const tight = threads === 0 ? null : findTightAddressSpace(limits, threads);
  if (tight !== null) throw new SweepError('MACHINE_LIMIT', tight.message, { hint: tight.hint });
  if (threads === wanted) return { threads, note: null };
  return { threads, note: `--workers ${wanted}: this machine has ${tightest.by}, ${threads} are used` };
}

export function thisMachine(): Machine {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = totalmem();
  return {
    cores: availableParallelism(),
    // Without a limit the system says 0, or an absurdly large number.
    memoryBytes: constrained > 0 && constrained < total ? constrained : total,
    limits: readLimits(),
  };
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Not Linux: a limit shows when it is met.
    return '';
  }
}
