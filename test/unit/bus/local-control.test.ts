// Control messages of a local bus between processes: each listener hears each once, and a directory that cannot be read is
// no reason to end.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ControlMessage } from '../../../src/bus/bus.js';
import { LocalControl } from '../../../src/bus/local/control.js';
import { silentLogger } from '../../../src/log.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const POLL_MS = 200;
const CANCEL: ControlMessage = { type: 'cancel', study: 'grid-7f3a' };

interface Listener {
  readonly control: LocalControl;
  readonly heard: ControlMessage[];
}

/** Two processes, each with a listener; they look when `look` is called. */
function openPair(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const directory = join(temporaryDirectory(t), 'control');
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => void warnings.push(text) };
  const open = (): Listener => {
    const control = new LocalControl(directory, POLL_MS, logger);
    const heard: ControlMessage[] = [];
    control.listen((message) => heard.push(message));
    t.after(() => control.close());
    return { control, heard };
  };
  return { directory, warnings, sender: open(), other: open(), look: () => t.mock.timers.tick(POLL_MS) };
}

test('a message is heard once by its sender and by the others, also when they look while it is being written', async (t) => {
  const { sender, other, look } = openPair(t);
  const sent = sender.control.send(CANCEL);
  look();
  await sent;
  look();
  look();
  assert.deepEqual(sender.heard, [CANCEL]);
  assert.deepEqual(other.heard, [CANCEL]);
});

test('a directory that cannot be read is one warning, and messages are heard again afterwards', async (t) => {
  const { directory, warnings, sender, other, look } = openPair(t);
  writeFileSync(directory, 'a file in its place');
  look();
  look();
  assert.equal(warnings.length, 2, 'one of each listener');
  rmSync(directory);
  mkdirSync(directory);
  await sender.control.send(CANCEL);
  look();
  assert.deepEqual(other.heard, [CANCEL]);
});
