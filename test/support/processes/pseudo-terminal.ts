// A command on a terminal of its own, by util-linux' `script`; ending `script` hangs up, as a lost SSH connection does.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { COMMAND, type Workplace } from './cli.js';

/** false where there is a `script` with the options that are used here, else why a test is skipped. */
export function skipWithoutTerminal(): string | false {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return stdout?.includes('util-linux') === true ? false : 'no `script` of util-linux';
}

/** `exec`: the command itself leads the session and is told of the hang-up, no shell between. */
export function startOnTerminal(t: TestContext, place: Workplace, ...args: readonly string[]): ChildProcess {
  const command = [process.execPath, COMMAND, ...args].map((word) => `'${word}'`).join(' ');
  const terminal = spawn('script', ['--quiet', '--return', '--command', `exec ${command}`, '/dev/null'], {
    cwd: place.directory,
    env: { PATH: process.env.PATH, SWEEP_CACHE: place.cache, SHELL: '/bin/sh', TERM: 'xterm' },
    // An input that stays open: `script` would end with it.
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  t.after(() => terminal.kill('SIGKILL'));
  return terminal;
}
