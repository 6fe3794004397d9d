// Memory does not grow with the length of the file: a CSV and one of four times its length, each in a process of its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { writeSyntheticCsv } from '../../../src/dataset/sources/synthetic/synthetic-csv.js';
import { csvSource, HALF_AND_QUARTERS } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

/** Of the collector. */
const SLACK_BYTES = 45e6;
const PREPARE = new URL('../../../src/dataset/prepare.js', import.meta.url).href;

test('preparing four times the rows takes no more memory', async (context) => {
  const directory = temporaryDirectory(context);
  const short = join(directory, 'short.csv');
  const long = join(directory, 'long.csv');
  for (const [path, rows] of [
    [short, 300_000],
    [long, 1_200_000],
  ] as const)
    writeSyntheticCsv(path, { rows, seed: 3 });
  const peakOf = async (path: string): Promise<number> => {
    const spec = { sources: [csvSource(path)], target: 'T (degC)', split: HALF_AND_QUARTERS };
    const script = `
      const { prepareDataset } = await import(${JSON.stringify(PREPARE)});
      await prepareDataset(${JSON.stringify(spec)}, { cacheDirectory: ${JSON.stringify(join(directory, 'cache'))} });
      process.stdout.write(String(process.resourceUsage().maxRSS * 1024));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    return Number(stdout);
  };
  const peakShort = await peakOf(short);
  // When the collector runs adds up to 50 MB to one peak and not to the next; what is held is in each of them.
  let peakLong = await peakOf(long);
  for (let again = 0; again < 2 && peakLong - peakShort >= SLACK_BYTES; again++)
    peakLong = Math.min(peakLong, await peakOf(long));
  const grownBytes = statSync(long).size - statSync(short).size;
  // 89 MB more of text, 100 MB more of float64: holding either would show.
  assert.ok(grownBytes > 85e6);
  context.diagnostic(`peak ${peakShort} bytes, then ${peakLong}`);
  assert.ok(peakLong - peakShort < SLACK_BYTES, `${peakShort} bytes, then ${peakLong}`);
});
