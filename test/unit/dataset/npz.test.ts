// Keras' imdb.npz: what numpy writes is read, and a pickle that asks for anything else is refused without being run.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { readLists, readNpz, readNumbers } from '../../../src/dataset/reviews/npz.js';
import { readPickledLists } from '../../../src/dataset/reviews/pickled-lists.js';
import type { SweepError } from '../../../src/errors.js';
import { ARCHIVE_REVIEWS, ARCHIVES } from '../../support/fixtures/imdb-archives.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const NAMES = ['x_train', 'y_train', 'x_test', 'y_test'] as const;

function corrupt(pattern: RegExp) {
  return (error: SweepError): boolean => {
    assert.equal(error.code, 'DATASET_CORRUPT', String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

for (const [protocol, text] of Object.entries(ARCHIVES)) {
  test(`lists and labels of an archive of ${protocol} are those that numpy stored`, async (context) => {
    const path = join(temporaryDirectory(context), 'imdb.npz');
    writeFileSync(path, Buffer.from(text, 'base64'));
    const arrays = await readNpz(path, NAMES);
    assert.deepEqual(readLists(arrays.x_train, 'x_train'), ARCHIVE_REVIEWS.training);
    assert.deepEqual(readNumbers(arrays.y_train, 'y_train'), ARCHIVE_REVIEWS.trainingLabels);
    assert.deepEqual(readLists(arrays.x_test, 'x_test'), ARCHIVE_REVIEWS.test);
    assert.deepEqual(readNumbers(arrays.y_test, 'y_test'), ARCHIVE_REVIEWS.testLabels);
  });
}

/** pickle.dumps of an object whose __reduce__ gives (os.system, ('true',)), protocol 2. */
const HOSTILE = 'gAJdcQBjcG9zaXgKc3lzdGVtCnEBWAQAAAB0cnVlcQKFcQNScQRhLg==';

test('a pickle that names a function to call is refused by that name', () => {
  assert.throws(
    () => readPickledLists(Buffer.from(HOSTILE, 'base64'), 'evil'),
    corrupt(/names "posix system"/),
  );
});

test('pickles that are cut short, unbalanced or of other content are refused', async (context) => {
  const path = join(temporaryDirectory(context), 'imdb.npz');
  writeFileSync(path, Buffer.from(ARCHIVES.protocol4, 'base64'));
  const npy = (await readNpz(path, ['x_train'])).x_train;
  const body = npy.subarray(npy.indexOf(0x80, 64));
  for (let length = 0; length < body.length; length++)
    assert.throws(
      () => readPickledLists(body.subarray(0, length), 'cut'),
      corrupt(/ends|mark|stack|no numpy array/),
    );
  const cases: readonly [bytes: readonly number[], pattern: RegExp][] = [
    [[0x2e], /stack runs empty/],
    [[0x65], /mark is missing/],
    [[0x5d, 0x2e], /no numpy array/],
    [[0x4b, 1, 0x4b, 2, 0x61], /what is no list/],
    [[0x68, 9], /place 9/],
    [[0x4e, 0x72, 0xff, 0xff, 0xff, 0x7f], /out of order/],
    [[0x8a, 200], /number of 200 bytes/],
    [[0x69], /instruction 0x69/],
  ];
  for (const [bytes, pattern] of cases)
    assert.throws(() => readPickledLists(Buffer.from(bytes), 'bad'), corrupt(pattern));
});

test('elements that are no lists of whole numbers are refused', async (context) => {
  const path = join(temporaryDirectory(context), 'imdb.npz');
  writeFileSync(path, Buffer.from(ARCHIVES.protocol2, 'base64'));
  const npy = (await readNpz(path, ['x_test'])).x_test;
  // The 7 of the first list, BININT1, becomes NEWTRUE and a stray NONE.
  const at = npy.lastIndexOf(Buffer.from([0x4b, 7]));
  const changed = Buffer.from(npy);
  changed.set([0x88, 0x4e], at);
  assert.throws(() => readLists(changed, 'x_test'), corrupt(/element 0 is no list of whole numbers/));
});

test('what is no zip, lacks an array or claims too much is refused with the file’s name', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'imdb.npz');
  writeFileSync(path, 'no zip at all');
  await assert.rejects(readNpz(path, NAMES), corrupt(/imdb\.npz/));
  writeFileSync(path, zipSync({ 'x_train.npy': new Uint8Array(8) }));
  await assert.rejects(readNpz(path, NAMES), corrupt(/no array y_train, x_test, y_test/));
  const bomb = Buffer.from(zipSync({ 'x_train.npy': new Uint8Array(8) }, { level: 0 }));
  // The size in the central directory: 1 GiB.
  bomb.writeUInt32LE(1 << 30, bomb.lastIndexOf(Buffer.from('PK\x01\x02')) + 24);
  writeFileSync(path, bomb);
  await assert.rejects(readNpz(path, ['x_train']), corrupt(/x_train|size/));
  assert.ok(existsSync(path));
  assert.throws(() => readLists(Buffer.from('nothing of the kind'), 'x'), corrupt(/no \.npy file/));
});
