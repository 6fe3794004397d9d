// Who may ask the dashboard, and what must come with an order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTrespass, isToken, LOOPBACK_NAMES, SECURITY_HEADERS } from '../../../src/dashboard/guard.js';

const PORT = 7433;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const ask = (method: string, headers: Record<string, string | undefined>): string | null =>
  findTrespass({ method, headers: { host: `127.0.0.1:${PORT}`, ...headers } }, LOOPBACK_NAMES, PORT);

test('a Host that is not the own is refused on every method', () => {
  for (const host of [
    'evil.example',
    `evil.example:${PORT}`,
    '127.0.0.1',
    '127.0.0.1:80',
    `127.0.0.1.evil.example:${PORT}`,
    `127.0.0.1:${PORT}.evil.example`,
    `127.0.0.2:${PORT}`,
    '',
    undefined,
  ])
    for (const method of METHODS)
      assert.match(
        ask(method, { host, origin: `http://127.0.0.1:${PORT}` }) ?? '',
        /Host/,
        `${method} ${host}`,
      );
  for (const host of [`127.0.0.1:${PORT}`, `localhost:${PORT}`, `LOCALHOST:${PORT}`, `[::1]:${PORT}`])
    assert.equal(ask('GET', { host }), null, host);
});

test('an Origin that is another site is refused on every method', () => {
  for (const origin of [
    'http://evil.example',
    'null',
    `https://127.0.0.1:${PORT}`,
    'http://127.0.0.1',
    'http://127.0.0.1:8080',
    `http://127.0.0.1:${PORT}.evil.example`,
    `http://evil.example#http://127.0.0.1:${PORT}`,
    '',
  ])
    for (const method of METHODS)
      assert.match(ask(method, { origin }) ?? '', /Origin/, `${method} ${origin}`);
});

test('what changes something names its Origin', () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    assert.match(ask(method, {}) ?? '', /Origin/);
    assert.equal(ask(method, { origin: `http://localhost:${PORT}` }), null);
  }
  assert.equal(ask('GET', {}), null);
});

test('another site that shows an image of it, or asks without an Origin, is refused; a link to it is not', () => {
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  assert.match(ask('GET', image) ?? '', /another site/);
  const frame = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
  assert.match(ask('GET', frame) ?? '', /another site/);
  assert.match(ask('GET', { 'sec-fetch-site': 'same-site' }) ?? '', /another site/);
  const visit = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };
  assert.equal(ask('GET', visit), null);
});

test('the port may be left out where it is that of HTTP', () => {
  assert.equal(findTrespass({ method: 'GET', headers: { host: 'localhost' } }, LOOPBACK_NAMES, 80), null);
});

test('only the token itself is the token', () => {
  assert.ok(isToken('abcdef', 'abcdef'));
  for (const other of ['', 'abcde', 'abcdefg', 'ABCDEF', undefined, null, ['abcdef'], 7])
    assert.ok(!isToken(other, 'abcdef'), String(other));
});

test('the page may load from itself alone, and run no text', () => {
  const policy = SECURITY_HEADERS['content-security-policy'] ?? '';
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*|data:/);
  for (const [, sources] of policy.matchAll(/\w+-src ([^;]+)/g))
    assert.match(sources ?? '', /^'(?:self|none)'$/);
});
