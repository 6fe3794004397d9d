// More workers than the server lets wait: each comes to its trial, and those that were refused do not knock all the time.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, type NatsConnection } from 'nats';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { consumerName, TRIALS_STREAM } from '../../../src/bus/subjects.js';
import { createLogger } from '../../../src/log.js';
import { studyRecord, trialMessage } from '../../support/fixtures/study-events.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const WORKERS = 12;
const HELD = 3;
const LOOK_MS = 4_000;

interface ConsumerInfo {
  readonly config: { readonly max_waiting: number };
}

async function startServer(context: TestContext): Promise<{ url: string; raw: NatsConnection }> {
  const server = await NatsServer.start();
  context.after(() => server.stop());
  const raw = await connect({ servers: server.url });
  context.after(() => raw.close());
  return { url: server.url, raw };
}

async function open(context: TestContext, url: string, role: 'coordinator' | 'worker', lines: string[] = []) {
  const logger = createLogger(
    (line) => lines.push(line),
    'warn',
    () => new Date(),
  );
  const bus = await openNatsBus({ servers: url, role, logger });
  context.after(() => bus.close());
  return bus;
}

/** The consumer as an earlier program, or a person, has made it. */
async function holdFewer(raw: NatsConnection, maxWaiting: number): Promise<void> {
  const name = consumerName('any');
  const { config } = (
    await raw.request(`$JS.API.CONSUMER.INFO.${TRIALS_STREAM}.${name}`)
  ).json<ConsumerInfo>();
  await raw.request(`$JS.API.CONSUMER.DELETE.${TRIALS_STREAM}.${name}`);
  const body = { stream_name: TRIALS_STREAM, config: { ...config, max_waiting: maxWaiting } };
  await raw.request(`$JS.API.CONSUMER.DURABLE.CREATE.${TRIALS_STREAM}.${name}`, JSON.stringify(body));
}

test('a server lets more workers wait than a large fleet has', {
  skip: skipWithoutNats(),
}, async (context) => {
  const { url, raw } = await startServer(context);
  await open(context, url, 'coordinator');
  for (const requires of ['any', 'cpu', 'gpu'] as const) {
    const info = await raw.request(`$JS.API.CONSUMER.INFO.${TRIALS_STREAM}.${consumerName(requires)}`);
    assert.ok(info.json<ConsumerInfo>().config.max_waiting >= 50_000);
  }
});

test('workers that are refused a place among the waiting ask seldom, and get their trials', {
  skip: skipWithoutNats(),
  timeout: 60_000,
}, async (context) => {
  const { url, raw } = await startServer(context);
  await open(context, url, 'coordinator');
  await holdFewer(raw, HELD);
  // A server of before is no other server.
  const coordinator = await open(context, url, 'coordinator');
  await coordinator.createStudy(studyRecord(trialMessage(0).study));
  let asked = 0;
  raw.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${TRIALS_STREAM}.>`, { callback: () => void asked++ });
  await raw.flush();
  const lines: string[] = [];
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => open(context, url, 'worker', lines)),
  );
  const got = workers.map((bus) => bus.pullTrial({ requirements: ['any'], expiresMs: 40_000 }));
  await waitUntil('a refusal for each worker too many', () => lines.length >= WORKERS - HELD);
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  // Pauses double: 0.25 s at least, then 0.5, 1, 2 and 4. At an even 250 ms it would be sixteen times each.
  assert.ok(asked <= WORKERS + 5 * (WORKERS - HELD), `${asked} pulls`);
  assert.match(lines[0] ?? '', /max_waiting/);
  for (let index = 0; index < WORKERS; index++) await coordinator.publishTrial(trialMessage(index));
  const deliveries = await Promise.all(got);
  assert.equal(new Set(deliveries.map((delivery) => delivery?.message.index)).size, WORKERS);
  assert.equal(lines.length, WORKERS - HELD, 'each says it once');
});
