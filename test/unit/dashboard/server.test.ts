// The dashboard's server over real HTTP: what it answers, refuses, and lets nobody order without the token.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { openDashboard } from '../../../src/dashboard/server.js';
import type { StudyLine, TrialAnswer } from '../../../src/dashboard/wire.js';
import { silentLogger } from '../../../src/log.js';
import { trialId, writeStudy } from '../../support/fixtures/dashboard-studies.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const TOKEN = 'f00d'.repeat(8);
const STUDY = 'made-up-0001';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

async function open(t: { after(action: () => unknown): void }, token: string | null = TOKEN) {
  const home = temporaryDirectory(t);
  await writeStudy(home, { study: STUDY, trials: 5 });
  const bus = openLocalBus(home, { pollMs: 5 });
  const dashboard = await openDashboard({
    bus,
    host: '127.0.0.1',
    port: 0,
    token,
    cacheDirectory: home,
    version: '0.0.0',
    logger: silentLogger,
    openEngine: () => Promise.reject(new Error('no engine is asked for')),
  });
  t.after(async () => {
    await dashboard.close();
    await bus.close();
  });
  const { port } = dashboard;
  const own = `http://127.0.0.1:${port}`;
  const send = (
    path: string,
    method = 'GET',
    headers: Record<string, string> = {},
    body = '',
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      asked.on('error', reject);
      asked.end(body);
    });
  const order = (
    headers: Record<string, string>,
    action: unknown = 'pause',
    study = STUDY,
  ): Promise<Answer> =>
    send(
      `/api/studies/${study}/requests`,
      'POST',
      { origin: own, 'content-type': 'application/json', ...headers },
      JSON.stringify({ action }),
    );
  return { dashboard, send, order, own };
}

test('the page and its answers carry the policy, also where nothing is found', async (t) => {
  const { send } = await open(t);
  for (const [path, status] of [
    ['/', 200],
    ['/app.js', 200],
    ['/style.css', 200],
    ['/api/studies', 200],
    ['/api/nothing', 404],
    ['/..%2f..%2fpackage.json', 404],
    ['/%', 400],
  ] as const) {
    const answer = await send(path);
    assert.equal(answer.status, status, path);
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/, path);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
    assert.equal(answer.headers['access-control-allow-origin'], undefined, path);
  }
});

test('a foreign Host or Origin gets nothing, whatever the method and the address', async (t) => {
  const { send } = await open(t);
  for (const method of ['GET', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PROPFIND'])
    for (const path of [
      '/',
      '/api/studies',
      `/api/studies/${STUDY}/events`,
      `/api/studies/${STUDY}/requests`,
      '/x',
    ])
      for (const headers of [
        { host: 'rebound.example' },
        { origin: 'http://evil.example' },
        { origin: 'null' },
      ]) {
        const { status, text } = await send(path, method, { 'x-sweep-token': TOKEN, ...headers } as Record<
          string,
          string
        >);
        assert.equal(status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
        assert.doesNotMatch(text, new RegExp(STUDY));
      }
});

test('studies, trials and curves are told, and what there is not is a 404 that says so', async (t) => {
  const { send } = await open(t);
  const studies = JSON.parse((await send('/api/studies')).text) as StudyLine[];
  assert.deepEqual(
    studies.map(({ study, done, total, state }) => [study, done, total, state]),
    [[STUDY, 5, 5, 'complete']],
  );
  const trial = JSON.parse((await send(`/api/studies/${STUDY}/trials/${trialId(1)}`)).text) as TrialAnswer;
  assert.equal(trial.state, 'COMPLETE');
  assert.equal(trial.curves.validationMae?.length, 12);
  assert.ok(trial.story.length > 3);
  const curves = JSON.parse((await send(`/api/studies/${STUDY}/curves?trials=${trialId(0)},nothing`)).text);
  assert.deepEqual(Object.keys(curves), [trialId(0)]);
  for (const [path, code] of [
    ['/api/studies/nothing/events', 'STUDY_NOT_FOUND'],
    ['/api/studies/..%2f..%2fetc/curves', 'STUDY_NOT_FOUND'],
    [`/api/studies/${STUDY}/trials/nothing`, 'TRIAL_NOT_FOUND'],
  ] as const) {
    const answer = await send(path);
    assert.equal(answer.status, 404, path);
    assert.equal(JSON.parse(answer.text).code, code);
  }
});

test('an order takes the token, an Origin, and somebody who runs the study', async (t) => {
  const { order, send } = await open(t);
  assert.equal((await order({})).status, 401);
  assert.equal((await order({ 'x-sweep-token': TOKEN.slice(1) })).status, 401);
  assert.equal((await order({ 'x-sweep-token': TOKEN }, 'remove')).status, 400);
  assert.equal((await order({ 'x-sweep-token': TOKEN }, 'cancel')).status, 400);
  assert.equal((await order({ 'x-sweep-token': TOKEN }, 'pause', 'nothing')).status, 404);
  const nobody = await order({ 'x-sweep-token': TOKEN });
  assert.equal(nobody.status, 409);
  assert.match(nobody.text, /nobody runs/);
  const withoutOrigin = await send(`/api/studies/${STUDY}/requests`, 'POST', { 'x-sweep-token': TOKEN });
  assert.equal(withoutOrigin.status, 403);
  const large = await order({ 'x-sweep-token': TOKEN }, 'x'.repeat(10_000));
  assert.equal(large.status, 413);
});

test('without a token there is nothing to order by', async (t) => {
  const { order, send } = await open(t, null);
  assert.equal((await order({ 'x-sweep-token': '' })).status, 404);
  assert.equal((await order({ 'x-sweep-token': 'null' })).status, 404);
  assert.equal(JSON.parse((await send('/api/about')).text).canControl, false);
});

test('a port that is taken is an error that names it', async (t) => {
  const { dashboard } = await open(t);
  const bus = openLocalBus(temporaryDirectory(t));
  t.after(() => bus.close());
  await assert.rejects(
    openDashboard({
      bus,
      host: '127.0.0.1',
      port: dashboard.port,
      token: null,
      cacheDirectory: 'unused',
      version: '0',
      logger: silentLogger,
      openEngine: () => Promise.reject(new Error('unused')),
    }),
    { code: 'USAGE', path: '--port' },
  );
});
