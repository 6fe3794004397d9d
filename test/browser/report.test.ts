// The page of a report in a real browser: it asks for nothing, draws in light and dark, and its drawings have a size.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { CHAPTERS } from '../../src/report/published-figures.js';
import { reportHtml } from '../../src/report/report-html.js';
import { describeReport } from '../../src/report/study-report.js';
import { CHAPTER_CURVES, chapterView } from '../support/fixtures/report-views.js';
import { openPage, skipWithoutChromium } from '../support/processes/chromium.js';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';
import { takeScreenshot } from '../support/processes/dashboard.js';
import { temporaryDirectory } from '../support/processes/temporary-directory.js';

const skip = skipWithoutChromium();
/** Text: tests are compiled without the browser's types. */
const INK = "getComputedStyle(document.querySelector('path.validation')).stroke";

test('a report is drawn in light and dark, and asks for nothing', { skip }, async (t) => {
  const directory = temporaryDirectory(t);
  const report = describeReport({
    view: chapterView(),
    curves: CHAPTER_CURVES,
    chapter: CHAPTERS['chapter6-jena']!,
    departures: [],
  });
  const plot = { title: 'T', label: 'T', from: 0, to: 86_400_000, isTime: true, low: [0, 1], high: [0, 2] };
  writeFileSync(join(directory, 'report.html'), reportHtml(report, [plot]));
  const { page, address, complaints } = await openPage(t, { report: directory });
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${address}/report/report.html`);
  const line = page.locator('path.validation');
  const inks: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    inks.push(await page.evaluate<string>(INK));
  }
  assert.equal(new Set(inks).size, 2, inks.join(' and '));
  const box = await line.boundingBox();
  assert.ok(box !== null && box.width > 100 && box.height > 20, JSON.stringify(box));
  assert.equal(await page.locator('table tbody tr').count(), 3);
  assert.equal(await page.getByRole('img', { name: /loss by epoch: gru/ }).count(), 1);
  // Chromium asks for an icon by itself, of the test's own server.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('404')),
    [],
  );
});

test('the page of a study is read without script in light and dark, and printed', { skip }, async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, { epochs: 3, fields: { scheduler: { type: 'asha' } } });
  assert.equal((await place.run('start', file)).code, 0);
  const { code, stderr } = await place.run('report', '@last', '-o', 'report', '--pdf');
  assert.equal(code, 0, stderr);
  const folder = join(place.directory, 'report');
  assert.match(readFileSync(join(folder, 'report.pdf'), 'latin1'), /^%PDF-/);
  const { page, address, complaints } = await openPage(t, { report: folder });
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${address}/report/report.html`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    assert.deepEqual(await findBarriersWithoutScript(page), [], colorScheme);
    await takeScreenshot(page, `report-${colorScheme}`, 900);
  }
  for (const title of [
    'Leaderboard',
    'Learning curves',
    'Forecasts against the truth',
    'The test',
    'Do it again',
  ])
    assert.equal(await page.getByRole('heading', { name: title }).count(), 1, title);
  const chart = await page.getByRole('img', { name: /Forecasts of the best trial/ }).boundingBox();
  assert.ok(chart !== null && chart.width > 300 && chart.height > 80, JSON.stringify(chart));
  assert.equal(await page.locator('script').count(), 0);
  assert.deepEqual(
    complaints.filter((text) => !text.includes('404')),
    [],
  );
});

/** Wider than the screen, or text that cannot be told from its ground. */
function findBarriersWithoutScript(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the screen');
    const ground = getComputedStyle(document.body).backgroundColor;
    for (const one of document.querySelectorAll('h1, h2, p, td, th, svg text'))
      if (getComputedStyle(one).color === ground) found.push(one.outerHTML.slice(0, 80));
    return found;
  })()`);
}
