// A process left behind: when it counts as started, and what is said when it does not start.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type BackgroundStart, startBackgroundProcess } from '../../../src/cli/start/background-process.js';
import { SweepError } from '../../../src/errors.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

function describeStart(t: TestContext, script: string): BackgroundStart<true> & { readonly mark: string } {
  const directory = temporaryDirectory(t);
  const mark = join(directory, 'mark');
  return {
    mark,
    command: process.execPath,
    args: ['-e', `const mark = ${JSON.stringify(mark)}; ${script}`],
    directory,
    log: join(directory, 'log'),
    limitMs: 20_000,
    look: async () => existsSync(mark) || null,
    late: 'it did not leave its mark',
    failure: (reason) => new SweepError('STUDY_FAILED', reason),
  };
}

const LEAVE_MARK = 'require("node:fs").writeFileSync(mark, "");';

test('a process that is of use is left running', async (t) => {
  const start = describeStart(t, `${LEAVE_MARK} setInterval(() => {}, 1000)`);
  const { pid, found } = await startBackgroundProcess(start);
  assert.equal(found, true);
  process.kill(pid, 'SIGKILL');
});

test('what a process did before its end counts', async (t) => {
  const start = describeStart(t, LEAVE_MARK);
  let ended = false;
  const look = async (child: Parameters<typeof start.look>[0]): Promise<true | null> => {
    ended ||= child.exitCode !== null;
    return ended && existsSync(start.mark) ? true : null;
  };
  assert.equal((await startBackgroundProcess({ ...start, look })).found, true);
});

test('the end of a process that was of no use is told, with the last of its log', async (t) => {
  const start = describeStart(t, 'console.error("no room"); process.exit(7)');
  await assert.rejects(startBackgroundProcess(start), {
    message: /it ended with exit code 7\n[\s\S]*no room/,
  });
});

test('a command that cannot be run is told', async (t) => {
  const start = { ...describeStart(t, ''), command: '/nonexistent' };
  await assert.rejects(startBackgroundProcess(start), { message: /ENOENT/ });
});

test('a process that is late is ended', async (t) => {
  const start = { ...describeStart(t, 'setInterval(() => {}, 1000)'), limitMs: 1 };
  let isGone = (): boolean => false;
  const look: typeof start.look = async (child) => {
    isGone = () => child.signalCode !== null;
    return null;
  };
  await assert.rejects(startBackgroundProcess({ ...start, look }), { message: /^it did not leave its mark/ });
  await waitUntil('it is gone', () => isGone());
});
