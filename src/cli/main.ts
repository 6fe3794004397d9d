#!/usr/bin/env node
// The `sweep` command: sees whether this process may do at all what every command needs, then loads the command line. Imports
// nothing that could itself fail for want of it.
import { readFileSync } from 'node:fs';
import { findTightLimit } from './process-limits.js';

const tight = findTightLimit(readLimits());
if (tight === null) await import('./command-line.js');
else {
  process.exitCode = 1;
  const { message, hint } = tight;
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { code: 'MACHINE_LIMIT', message, hint } }, null, 2)}\n`);
  } else process.stderr.write(`error ${message} [MACHINE_LIMIT]\n      ${hint}\n`);
}

/** Linux says; elsewhere a limit shows when it is met. */
function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
