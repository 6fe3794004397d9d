// A lock between processes of one machine that survives their death. The lock is a directory of numbered files and its
// holder is the file of the highest number: taking it means to create the next number, which only one process can.
// A released or dead holder's number stays until the next one is taken, so that numbers never go down.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { asFileError, createFileExclusively, hasErrno, replaceFileSync } from './files.js';

export interface LockHolder {
  readonly holder: string;
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same pid; null where the system does not say. */
  readonly processStart: string | null;
  readonly since: string;
  readonly released: boolean;
}

export interface HeldLock {
  /** Grows by at least one with each holder. */
  readonly epoch: number;
  isHeld(): boolean;
  /** Its file was removed, maybe with its directory, and nobody took over. */
  isGone(): boolean;
  release(): void;
}

export type LockAttempt =
  | { readonly type: 'acquired'; readonly lock: HeldLock }
  | { readonly type: 'refused'; readonly by: LockHolder };

/** Takes the lock unless a living process holds it. A few file operations, synchronous: nothing comes between. */
export function acquireLock(directory: string, holder: string): LockAttempt {
  try {
    for (;;) {
      const current = readLock(directory);
      if (current.by !== null && isAlive(current.by)) return { type: 'refused', by: current.by };
      const lock = takeEpoch(directory, current.epoch + 1, holder);
      // Another process was faster: look at it.
      if (lock !== null) return { type: 'acquired', lock };
    }
  } catch (thrown) {
    throw asFileError(thrown, directory);
  }
}

/** Null when another process took this number, or a later one already. */
function takeEpoch(directory: string, epoch: number, holder: string): HeldLock | null {
  const content: LockHolder = {
    holder,
    pid: process.pid,
    host: hostname(),
    processStart: processStart(process.pid),
    since: new Date().toISOString(),
    released: false,
  };
  const own = join(directory, String(epoch));
  if (!createFileExclusively(own, JSON.stringify(content))) return null;
  if (highestEpoch(directory) > epoch) {
    // The number was taken, given up and removed since we looked.
    rmSync(own, { force: true });
    return null;
  }
  for (const older of epochsIn(directory)) {
    if (older < epoch) rmSync(join(directory, String(older)), { force: true });
  }
  return heldLock(directory, epoch, content);
}

/** Who holds the lock now: null when it is free, released, or its holder died. */
export function readHolder(directory: string): LockHolder | null {
  const { by } = readLock(directory);
  return by !== null && isAlive(by) ? by : null;
}

function heldLock(directory: string, epoch: number, content: LockHolder): HeldLock {
  let isReleased = false;
  const own = join(directory, String(epoch));
  const next = join(directory, String(epoch + 1));
  return {
    epoch,
    // The next holder creates epoch + 1 first and removes older files after: at any moment one of the two tells.
    // A removal deletes files before folders: an empty folder is one that is being removed.
    isGone: () => !isReleased && highestEpoch(directory) < epoch,
    isHeld: () => !isReleased && !existsSync(next) && existsSync(own),
    release() {
      if (isReleased) return;
      isReleased = true;
      if (!existsSync(own) || existsSync(next)) return;
      try {
        replaceFileSync(own, JSON.stringify({ ...content, released: true }));
      } catch (thrown) {
        // No room, or no right any more: it is free as soon as this process has ended, and that is no failure to tell of.
        if (!(thrown instanceof Error && 'code' in thrown)) throw thrown;
      }
    },
  };
}

function epochsIn(directory: string): number[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^[1-9][0-9]{0,14}$/.test(name))
      .map(Number);
  } catch (thrown) {
    if (hasErrno(thrown, 'ENOENT')) return [];
    throw thrown;
  }
}

function highestEpoch(directory: string): number {
  return epochsIn(directory).reduce((highest, epoch) => Math.max(highest, epoch), 0);
}

/** The highest number, 0 for none, and who it belongs to; null when that cannot be read. */
function readLock(directory: string): { readonly epoch: number; readonly by: LockHolder | null } {
  const epoch = highestEpoch(directory);
  if (epoch === 0) return { epoch, by: null };
  try {
    return { epoch, by: JSON.parse(readFileSync(join(directory, String(epoch)), 'utf8')) as LockHolder };
  } catch (thrown) {
    // Gone: the next holder removed it, look again. Not JSON: the machine lost power, and with it the holder.
    if (hasErrno(thrown, 'ENOENT')) return readLock(directory);
    if (thrown instanceof SyntaxError) return { epoch, by: null };
    throw thrown;
  }
}

function isAlive(by: LockHolder): boolean {
  if (by.released) return false;
  // Processes of another host cannot be looked at: held until a person says otherwise.
  if (by.host !== hostname()) return true;
  try {
    process.kill(by.pid, 0);
  } catch (thrown) {
    // EPERM: it lives and belongs to another user.
    return hasErrno(thrown, 'EPERM');
  }
  return by.processStart === null || by.processStart === processStart(by.pid);
}

/** Boot id and start time in clock ticks, from /proc; null elsewhere. */
function processStart(pid: number): string | null {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the command's name, which may itself hold blanks and brackets.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${bootId}:${ticks}`;
  } catch {
    // No /proc on this system: the pid alone has to do.
    return null;
  }
}
