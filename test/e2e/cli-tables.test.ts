// Tables as people have them, by the command line: what was found of how one is written is said wherever it is read, in the
// words that would set it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWorkplace } from '../support/processes/cli.js';

const ROWS = 400;

/** Semicolons, decimal commas, a title above the names. */
function table(order: (rows: string[]) => string[] = (rows) => rows): string {
  const rows = Array.from({ length: ROWS }, (_, hour) => {
    const time = new Date(Date.UTC(2021, 0, 1, hour)).toISOString().slice(0, 16).replace('T', ' ');
    const load = (100 + 20 * Math.sin((hour / 12) * Math.PI)).toFixed(2).replace('.', ',');
    return `${time};${load};${String(hour % 7)},5`;
  });
  return ['Load of the grid', 'time;load;wind', ...order(rows), ''].join('\n');
}

const SWEEP = {
  name: 'grid',
  dataset: { source: { csv: 'grid.csv' }, target: 'load', split: { train: 0.6, validation: 0.2, test: 0.2 } },
  window: { lookback: 24, step: 1, delay: 1 },
  model: { type: 'recurrent', cell: 'gru', units: 4 },
  space: { rate: [0.01] },
  training: { learningRate: '$rate', batchSize: 16, stepsPerEpoch: 5, epochs: 1 },
};

test('what was found of a table is said by import, info, validate, and its rows are read', async (t) => {
  const place = createWorkplace(t);
  writeFileSync(join(place.directory, 'grid.csv'), table());
  writeFileSync(join(place.directory, 'grid.json'), JSON.stringify(SWEEP));
  const imported = await place.call('data', 'import', 'grid.csv', '--target', 'load');
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stdout, /^found +--delimiter ";" --header 2 --decimal "," --time "time"/m);
  assert.match(imported.stdout, /400 rows/);
  const digest = /file +\S*?([0-9a-f]{64})\.f32/.exec(imported.stdout)?.[1] ?? '';
  const info = await place.call('data', 'info', digest);
  assert.match(info.stdout, /^found +"delimiter": ";", "header": 2, "decimal": ","/m);
  const validated = await place.call('validate', 'grid.json');
  assert.equal(validated.code, 0, validated.stderr);
  assert.match(validated.stdout, /^found in the table: .*"decimal": ","/m);
  const { found } = await place.json<{ readonly found: readonly string[] }>('validate', 'grid.json');
  assert.ok(found.includes('"delimiter": ";"'), found.join());
});

test('rows newest first are refused until the file says how they are ordered, then read', async (t) => {
  const place = createWorkplace(t);
  writeFileSync(
    join(place.directory, 'grid.csv'),
    table((rows) => rows.toReversed()),
  );
  writeFileSync(join(place.directory, 'grid.json'), JSON.stringify(SWEEP));
  const refused = await place.call('validate', 'grid.json');
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /grid\.csv:4.*"order": "sort"/s);
  const source = { csv: 'grid.csv', order: 'sort' };
  writeFileSync(
    join(place.directory, 'grid.json'),
    JSON.stringify({ ...SWEEP, dataset: { ...SWEEP.dataset, source } }),
  );
  const run = await place.call('start', 'grid.json', '-w', '1', '--quiet');
  assert.equal(run.code, 0, run.stderr);
});
