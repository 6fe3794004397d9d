// Work that a signal ends in order: in time, too late, and not at all.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptible } from '../../../src/cli/terminal/interruptible.js';
import { turnsOf } from '../../../src/dataset/turns.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const context = { stderr: { write: () => true } as unknown as NodeJS.WriteStream };

/** After an interrupt listeners stay, for a second signal on the way out. */
function restoreListeners(t: TestContext): void {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  t.after(() => {
    for (const [index, signal] of SIGNALS.entries())
      for (const listener of process.listeners(signal))
        if (!before[index]?.includes(listener)) process.off(signal, listener);
  });
}

test('work that nobody interrupts gives its value and listens no more', async () => {
  const before = process.listenerCount('SIGINT');
  assert.equal(await interruptible(context, async () => 7), 7);
  assert.equal(process.listenerCount('SIGINT'), before);
});

test('a signal is heard between two turns of work that holds the thread', {
  skip: process.platform === 'win32',
}, async (t) => {
  restoreListeners(t);
  let parts = 0;
  const work = async (signal: AbortSignal): Promise<void> => {
    const turn = turnsOf(signal);
    for (; parts < 10_000; parts++) {
      if (parts === 3) process.kill(process.pid, 'SIGINT');
      const untilMs = performance.now() + 5;
      while (performance.now() < untilMs);
      await turn();
    }
  };
  await assert.rejects(interruptible(context, work), { code: 'INTERRUPTED', exitCode: 3 });
  assert.ok(parts < 1_000, `${parts}`);
});

test('what was given too late to be interrupted is let go of', {
  skip: process.platform === 'win32',
}, async (t) => {
  restoreListeners(t);
  const undone: string[] = [];
  const work = async (): Promise<string> => {
    process.kill(process.pid, 'SIGINT');
    return 'a study';
  };
  const undo = async (value: string): Promise<void> => {
    await sleep(1);
    undone.push(value);
  };
  await assert.rejects(interruptible(context, work, { undo }), { code: 'INTERRUPTED' });
  assert.deepEqual(undone, ['a study']);
});
