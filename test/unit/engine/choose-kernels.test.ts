// Which kernels the wasm engine gets: the check that native ones must pass, what is remembered of it, and refusals.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { chooseKernels, reopenKernels } from '../../../src/engine/wasm/choose-kernels.js';
import { findDifference } from '../../../src/engine/wasm/native-check.js';
import { SweepError } from '../../../src/errors.js';
import { compileKernels } from '../../../src/kernels/load-kernels.js';
import type { NativeKernelName } from '../../../src/kernels/native/kernel-arguments.js';
import { availableInstructionSets, openNativeLibrary } from '../../../src/kernels/native/native-library.js';

const cache = mkdtempSync(join(tmpdir(), 'sweep-kernels-'));
after(() => rmSync(cache, { recursive: true }));
const sets = availableInstructionSets();
const skip = sets.length === 0 ? 'no native kernels here: the build had no C compiler' : false;
const quiet = (message: string): void => assert.fail(`no warning was due: ${message}`);

it('wasm: no native kernels, whatever there is', async () => {
  assert.equal(await chooseKernels({ choice: 'wasm', cacheDirectory: null, onWarning: quiet }), null);
  assert.equal(reopenKernels(null), null);
});

it('a choice that is none says what there is to choose', async () => {
  await assert.rejects(
    chooseKernels({ choice: 'avx1024', cacheDirectory: null, onWarning: quiet }),
    (error) => error instanceof SweepError && error.code === 'USAGE' && /avx1024/.test(error.message),
  );
});

it('auto takes the widest, and remembers in the cache that it passed its check', { skip }, async () => {
  for (let time = 0; time < 2; time++) {
    const library = await chooseKernels({ choice: 'auto', cacheDirectory: cache, onWarning: quiet });
    assert.equal(library?.instructionSet.name, sets[0]?.name);
    const kept = readdirSync(join(cache, 'kernels'));
    assert.equal(kept.length, 1);
    assert.match(kept[0] ?? '', new RegExp(`^${sets[0]?.name}-[0-9a-f]{32}$`));
  }
});

for (const set of sets) {
  it(`${set.name} can be asked for, and passes its check`, async () => {
    const library = await chooseKernels({ choice: set.name, cacheDirectory: null, onWarning: quiet });
    assert.equal(library?.instructionSet.name, set.name);
    assert.equal(reopenKernels(set.name)?.path, library?.path);
  });
}

const USED: readonly NativeKernelName[] = [
  'gruForward',
  'lstmBackward',
  'convForward',
  'maxPoolGradient',
  'stepAdam',
];
for (const name of USED)
  it(`the check finds a ${name} that does nothing`, { skip }, async () => {
    const library = openNativeLibrary(sets[0] as (typeof sets)[number]);
    const broken = { ...library, functions: { ...library.functions, [name]: () => {} } };
    assert.notEqual(findDifference(await compileKernels(), broken), null);
  });
