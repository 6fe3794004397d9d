// `sweep data fetch jena` against a local server: broken connections, resuming, wrong content, another copy.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { fetchJena } from '../../../src/dataset/download/jena-download.js';
import type { FetchOptions } from '../../../src/dataset/download/known-download.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { JENA_CSV_NAME, jenaCsvPath } from '../../../src/dataset/sources/jena-series.js';
import { writeSyntheticCsv } from '../../../src/dataset/sources/synthetic/synthetic-csv.js';
import type { ErrorCode, SweepError } from '../../../src/errors.js';
import { flipBit } from '../../support/flip-bit.js';
import { ranged, serve } from '../../support/processes/range-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const ROWS = 3000;

interface Series {
  readonly csv: Buffer;
  readonly zip: Buffer;
  readonly sha256: string;
}

/** A short series in the real file's form, and its digest, which fetchJena is to expect. */
function makeSeries(directory: string): Series {
  const path = join(directory, 'made.csv');
  writeSyntheticCsv(path, { rows: ROWS, seed: 5 });
  const csv = readFileSync(path);
  return {
    csv,
    zip: zipOf(csv),
    sha256: digestOf(csv),
  };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function zipOf(csv: Buffer): Buffer {
  return Buffer.from(
    zipSync({ '__MACOSX/._x.csv': new Uint8Array(3), [JENA_CSV_NAME]: new Uint8Array(csv) }),
  );
}

function options(directory: string, url: string, series: Series): FetchOptions {
  return { cacheDirectory: directory, url, sha256: series.sha256, retryDelayMs: 1 };
}

function refused(code: ErrorCode, pattern: RegExp) {
  return (error: SweepError): boolean => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, pattern);
    return true;
  };
}

function leftovers(directory: string): string[] {
  return readdirSync(join(directory, 'jena')).filter((name) => name !== JENA_CSV_NAME);
}

test('the series arrives whole, with progress, and nothing else stays', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const { url } = await serve(context, ranged(series.zip, 0, 0));
  const last = new Map<string, number>();
  const fetched = await fetchJena({
    ...options(directory, url, series),
    onProgress: ({ phase, done }) => last.set(phase, done),
  });
  assert.equal(fetched.path, jenaCsvPath(directory));
  assert.deepEqual(readFileSync(fetched.path), series.csv);
  assert.deepEqual(fetched.notices, []);
  assert.equal(fetched.fromCache, false);
  assert.deepEqual(leftovers(directory), []);
  assert.deepEqual(Object.fromEntries(last), {
    download: series.zip.length,
    unpack: series.csv.length,
    check: series.csv.length,
  });
});

test('a second fetch checks what is here and downloads nothing', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const { url, requests } = await serve(context, ranged(series.zip, 0, 0));
  await fetchJena(options(directory, url, series));
  const again = await fetchJena(options(directory, url, series));
  assert.equal(again.fromCache, true);
  assert.equal(again.sha256, series.sha256);
  assert.equal(requests.length, 1);
});

test('a connection that breaks three times is resumed from where it broke', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const part = Math.floor(series.zip.length / 5);
  const { url, requests } = await serve(
    context,
    ranged(series.zip, 3, part, undefined, `${jenaCsvPath(directory)}.zip.part`),
  );
  const fetched = await fetchJena(options(directory, url, series));
  assert.deepEqual(readFileSync(fetched.path), series.csv);
  assert.equal(requests.length, 4);
  assert.equal(requests[0]?.headers.range, undefined);
  for (const request of requests.slice(1)) assert.match(request.headers.range ?? '', /^bytes=[1-9]\d*-$/);
});

test('a later fetch goes on from the part an earlier one left', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const part = Math.floor(series.zip.length / 2);
  const stop = new AbortController();
  const broken = await serve(context, ranged(series.zip, 1, part));
  await assert.rejects(
    fetchJena({
      ...options(directory, broken.url, series),
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === part) stop.abort();
      },
    }),
    refused('INTERRUPTED', /interrupted/),
  );
  const partPath = `${jenaCsvPath(directory)}.zip.part`;
  const kept = statSync(partPath).size;
  const whole = await serve(context, ranged(series.zip, 0, 0));
  await fetchJena(options(directory, whole.url, series));
  assert.equal(whole.requests[0]?.headers.range, kept > 0 ? `bytes=${kept}-` : undefined);
  assert.deepEqual(readFileSync(jenaCsvPath(directory)), series.csv);
});

test('the part of another version is not continued', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const partPath = `${jenaCsvPath(directory)}.zip.part`;
  mkdirSync(dirname(partPath), { recursive: true });
  writeFileSync(partPath, 'the beginning of something else');
  writeFileSync(`${partPath}.tag`, '"old"');
  const { url } = await serve(context, ranged(series.zip, 0, 0));
  const fetched = await fetchJena(options(directory, url, series));
  assert.deepEqual(readFileSync(fetched.path), series.csv);
});

test('a part that is whole already is only unpacked', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const partPath = `${jenaCsvPath(directory)}.zip.part`;
  mkdirSync(dirname(partPath), { recursive: true });
  writeFileSync(partPath, series.zip);
  writeFileSync(`${partPath}.tag`, '"one"');
  const { url } = await serve(context, ranged(series.zip, 0, 0));
  const fetched = await fetchJena(options(directory, url, series));
  assert.deepEqual(readFileSync(fetched.path), series.csv);
});

test('a server that knows no ranges is asked for the whole file again', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const { url } = await serve(context, (_, response, attempt) => {
    response.writeHead(200, { 'content-length': series.zip.length });
    if (attempt > 2) response.end(series.zip);
    else response.write(series.zip.subarray(0, 1000 * attempt), () => response.destroy());
  });
  const fetched = await fetchJena(options(directory, url, series));
  assert.deepEqual(readFileSync(fetched.path), series.csv);
});

test('a busy server is asked again, a wrong address is not', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const busy = await serve(context, (request, response, attempt) => {
    if (attempt <= 2) response.writeHead(503).end();
    else ranged(series.zip, 0, 0)(request, response, attempt);
  });
  await fetchJena(options(join(directory, 'a'), busy.url, series));
  assert.equal(busy.requests.length, 3);
  const wrong = await serve(context, (_, response) => response.writeHead(404).end());
  await assert.rejects(
    fetchJena(options(join(directory, 'b'), wrong.url, series)),
    refused('DOWNLOAD_FAILED', /status 404/),
  );
  assert.equal(wrong.requests.length, 1);
});

test('no connection at all is DOWNLOAD_FAILED with what to do offline', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  // Nothing listens on a port that was just given back.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await assert.rejects(
    fetchJena(options(directory, `http://127.0.0.1:${port}/jena.zip`, series)),
    (error: SweepError) =>
      error.code === 'DOWNLOAD_FAILED' &&
      /ECONNREFUSED/.test(error.message) &&
      /jena-synthetic/.test(error.hint ?? ''),
  );
});

test('a page instead of a zip is refused and does not stay', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const { url } = await serve(context, (_, response) => response.end('<html>please log in</html>'));
  await assert.rejects(
    fetchJena(options(directory, url, series)),
    refused('DATASET_CHECKSUM', /not the zip/),
  );
  assert.equal(existsSync(jenaCsvPath(directory)), false);
  assert.deepEqual(leftovers(directory), []);
});

for (const [name, lineEnd] of [
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const) {
  test(`a copy with ${name} line ends becomes the known one, and a notice says so`, async (context) => {
    const directory = temporaryDirectory(context);
    const series = makeSeries(directory);
    const variant = Buffer.from(series.csv.toString('latin1').replaceAll('\n', lineEnd), 'latin1');
    const { url } = await serve(context, ranged(zipOf(variant), 0, 0));
    const fetched = await fetchJena(options(directory, url, series));
    assert.equal(fetched.verified, true);
    assert.equal(fetched.sha256, series.sha256);
    assert.deepEqual(readFileSync(fetched.path), series.csv);
    assert.match(fetched.notices.join(), new RegExp(`${digestOf(variant)}.*with LF it is the known copy`));
    assert.deepEqual(leftovers(directory), []);
  });
}

test('the known copy may have CRLF line ends too', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const known = Buffer.from(series.csv.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
  const { url } = await serve(context, ranged(series.zip, 0, 0));
  const fetched = await fetchJena({ ...options(directory, url, series), sha256: digestOf(known) });
  assert.deepEqual(readFileSync(fetched.path), known);
  assert.match(fetched.notices.join(), /with CRLF it is the known copy/);
});

for (const [what, change] of [
  ['fewer rows', (csv: string) => csv.split('\n').slice(0, ROWS).join('\n')],
  ['another column', (csv: string) => csv.replace('rh (%)', 'humidity')],
  ['other values after its first rows', (csv: string) => csv.replace(/,[^,]+\n$/, ',1.25\n')],
] as const) {
  test(`a file with ${what} is not the series`, async (context) => {
    const directory = temporaryDirectory(context);
    const series = makeSeries(directory);
    const changed = Buffer.from(change(series.csv.toString('latin1')), 'latin1');
    assert.notDeepEqual(changed, series.csv);
    const { url } = await serve(context, ranged(zipOf(changed), 0, 0));
    await assert.rejects(fetchJena(options(directory, url, series)), (error: SweepError) => {
      assert.match(error.hint ?? '', /--accept-unknown/);
      return refused('DATASET_CHECKSUM', new RegExp(digestOf(changed)))(error);
    });
    assert.equal(existsSync(jenaCsvPath(directory)), false);
    assert.deepEqual(leftovers(directory), []);
  });
}

test('an unknown copy that is asked for is taken, and called unverified by the fetch and by what reads it', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const changed = Buffer.from(series.csv.toString('latin1').replace(/,[^,]+\n$/, ',1.25\n'), 'latin1');
  const { url, requests } = await serve(context, ranged(zipOf(changed), 0, 0));
  const accepting = { ...options(directory, url, series), acceptUnknown: true };
  const fetched = await fetchJena(accepting);
  assert.deepEqual([fetched.verified, fetched.sha256], [false, digestOf(changed)]);
  assert.match(fetched.notices.join(), /^unverified/);
  assert.deepEqual(readFileSync(fetched.path), changed);
  const again = await fetchJena(accepting);
  assert.deepEqual([again.verified, again.fromCache, requests.length], [false, true, 1]);
  assert.match(again.notices.join(), /^unverified/);

  const { metadata } = await prepareDataset(
    {
      sources: [{ type: 'named', name: 'jena' }],
      target: 'T (degC)',
      split: { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 },
    },
    { cacheDirectory: directory },
  );
  assert.equal(metadata.source.name, 'jena (unverified)');
});

test('a file in the cache that is not the series is fetched again and replaced', async (context) => {
  const directory = temporaryDirectory(context);
  const series = makeSeries(directory);
  const path = jenaCsvPath(directory);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, series.csv);
  flipBit(path, series.csv.length >> 1);
  const damaged = digestOf(readFileSync(path));
  const { url, requests } = await serve(context, ranged(series.zip, 0, 0));
  const fetched = await fetchJena(options(directory, url, series));
  assert.deepEqual([fetched.fromCache, fetched.verified, requests.length], [false, true, 1]);
  assert.deepEqual(readFileSync(path), series.csv);
  assert.match(fetched.notices.join(), new RegExp(`${damaged}.*: replaced`));
});

for (const url of ['foo', 'file:///etc/hostname', 'ftp://example.org/jena.zip', '']) {
  test(`"${url}" is no address to fetch from: bad usage that changes nothing`, async (context) => {
    const directory = temporaryDirectory(context);
    await assert.rejects(fetchJena({ cacheDirectory: directory, url }), (error: SweepError) => {
      assert.match(error.hint ?? '', /https:/);
      return refused('USAGE', /no address/)(error);
    });
    assert.deepEqual(readdirSync(directory), []);
  });
}
