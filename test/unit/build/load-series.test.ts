// The example series that is shipped is the one that its command writes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSeries } from '../../../src/build/load-series.js';
import { REPOSITORY } from '../../support/deploy/deploy-files.js';

test('sweeps/data/load.csv is what the command writes, and small', () => {
  const text = loadSeries();
  assert.equal(readFileSync(join(REPOSITORY, 'sweeps/data/load.csv'), 'utf8'), text);
  assert.ok(text.length < 200_000, `${text.length} bytes`);
});
