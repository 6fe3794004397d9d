// Debian's Chromium, driven by playwright-core, and a page whose network is the test's own.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { skipOrFail } from '../required-tools.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
};

/** Why no browser can be had; false: there is one (required-tools.ts). */
export function skipWithoutChromium(): string | false {
  const isThere = PLACES.some((path) => existsSync(path));
  return skipOrFail('chromium', isThere ? null : 'no Chromium (Debian: apt-get install chromium)');
}

export interface OpenPage {
  readonly page: Page;
  /** Of the served folders. */
  readonly address: string;
  /** What the page asked of other hosts and did not get, and errors of its scripts. */
  readonly complaints: string[];
}

/** TensorFlow.js as its package has it stands in for the CDN: the page checks its digest. */
export const TENSORFLOW_FILE = createRequire(import.meta.url).resolve('@tensorflow/tfjs/dist/tf.min.js');
const TENSORFLOW_ADDRESS = 'https://cdn.jsdelivr.net/npm/@tensorflow/tfjs@4.22.0/dist/tf.min.js';

export async function openBrowser(t: Pick<TestContext, 'after'>): Promise<Browser> {
  const executablePath = PLACES.find((path) => existsSync(path)) ?? '';
  // Chromium's sandbox refuses to run as root.
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  t.after(() => browser.close());
  return browser;
}

/** `folders`: first part of the path to directory. */
export async function openPage(
  t: Pick<TestContext, 'after'>,
  folders: Readonly<Record<string, string>>,
): Promise<OpenPage> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const [, first = '', ...rest] = path.split('/');
    const file = join(folders[first] ?? '/nowhere', ...rest);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await openBrowser(t);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.route(
    (url) => url.origin !== address,
    (route) => {
      const url = route.request().url();
      if (url.startsWith('blob:') || url.startsWith('data:')) return route.continue();
      if (url === TENSORFLOW_ADDRESS)
        return route.fulfill({
          path: TENSORFLOW_FILE,
          contentType: 'text/javascript',
          headers: { 'access-control-allow-origin': '*' },
        });
      complaints.push(`a request to ${url}`);
      return route.abort();
    },
  );
  return { page, address, complaints };
}
