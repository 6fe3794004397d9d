// The example page in a real browser: it loads an exported model, forecasts what `sweep predict` forecasts, draws it, and says
// what is wrong with the data.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseTimestamp } from '../../src/dataset/sources/csv/times/time-stamps.js';
import { openPage, skipWithoutChromium } from '../support/processes/chromium.js';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DOCS = fileURLToPath(new URL('../../../docs/browser/', import.meta.url));
/** Both round to seven digits; the browser's backend adds in another order. */
const TOLERANCE = 1e-3;
const LIMIT_MS = 60_000;
const skip = skipWithoutChromium();

test('the page forecasts in the browser what sweep predict forecasts', { skip }, async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 1, space: { cell: ['gru'], units: [4] } });
  assert.equal((await place.run('start', file, '--quiet')).code, 0);
  assert.equal((await place.call('export', '@last', '--best-model', 'model')).code, 0);
  const csv = readFileSync(join(place.directory, 'weather.csv'), 'utf8').split('\n').slice(0, 301);
  writeFileSync(join(place.directory, 'new.csv'), `${csv.join('\n')}\n`);
  const predicted = await place.call('predict', 'model', '--data', 'new.csv', '-o', 'out.csv');
  assert.equal(predicted.code, 0, predicted.stderr);
  const expected = readFileSync(join(place.directory, 'out.csv'), 'utf8');

  const { page, address, complaints } = await openPage(t, {
    docs: DOCS,
    model: join(place.directory, 'model'),
    root: ROOT,
  });
  page.setDefaultTimeout(LIMIT_MS);
  const submit = async (): Promise<string> => {
    await page.getByRole('button', { name: 'Forecast' }).click();
    const status = page.locator('#status');
    await status.filter({ hasText: /[^…]/ }).waitFor();
    return (await status.textContent()) ?? '';
  };
  const download = async (): Promise<string> => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    return readFileSync(await file.path(), 'utf8');
  };

  await t.test('from a folder that the address names and a CSV that is chosen', async () => {
    await page.goto(`${address}/docs/index.html?model=${address}/model`);
    await page.locator('#file').setInputFiles(join(place.directory, 'new.csv'));
    assert.match(
      await submit(),
      /^T \(degC\) at 2009-01-03 \d\d:\d0:00: -?\d+\.\d\d °C \(trial [0-9a-f]{16}, 234 forecasts\)/,
    );
    assertSameForecasts(await download(), expected);
    for (const name of ['actual', 'prediction']) {
      const path = (await page.locator(`#chart path.${name}`).getAttribute('d')) ?? '';
      const count = name === 'actual' ? 234 - 18 : 234;
      assert.equal(path.match(/[ML]/g)?.length, count, name);
      assert.doesNotMatch(path, /NaN|Infinity/);
    }
    assert.match(
      (await page.locator('#drawn').textContent()) ?? '',
      /^all 234 forecasts, 2009-01-0\d .* to 2009-01-03 .*; the newest 18 have not been measured$/,
    );
    assert.equal(await page.locator('#progress').getAttribute('max'), '234');
    assert.equal(await page.locator('#progress').isVisible(), false);
  });

  await t.test('with TensorFlow.js of the package where its address is out of reach', async () => {
    await page.route('https://cdn.jsdelivr.net/**', (route) => route.abort());
    await page.goto(`${address}/root/docs/browser/index.html?model=${address}/model`);
    await page.locator('#file').setInputFiles(join(place.directory, 'new.csv'));
    assert.match(await submit(), /234 forecasts/);
    assertSameForecasts(await download(), expected);
    await page.unroute('https://cdn.jsdelivr.net/**');
  });

  await t.test('with times in seconds or milliseconds since 1970', async () => {
    for (const factor of [1, 1000]) {
      const path = join(place.directory, `epoch-${factor}.csv`);
      const rows = csv.slice(1).map((line) => {
        const [time = '', ...values] = line.split(',');
        return [parseTimestamp(time) * factor, ...values].join(',');
      });
      writeFileSync(path, `${[csv[0], ...rows].join('\n')}\n`);
      await page.locator('#file').setInputFiles(path);
      await submit();
      assertSameForecasts(await download(), expected);
    }
  });

  await t.test('from files that are chosen and lines that are pasted', async () => {
    await page.goto(`${address}/docs/index.html`);
    const files = ['model.json', 'weights.bin', 'sweep.json'];
    await page.locator('#model').setInputFiles(files.map((name) => join(place.directory, 'model', name)));
    await page.locator('#text').fill(csv.join('\n'));
    await submit();
    assertSameForecasts(await download(), expected);
  });

  for (const [what, text, message] of [
    ['too few rows', csv.slice(0, 67).join('\n'), /66 rows are too few: a window takes 67/],
    [
      'a value that is none',
      csv.join('\n').replace(',0.04,', ',cold,'),
      /line 2, "T \(degC\)": "cold" is no value/,
    ],
    ['a column that is missing', csv.join('\n').replace('T (degC)', 'T'), /no column "T \(degC\)"/],
    ['another rhythm', csv.filter((_, line) => line % 2 === 0).join('\n'), /every 1200 s; .* every 600 s/],
  ] as const)
    await t.test(`${what}: the page says so`, async () => {
      await page.locator('#text').fill(text);
      assert.match(await submit(), message);
      assert.equal(await page.locator('#figure').isVisible(), false);
    });

  assert.deepEqual(complaints, []);
});

function assertSameForecasts(actual: string, expected: string): void {
  const [ours, theirs] = [actual, expected].map((text) =>
    text
      .trim()
      .split('\n')
      .map((line) => line.split(',')),
  );
  assert.equal(ours?.length, theirs?.length);
  for (const [index, [time, prediction, measured]] of (ours ?? []).entries()) {
    const [wantedTime, wanted, wantedMeasured] = theirs?.[index] ?? [];
    assert.equal(time, wantedTime);
    if (index === 0) continue;
    assert.ok(
      Math.abs(Number(prediction) - Number(wanted)) < TOLERANCE,
      `${prediction} and ${wanted} at ${time}`,
    );
    assert.equal(Number(measured), Number(wantedMeasured));
  }
}
