// `npm run bench -- large-file --gigabytes 1`: writes a CSV of that size into the temporary folder, prepares it, and tells the
// rate and the most memory that the process held.
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareDataset } from '../../src/dataset/prepare.js';
import { formatTimestamp } from '../../src/dataset/sources/csv/times/time-stamps.js';

const COLUMNS = 14;
const ROWS_IN_BLOCK = 4096;

export async function benchLargeFile(args: readonly string[], machine: string): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { gigabytes: { type: 'string', default: '1' } } });
  const bytes = Number(values.gigabytes) * 1e9;
  if (!(bytes > 0)) {
    process.stderr.write(`--gigabytes ${values.gigabytes} is no size\n`);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'sweep-large-'));
  try {
    const path = join(directory, 'large.csv');
    const rows = writeLarge(path, bytes);
    const startMs = performance.now();
    const { metadata } = await prepareDataset(
      {
        sources: [{ type: 'csv', path, time: null, missing: [], onMissing: 'error', columns: null }],
        target: 'c0',
        split: { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25 },
      },
      { cacheDirectory: join(directory, 'cache') },
    );
    const seconds = (performance.now() - startMs) / 1000;
    assert.equal(metadata.rows, rows);
    const peakMegabytes = process.resourceUsage().maxRSS / 1024;
    process.stdout.write(
      `${machine}\n${values.gigabytes} GB, ${rows} rows × ${COLUMNS}: ${seconds.toFixed(1)} s, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s, at most ${peakMegabytes.toFixed(0)} MB of memory\n`,
    );
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Rows of a minute each, until the file has so many bytes. Returns how many. */
function writeLarge(path: string, bytes: number): number {
  const file = openSync(path, 'wx');
  const names = Array.from({ length: COLUMNS }, (_, column) => `c${column}`);
  let written = writeSync(file, `time,${names.join(',')}\n`);
  // The numbers of a block come again: what they are costs nothing to read, and writing them would take longer than reading.
  const tails = Array.from({ length: ROWS_IN_BLOCK }, (_, row) =>
    names.map((_, column) => (50 + 40 * Math.sin(row / (7 + column))).toFixed(2)).join(','),
  );
  let rows = 0;
  while (written < bytes) {
    const lines = tails.map((tail, row) => `${formatTimestamp(60 * (rows + row))},${tail}\n`);
    written += writeSync(file, lines.join(''));
    rows += ROWS_IN_BLOCK;
  }
  closeSync(file);
  return rows;
}
