// Whether this process may use its terminal: one in the background (`sweep start … &`) that sets it is stopped by the kernel.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** True also where nobody can tell. */
export function isInForeground(): boolean {
  const [group, foreground] = readGroups() ?? [0, 0];
  return group === foreground;
}

/** The process group, and that in the terminal's foreground. */
function readGroups(): readonly [number, number] | null {
  if (process.platform === 'win32') return null;
  try {
    return readStat(readFileSync('/proc/self/stat', 'utf8'));
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], {
      encoding: 'utf8',
    });
    const [group, foreground] = (stdout ?? '').trim().split(/\s+/).map(Number);
    return group === undefined || foreground === undefined ? null : [group, foreground];
  }
}

/** `pid (name) state ppid pgrp session tty tpgid …`, where the name may hold anything. */
export function readStat(text: string): readonly [number, number] {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [Number(fields[2]), Number(fields[5])];
}
