// `sweep data fetch imdb` against a local server: it resumes, checks what came, and what is fetched is then used.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fetchImdb } from '../../../src/dataset/download/imdb-download.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { imdbPath } from '../../../src/dataset/reviews/imdb-reviews.js';
import type { SweepError } from '../../../src/errors.js';
import { ARCHIVE_REVIEWS, ARCHIVES } from '../../support/fixtures/imdb-archives.js';
import { ranged, serve } from '../../support/processes/range-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const archive = Buffer.from(ARCHIVES.protocol2, 'base64');
const sha256 = createHash('sha256').update(archive).digest('hex');

test('a download that breaks twice goes on where it stopped, and the reviews are there', async (context) => {
  const cacheDirectory = temporaryDirectory(context);
  const { url, requests } = await serve(
    context,
    ranged(archive, 2, 400, undefined, `${imdbPath(cacheDirectory)}.part`),
  );
  const phases = new Set<string>();
  const fetched = await fetchImdb({
    cacheDirectory,
    url,
    sha256,
    retryDelayMs: 1,
    onProgress: ({ phase }) => phases.add(phase),
  });
  assert.deepEqual(fetched, {
    path: imdbPath(cacheDirectory),
    sizeBytes: archive.length,
    sha256,
    verified: true,
    fromCache: false,
    notices: [],
  });
  assert.equal(requests[2]?.headers.range, 'bytes=800-');
  assert.deepEqual([...phases], ['download', 'check']);
  assert.deepEqual(readFileSync(fetched.path), archive);
  assert.deepEqual(readdirSync(dirname(fetched.path)), ['imdb.npz'], 'nothing else stays');

  const { metadata } = await prepareDataset(
    { kind: 'reviews', sources: [{ type: 'named', name: 'imdb' }], validationSplit: 0.25, testSplit: 0.2 },
    { cacheDirectory },
  );
  assert.equal(metadata.source.name, 'imdb (unverified)', 'the archive of this test is not Keras’');
  assert.equal(metadata.source.synthetic, false);
  assert.equal(metadata.rows, ARCHIVE_REVIEWS.training.length + ARCHIVE_REVIEWS.test.length);
});

test('what is here already is checked, and fetched again only when it is damaged', async (context) => {
  const cacheDirectory = temporaryDirectory(context);
  const { url, requests } = await serve(context, ranged(archive, 0, 0));
  await fetchImdb({ cacheDirectory, url, sha256 });
  const again = await fetchImdb({ cacheDirectory, url, sha256 });
  assert.equal(again.fromCache, true);
  assert.equal(requests.length, 1);
  writeFileSync(again.path, 'damaged');
  const mended = await fetchImdb({ cacheDirectory, url, sha256 });
  assert.equal(mended.fromCache, false);
  assert.match(mended.notices.join(), /replaced/);
  assert.deepEqual(readFileSync(mended.path), archive);
});

test('another file than Keras’ is refused and does not stay', async (context) => {
  const cacheDirectory = temporaryDirectory(context);
  const { url } = await serve(context, (_, response) => response.end('<html>please log in</html>'));
  await assert.rejects(
    fetchImdb({ cacheDirectory, url }),
    (error: SweepError) => error.code === 'DATASET_CHECKSUM' && /proxy/.test(error.hint ?? ''),
  );
  assert.equal(existsSync(imdbPath(cacheDirectory)), false);
  assert.deepEqual(readdirSync(join(cacheDirectory, 'imdb')), []);
});
