// In a process of its own: a signal that nobody listens to would end the test's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const MODULE = new URL('../../../worker/interrupts.js', import.meta.url).href;

/** Runs `script` with `interrupts` listening; it is alive until a signal or its own end. */
function runScript(script: string) {
  const { status, signal, stdout } = spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { listenForInterrupts } from ${JSON.stringify(MODULE)};
       import { writeSync } from 'node:fs';
       const say = (text) => writeSync(1, text + '\\n');
       const interrupts = listenForInterrupts({ onFirst: () => say('first'), onSecond: () => say('second') });
       const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
       const raise = async (signal) => { process.kill(process.pid, signal); await turn(); };
       ${script}
       say('end');`,
    ],
    { encoding: 'utf8' },
  );
  return { status, signal, said: stdout.split('\n').filter((line) => line !== '') };
}

test('a second signal ends the process with exit code 3, also on its way out', () => {
  const expected = { status: 3, signal: null, said: ['first', 'second'] };
  assert.deepEqual(runScript("await raise('SIGINT'); await raise('SIGTERM');"), expected);
  assert.deepEqual(
    runScript("await raise('SIGINT'); interrupts.release(); await raise('SIGINT');"),
    expected,
  );
});

test('a process that was never asked to stop dies of a signal as usual once it has released', () => {
  const { signal, said } = runScript("interrupts.release(); await raise('SIGTERM');");
  assert.deepEqual({ signal, said }, { signal: 'SIGTERM', said: [] });
});
