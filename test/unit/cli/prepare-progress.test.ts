// Preparing data from the command line: a signal ends it in order.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createContext } from '../../../src/cli/context.js';
import { prepareWithProgress } from '../../../src/cli/terminal/prepare-progress.js';
import { countingCsv, csvSource, HALF_AND_QUARTERS } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

for (const text of ['reading', 'writing']) {
  test(`Ctrl-C while ${text} is INTERRUPTED, and leaves nothing temporary`, {
    skip: process.platform === 'win32',
  }, async (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 'data.csv');
    writeFileSync(path, countingCsv(60_000, 2));
    const cacheDirectory = join(directory, 'cache');
    let isSent = false;
    const stderr = {
      isTTY: true,
      write(shown: string) {
        if (!isSent && shown.includes(text)) process.kill(process.pid, 'SIGINT');
        isSent ||= shown.includes(text);
        return true;
      },
    } as NodeJS.WriteStream;
    const before = SIGNALS.map((signal) => process.listeners(signal));
    // After an interrupt they stay, for a second signal on the way out.
    t.after(() => {
      for (const [index, signal] of SIGNALS.entries())
        for (const listener of process.listeners(signal))
          if (!before[index]?.includes(listener)) process.off(signal, listener);
    });
    await assert.rejects(
      prepareWithProgress(
        { ...createContext(), cacheDirectory, stderr },
        { sources: [csvSource(path)], target: 'c0 (u)', split: HALF_AND_QUARTERS },
        false,
      ),
      { code: 'INTERRUPTED' },
    );
    assert.equal(isSent, true);
    assert.deepEqual(
      readdirSync(cacheDirectory).filter((name) => name.startsWith('.')),
      [],
    );
  });
}

test('Ctrl-C while the stand-in is generated is heard at once, not when it is done', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cacheDirectory = join(temporaryDirectory(t), 'cache');
  const before = SIGNALS.map((signal) => process.listeners(signal));
  t.after(() => {
    for (const [index, signal] of SIGNALS.entries())
      for (const listener of process.listeners(signal))
        if (!before[index]?.includes(listener)) process.off(signal, listener);
  });
  const shown: string[] = [];
  const stderr = {
    isTTY: true,
    write(text: string) {
      if (shown.length === 0) process.kill(process.pid, 'SIGINT');
      shown.push(text);
      return true;
    },
  } as NodeJS.WriteStream;
  await assert.rejects(
    prepareWithProgress(
      { ...createContext(), cacheDirectory, stderr },
      {
        sources: [{ type: 'named', name: 'jena-synthetic' }],
        target: 'T (degC)',
        split: HALF_AND_QUARTERS,
      },
      false,
    ),
    { code: 'INTERRUPTED' },
  );
  assert.ok(
    shown.every((text) => !text.includes('writing')),
    shown.join(' '),
  );
  assert.deepEqual(readdirSync(cacheDirectory), []);
});
