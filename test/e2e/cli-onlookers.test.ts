// Who is told of a study besides the terminal: an address by signed POST, a command, Prometheus.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Notice } from '../../src/cli/notify/notice.js';
import { sign } from '../../src/cli/notify/webhook.js';
import { createWorkplace, type RunningCli, writeSmallSweep } from '../support/processes/cli.js';

test('a study tells an address and a command of its end, and Prometheus of its trials', {
  timeout: 120_000,
}, async (t) => {
  const place = createWorkplace(t, { SWEEP_NOTIFY_SECRET: 'a secret' });
  const file = writeSmallSweep(place.directory, { epochs: 2, space: { cell: ['gru'], units: [4, 8] } });
  const posted: { readonly type: string; readonly data: Notice }[] = [];
  let attempts = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = request.headers;
    assert.equal(signature, sign(`${id}.${at}.${body}`, 'a secret'));
    attempts++;
    // The first attempt of each process is refused: it comes again.
    response.writeHead(attempts === 1 ? 503 : 204).end();
    if (attempts > 1) posted.push(JSON.parse(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hidden`;

  const started = place.start(
    'start',
    file,
    '--workers',
    '1',
    '--metrics',
    '0',
    '--notify',
    url,
    '--notify-command',
    'cat >> told.jsonl; echo "$SWEEP_EVENT $SWEEP_MESSAGE" >> told.txt',
  );
  const [address = ''] = await said(started, /http:\S+\/metrics/);
  const metrics = await (await fetch(address)).text();
  assert.match(metrics, /^sweep_study_trials\{study="[^"]+",state="(?:pending|running)"\} \d/m);
  assert.match(metrics, /^process_cpu_seconds_total /m);
  assert.equal((await fetch(address.replace('/metrics', '/other'))).status, 404);
  const { code, stderr } = await started.finished;
  assert.equal(code, 0, stderr);

  assert.equal(posted.at(-1)?.type, 'study.finished');
  assert.equal(posted.at(-1)?.data.trials.complete, 2);
  const lines = readFileSync(join(place.directory, 'told.txt'), 'utf8').trim().split('\n');
  assert.match(lines.at(-1)!, /^finished sweep \S+: 2 trials done, best validationMae [\d.]+, .*units=\d/);
  const last = readFileSync(join(place.directory, 'told.jsonl'), 'utf8').trim().split('\n').at(-1)!;
  assert.equal((JSON.parse(last) as Notice).best?.objective, posted.at(-1)?.data.best?.objective);

  for (const [option, value] of [
    ['--notify', 'ftp://here'],
    ['--metrics', '99999'],
  ] as const) {
    const refused = await place.call('start', file, option, value);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, new RegExp(`${option}.*${value}|${value}.*${option}`, 's'));
  }
  assert.doesNotMatch(stderr, /hidden/);
});

function said({ process, finished }: RunningCli, what: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    void finished.then(({ stderr }) => reject(new Error(stderr)));
    let text = '';
    process.stderr?.on('data', (part: Buffer) => {
      text += part.toString();
      const found = what.exec(text);
      if (found !== null) resolve(found);
    });
  });
}
