// A notice to an address by POST, signed as standardwebhooks.com has it, so that any of its libraries can check who sent it.
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Notice } from './notice.js';

const TIMEOUT_MS = 10_000;
/** Between attempts. */
const PAUSES_MS = [1_000, 5_000];

/** Returns why nobody took it; null: it was taken. */
export async function postNotice(url: string, notice: Notice, secret: string | null): Promise<string | null> {
  const id = `msg_${randomUUID()}`;
  const body = JSON.stringify({
    type: `study.${notice.kind}`,
    timestamp: new Date().toISOString(),
    data: notice,
  });
  for (let attempt = 0; ; attempt++) {
    const failure = await post(url, id, body, secret);
    const pause = PAUSES_MS[attempt];
    if (failure === null || pause === undefined) return failure;
    await wait(pause);
  }
}

async function post(url: string, id: string, body: string, secret: string | null): Promise<string | null> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'sweep',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(secret === null ? {} : { 'webhook-signature': sign(`${id}.${timestamp}.${body}`, secret) }),
      },
      body,
    });
    await response.body?.cancel();
    return response.ok ? null : `it answered ${response.status}`;
  } catch (thrown) {
    const { cause, message } = thrown as Error;
    return cause instanceof Error ? cause.message : message;
  }
}

/** Version 1: HMAC-SHA-256 in base64. A secret that begins with "whsec_" is base64 itself. */
export function sign(text: string, secret: string): string {
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}
