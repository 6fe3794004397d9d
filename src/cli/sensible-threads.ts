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
  /** False where Node was told to check each access instead of keeping guard pages: a memory then reserves what it has. */
  readonly guardsMemories: boolean;
}

export interface WantedThreads {
  readonly threads: number;
  /** What the number was given by. */
  readonly option: '--workers' | '--concurrency';
  /** WebAssembly memories beside the threads' own; null: nothing here trains, so that there are none at all. */
  readonly otherMemories: number | null;
}

export interface SensibleThreads {
  readonly threads: number;
  /** Why they are fewer than was asked for; null when they are not. */
  readonly note: string | null;
}

/** Throws MACHINE_LIMIT when the addresses do not suffice for them. */
export function sensibleThreads(wanted: WantedThreads, machine: Machine): SensibleThreads {
  const { cores, memoryBytes, limits, guardsMemories } = machine;
  const bounds = [
    { most: cores * THREADS_PER_CORE, by: `${cores === 1 ? '1 core' : `${cores} cores`}` },
    {
      most: Math.max(1, Math.floor(memoryBytes / MEMORY_PER_THREAD_BYTES)),
      by: `${(memoryBytes / 2 ** 30).toFixed(1)} GB of memory`,
    },
    { most: threadsWithin(limits), by: 'its open files (ulimit -n)' },
  ];
  const tightest = bounds.reduce((least, bound) => (bound.most < least.most ? bound : least));
  const threads = Math.min(wanted.threads, tightest.most);
  const trains = wanted.otherMemories !== null && guardsMemories;
  const memories = trains ? threads + wanted.otherMemories : 0;
  const tight = findTightAddressSpace(limits, { threads, memories });
  if (tight !== null) throw new SweepError('MACHINE_LIMIT', tight.message, { hint: tight.hint });
  if (threads === wanted.threads) return { threads, note: null };
  return {
    threads,
    note: `${wanted.option} ${wanted.threads}: this machine has ${tightest.by}, ${threads} are used`,
  };
}

export function thisMachine(): Machine {
  const constrained = process.constrainedMemory?.() ?? 0;
  const total = totalmem();
  return {
    cores: availableParallelism(),
    // Without a limit the system says 0, or an absurdly large number.
    memoryBytes: constrained > 0 && constrained < total ? constrained : total,
    limits: readLimits(),
    guardsMemories: ![...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) =>
      text.includes('--disable-wasm-trap-handler'),
    ),
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
