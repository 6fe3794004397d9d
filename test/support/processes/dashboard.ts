// The dashboard over made-up studies, and pages of a real browser on it.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { type Dashboard, openDashboard } from '../../../src/dashboard/server.js';
import { silentLogger } from '../../../src/log.js';
import { openBrowser } from './chromium.js';

export const TOKEN = 'c0ffee'.repeat(5);
const LIMIT_MS = 60_000;

export async function serveHome(t: Pick<TestContext, 'after'>, home: string): Promise<Dashboard> {
  const bus = openLocalBus(home, { pollMs: 20 });
  const dashboard = await openDashboard({
    bus,
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    cacheDirectory: home,
    version: '0.0.0',
    logger: silentLogger,
    openEngine: () => Promise.reject(new Error('no forecast is asked for')),
  });
  t.after(async () => {
    await dashboard.close();
    await bus.close();
  });
  return dashboard;
}

export interface Visit {
  readonly page: Page;
  /** Errors of scripts, what the policy refused, requests elsewhere. */
  readonly complaints: string[];
}

export class Visitors {
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly origin: string,
  ) {}

  static async open(t: Pick<TestContext, 'after'>, address: string): Promise<Visitors> {
    return new Visitors(await openBrowser(t), new URL(address).origin);
  }

  /** Of another dashboard, in the same browser. */
  at(address: string): Visitors {
    return new Visitors(this.browser, new URL(address).origin);
  }

  /** Closes all pages: those that nobody looks at draw on. */
  async leave(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
  }

  async visit(hash: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== this.origin) complaints.push(`a request to ${request.url()}`);
    });
    await page.goto(`${this.origin}/${hash}`);
    return { page, complaints };
  }
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds that is serious or worse, in a line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate<string[]>(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`);
}

/** Into the folder that SWEEP_SCREENSHOTS names; without it nothing is written. */
export async function takeScreenshot(page: Page, name: string, height: number): Promise<void> {
  const folder = process.env.SWEEP_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(resolve(folder), { recursive: true });
  const { width } = page.viewportSize() ?? { width: 1280 };
  await page.setViewportSize({ width, height });
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(resolve(folder), `${name}.png`) });
}
