// The process of a trial's thread is the worker's, with the trials of others in it: a module that kills it ends its own
// thread, and with it this attempt alone.
import { syncBuiltinESMExports } from 'node:module';

/** As a shell tells of a program that was ended by a signal. */
const KILLED_EXIT_CODE = 137;

export function shieldProcess(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    // 0 and the negative stand for the process group. Signal 0 only asks whether there is such a process.
    const isOwn = pid === 0 || Math.abs(pid) === process.pid;
    if (!isOwn || signal === 0) return kill(pid, signal);
    return process.exit(KILLED_EXIT_CODE);
  };
  syncBuiltinESMExports();
}
