// The `sweep` command without a process of its own: what it prints and the code it ends with.
import { Writable } from 'node:stream';
import { createContext } from '../../../src/cli/context.js';
import { runCommand } from '../../../src/cli/run-command.js';
import type { Finished } from './cli.js';

/** What runs longer hangs: a process of its own would be killed with its test, this one ends with the file. */
const HANG_LIMIT_MS = 300_000;
/** The working directory is the process's: one command at a time. */
let latest: Promise<unknown> = Promise.resolve();

/** In `directory` and with no other environment than `env`, as a process has it. */
export function callCommand(
  directory: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<Finished> {
  // What it leaves behind would be this process's program.
  if (args.includes('--detach')) throw new Error(`sweep ${args.join(' ')} takes a process`);
  const finished = latest.then(() => runIn(directory, env, args));
  latest = finished.catch(() => {});
  return finished;
}

async function runIn(directory: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Finished> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const before = process.cwd();
  process.chdir(directory);
  const hangs = setTimeout(() => {
    process.stderr.write(`sweep ${args.join(' ')} hangs:\n${stdout.text}\n${stderr.text}\n`);
    process.exit(1);
  }, HANG_LIMIT_MS);
  try {
    const context = createContext({ env, stdout: asStream(stdout), stderr: asStream(stderr) });
    const code = (await runCommand(context, args)) ?? 0;
    return { code, signal: null, stdout: stdout.text, stderr: stderr.text };
  } finally {
    clearTimeout(hangs);
    process.chdir(before);
  }
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** No terminal: it has nothing that a pipe lacks. */
function asStream(collected: Collected): NodeJS.WriteStream {
  return collected as unknown as NodeJS.WriteStream;
}
