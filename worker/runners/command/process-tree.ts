// The processes that a trial's program has started, as the system sees them: those of its group, and those that left the group
// and still have its mark in their environment. Without /proc (macOS) the group is all that is known.
import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;
/** One that forks while it is looked for is found the next time. */
const ROUNDS = 5;
/** In which no number of a process comes round again. */
const SHORT_MS = 1_000;

/** To the whole group; false: there is none any more. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/** What ran before a program was started is none of its: to look at each costs a program of milliseconds as much again. */
export class Bystanders {
  private readonly sinceMs = performance.now();
  private readonly processes: ReadonlySet<number> = new Set(listProcesses());

  /** In a long time a number may pass from one of them to one of the program's. */
  has(pid: number): boolean {
    return performance.now() - this.sinceMs < SHORT_MS && this.processes.has(pid);
  }
}

/** Ends what is left of a program, at once. */
export function killAll(group: number, mark: string, others: Bystanders): void {
  for (let round = 0; round < ROUNDS; round++) {
    const isThere = signalGroup(group, 'SIGKILL');
    const strays = findMarked(mark, others);
    for (const stray of strays) killOne(stray);
    if (!isThere && strays.length === 0) return;
  }
}

/** Bytes in memory of the group's processes; shared pages count in each. null: this system does not say. */
export function memoryOf(group: number): number | null {
  let bytes: number | null = null;
  for (const pid of listProcesses()) {
    const fields = readOf(pid, 'stat')?.split(') ').at(-1)?.split(' ');
    // After the name: state, parent, group, …; the 22nd is the resident size in pages.
    if (fields === undefined) continue;
    bytes ??= 0;
    if (Number(fields[2]) === group) bytes += Number(fields[21]) * PAGE_BYTES;
  }
  return bytes;
}

function findMarked(mark: string, others: Bystanders): number[] {
  const text = `SWEEP_MARK=${mark}`;
  return listProcesses().filter((pid) => {
    if (others.has(pid) || readOf(pid, 'environ')?.includes(text) !== true) return false;
    // A zombie is nobody's business but its parent's.
    return readOf(pid, 'stat')?.split(') ').at(-1)?.startsWith('Z') === false;
  });
}

/** None where there is no /proc. */
function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** null: it is gone, or another user's. */
function readOf(pid: number, file: 'environ' | 'stat'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return null;
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was quicker.
  }
}
