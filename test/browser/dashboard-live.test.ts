// The dashboard beside a study that runs: what it shows as it happens, the orders that it takes and from whom, a trial's
// forecasts, and the same over NATS with a viewer's rights.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openLocalBus } from '../../src/bus/local/bus.js';
import { openDashboard } from '../../src/dashboard/server.js';
import { silentLogger } from '../../src/log.js';
import { parseSweepSpec } from '../../src/sweep-file/parse.js';
import {
  created,
  finished,
  queued,
  reported,
  started,
  studyRecord,
  trialAt,
} from '../support/fixtures/study-events.js';
import { gruGridDocument } from '../support/fixtures/sweep-documents.js';
import { skipWithoutChromium } from '../support/processes/chromium.js';
import { createWorkplace, writeSmallSweep } from '../support/processes/cli.js';
import { serveHome, takeScreenshot, Visitors } from '../support/processes/dashboard.js';
import { skipWithoutNats } from '../support/processes/nats-server.js';
import { startSecuredServer } from '../support/processes/secured-server.js';
import { waitUntil } from '../support/processes/wait-until.js';

const skip = skipWithoutChromium();
/** More than are trained before the page stops it. */
const POINTS = 5_000;

test('a study is watched while it runs, paused and resumed from the page, and its forecasts looked at', {
  skip,
}, async (t) => {
  const place = createWorkplace(t);
  const file = writeSmallSweep(place.directory, {
    epochs: 3,
    stepsPerEpoch: 20,
    space: {
      cell: ['gru', 'lstm'],
      units: { type: 'int', low: 4, high: 8 },
      dropout: { type: 'float', low: 0, high: 0.4 },
    },
    fields: {
      model: { type: 'recurrent', cell: '$cell', units: '$units', dropout: '$dropout' },
      sampler: { type: 'random' },
      limits: { maxTrials: POINTS },
    },
  });
  const start = place.start('start', file);
  await waitUntil('the study begins', () => /^study/m.test(start.stderr()), 30_000);
  const study = /^study +(\S+)/m.exec(start.stderr())?.[1] ?? '';
  const server = place.start('dashboard', study, '--port', '0');
  await waitUntil('it says where it is', () => /^token/m.test(server.stderr()), 30_000);
  const address = /dashboard (\S+)/.exec(server.stderr())?.[1] ?? '';
  const token = /^token +(\S+)/m.exec(server.stderr())?.[1] ?? '';
  const { origin } = new URL(address);
  const visitors = await Visitors.open(t, address);
  const { page, complaints } = await visitors.visit(new URL(address).hash);
  const state = page.locator('.study-head .state');
  const ended = async (): Promise<number> =>
    Number(await page.locator('.progress').first().getAttribute('aria-valuenow'));

  await t.test('rows come without the page being loaded again', async () => {
    await page.locator('.board-row.complete').first().waitFor();
    const before = await ended();
    await waitUntil('more have ended', async () => (await ended()) > before, 30_000);
  });

  await t.test('another site reads nothing and orders nothing', async () => {
    const foreign = createServer((_, response) => response.end('<p>another site</p>'));
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    t.after(() => foreign.close());
    const other = await visitors.visit('');
    await other.page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
    const tried = (path: string, init: string): Promise<string> =>
      other.page.evaluate(
        `fetch(${JSON.stringify(origin + path)}, ${init}).then((answer) => 'got ' + answer.status, () => 'refused')`,
      );
    const body = JSON.stringify(JSON.stringify({ action: 'stop' }));
    const orders = `{ method: 'POST', headers: { 'content-type': 'application/json', 'x-sweep-token': '${token}' }, body: ${body} }`;
    assert.equal(await tried('/api/studies', '{}'), 'refused');
    assert.equal(await tried(`/api/studies/${study}/requests`, orders), 'refused');
    assert.equal(
      await statusOf(`${origin}/api/studies/${study}/requests`, {
        origin: 'http://elsewhere.test',
        'x-sweep-token': token,
      }),
      403,
    );
    assert.notEqual(await state.innerText(), 'cancelled');
  });

  await t.test('it is paused with the token of the terminal, and with no other', async () => {
    await page.getByRole('button', { name: 'Pause, resume, stop…' }).click();
    await page.getByRole('textbox', { name: 'Token' }).fill('00'.repeat(16));
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'the token is not the one' }).waitFor();
    assert.equal(await state.innerText(), 'running');
    await page.getByRole('textbox', { name: 'Token' }).fill(token);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.locator('.study-head .state', { hasText: 'paused' }).waitFor();
    assert.ok((await ended()) < POINTS, 'it is paused before its end');
    await page.getByRole('button', { name: 'Pause, resume, stop…' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Token' }).inputValue(), token);
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.locator('.study-head .state', { hasText: 'running' }).waitFor();
  });

  await t.test('it is stopped, and its end and its test come to the page', async () => {
    await page.getByRole('button', { name: 'Pause, resume, stop…' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('.study-head .state', { hasText: /complete|cancelled/ }).waitFor();
    assert.ok((await ended()) < POINTS);
    await page.locator('.study-head .tested').waitFor();
    await start.finished;
  });

  await t.test('a trial: its forecasts against the truth, and where it errs', async () => {
    await page.locator('.board-row.first').click();
    await page.getByRole('heading', { name: 'Rank 1' }).waitFor();
    await page.getByRole('heading', { name: 'Forecast against the truth' }).waitFor();
    const plot = page.getByRole('img', { name: /forecast/i }).first();
    await plot.waitFor();
    await page.locator('.panel', { hasText: 'Where it errs' }).first().waitFor();
    await takeScreenshot(page, 'dashboard-trial', 1_000);
    const dark = await visitors.visit(new URL(page.url()).hash, { colorScheme: 'dark' });
    await dark.page.getByRole('heading', { name: 'Forecast against the truth' }).waitFor();
    await takeScreenshot(dark.page, 'dashboard-trial-dark', 1_000);
  });
  // The browser itself says that an order was refused.
  assert.deepEqual(
    complaints.filter((one) => !one.includes('401')),
    [],
  );
});

test('the curve of a trial that trains is drawn on with each epoch, and what is zoomed into stays so', {
  skip,
}, async (t) => {
  const home = createWorkplace(t).directory;
  const study = 'grid-7f3a';
  const spec = parseSweepSpec(JSON.stringify(gruGridDocument()), 'grid.json');
  const bus = openLocalBus(home);
  t.after(() => bus.close());
  await bus.createStudy({ ...studyRecord(study), spec });
  const lease = await bus.acquireLease(study, 'coordinator-1');
  await lease.append(created({ study, spec, total: 3 }));
  await lease.append({ type: 'study.state', state: 'running', durationMs: 0 });
  await lease.append(queued(0));
  await lease.append(started(0));
  const epochs = async (from: number, to: number): Promise<void> => {
    for (let epoch = from; epoch <= to; epoch += 1) await lease.append(reported(0, epoch, 1 / epoch));
  };
  await epochs(1, 10);
  const { address } = await serveHome(t, home);
  const { page, complaints } = await (await Visitors.open(t, address)).visit(
    `#/study/${study}/trial/${trialAt(0)}`,
  );
  const plot = page.getByRole('img', { name: /Metrics by epoch/ });
  const note = (text: string) => page.locator('.panel', { hasText: 'Learning' }).getByText(text).waitFor();
  /** Of the leftmost value that the plot shows. */
  const firstEpoch = async (): Promise<string> => {
    const box = await plot.locator('.u-over').boundingBox();
    for (let x = 1; x < box!.width; x += 20) {
      for (let y = 1; y < box!.height; y += 20) {
        await page.mouse.move(box!.x + x, box!.y + y);
        const told = page.locator('.tooltip:visible').getByText(/^epoch/);
        if ((await told.count()) > 0) return told.innerText();
      }
    }
    return 'none';
  };
  await note('10 epochs');
  await waitUntil('all is drawn', async () => (await firstEpoch()) === 'epoch 1');
  await plot.focus();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const zoomed = await firstEpoch();
  assert.match(zoomed, /epoch [3-6]/);
  await epochs(11, 14);
  await note('14 epochs');
  await waitUntil('it is drawn on', async () => (await firstEpoch()) === zoomed);
  await page.keyboard.press('0');
  await waitUntil('all is drawn again', async () => (await firstEpoch()) === 'epoch 1');
  assert.deepEqual(complaints, []);
});

test('over NATS it reads with a viewer’s rights, live, and has no orders to give', {
  skip: skip || skipWithoutNats(),
}, async (t) => {
  const secured = await startSecuredServer(t);
  const owner = await secured.open('coordinator');
  const study = 'grid-7f3a';
  const spec = parseSweepSpec(JSON.stringify(gruGridDocument()), 'grid.json');
  await owner.createStudy({ ...studyRecord(study), spec });
  const lease = await owner.acquireLease(study, 'coordinator-1');
  await lease.append(created({ study, spec, total: 3 }));
  await lease.append({ type: 'study.state', state: 'running', durationMs: 0 });
  await lease.append(finished(0, 0.3));
  const bus = await secured.open('viewer');
  const dashboard = await openDashboard({
    bus,
    host: '127.0.0.1',
    port: 0,
    token: null,
    cacheDirectory: '/nowhere',
    version: '0.0.0',
    logger: silentLogger,
    openEngine: () => Promise.reject(new Error('no forecast is asked for')),
  });
  t.after(() => dashboard.close());
  const { page, complaints } = await (await Visitors.open(t, dashboard.address)).visit(`#/study/${study}`);
  await page.locator('.board-row.complete').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Pause, resume, stop…' }).count(), 0);
  await lease.append(finished(1, 0.2));
  await waitUntil(
    'the second row comes',
    async () => (await page.locator('.board-row.complete').count()) === 2,
    30_000,
  );
  const origin = new URL(dashboard.address).origin;
  assert.equal(await statusOf(`${origin}/api/studies/${study}/requests`, { origin }), 404);
  assert.deepEqual(complaints, []);
});

function statusOf(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify({ action: 'stop' }));
  });
}
