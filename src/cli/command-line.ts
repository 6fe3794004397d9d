// Parses the command line, runs one verb, ends with its exit code. Loaded by main.ts once this process has room for it.
import { createContext } from './context.js';
import { runCommand } from './run-command.js';

const context = createContext();
/** A process that has said its last word is gone after this long. */
const LINGER_LIMIT_MS = 1_000;

// A reader that has seen enough (`sweep list | head -1`) closes the pipe: that is no failure of ours. What holds trials
// listens for the hang-up that a lost terminal sends, and ends in order; until then it goes on without a reader.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.listenerCount('SIGHUP') > 0) return;
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
// Nobody is left to be told.
process.stderr.on('error', () => {});

process.exitCode = await runCommand(context, process.argv.slice(2));

endSoon(process.exitCode);

/** What is left now is at most a connection or a thread on its way out: the command is done, whatever they do. */
function endSoon(exitCode: typeof process.exitCode): void {
  const timer = setInterval(() => {
    // A reader that is slow gets all.
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit(exitCode);
  }, LINGER_LIMIT_MS);
  timer.unref();
}
