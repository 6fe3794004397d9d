// The `sweep` command without a process of its own: what it prints and the code it ends with.
import { Writable } from 'node:stream';
import { createContext } from '../../../src/cli/context.js';
import { runCommand } from '../../../src/cli/run-command.js';
import type { Finished } from './cli.js';

/** In `directory` and with no other environment than `env`, as a process has it. */
export async function callCommand(
  directory: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<Finished> {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const before = process.cwd();
  process.chdir(directory);
  try {
    const context = createContext({ env, stdout: asStream(stdout), stderr: asStream(stderr) });
    const code = (await runCommand(context, args)) ?? 0;
    return { code, signal: null, stdout: stdout.text, stderr: stderr.text };
  } finally {
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
