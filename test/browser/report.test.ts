// The page of a report in a real browser: it asks for nothing, draws in light and dark, and its drawings have a size.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHAPTERS } from '../../src/report/published-figures.js';
import { reportHtml } from '../../src/report/report-html.js';
import { describeReport } from '../../src/report/study-report.js';
import { CHAPTER_CURVES, chapterView } from '../support/fixtures/report-views.js';
import { openPage, skipWithoutChromium } from '../support/processes/chromium.js';
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
