// A notice to a command of the person who started the study: the facts in its environment and as JSON on its standard input,
// never in its text, so that nothing of a study becomes part of a command line.
import { spawn } from 'node:child_process';
import type { Notice } from './notice.js';

const TIMEOUT_MS = 30_000;
const MOST_WORDS = 200;

/** Returns why it failed; null: it ended well. */
export function runNotifyCommand(
  command: string,
  notice: Notice,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      env: {
        ...environment,
        SWEEP_EVENT: notice.kind,
        SWEEP_STUDY: notice.study,
        SWEEP_MESSAGE: notice.message,
      },
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      words = (words + part).slice(-MOST_WORDS);
    });
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(`it ended with ${code ?? signal}${words.trim() === '' ? '' : `: ${words.trim()}`}`);
    });
    // One that reads nothing is fine.
    child.stdin.on('error', () => {});
    child.stdin.end(`${JSON.stringify(notice)}\n`);
  });
}
