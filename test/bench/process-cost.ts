// What another process costs: its processor time and its largest resident memory. From /proc where there is one, else by ps.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessCost {
  /** User and system time since its start. */
  readonly processorMs: number;
  /** Its peak; by ps, what it is now. */
  readonly residentMb: number;
}

/** USER_HZ: what Linux shows to programs, whatever its own tick is. */
const MS_PER_TICK = 10;
/** Fields of /proc/PID/stat after the name, which may hold spaces: utime and stime. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** null when the process has ended. */
export function readProcessCost(pid: number): ProcessCost | null {
  try {
    return process.platform === 'linux' ? readProc(pid) : readPs(pid);
  } catch {
    return null;
  }
}

function readProc(pid: number): ProcessCost | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  // A process that has ended but was not waited for has no memory any more.
  if (peak === undefined) return null;
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  return { processorMs: ticks * MS_PER_TICK, residentMb: Number(peak) / 1024 };
}

function readPs(pid: number): ProcessCost {
  const [rss = '0', time = '0'] = execFileSync('ps', ['-o', 'rss=,cputime=', '-p', String(pid)])
    .toString()
    .trim()
    .split(/\s+/);
  const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
  return { processorMs: seconds * 1000, residentMb: Number(rss) / 1024 };
}
