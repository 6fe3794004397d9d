// In which order the streams of a server are made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API_ERROR, JetStreamRefusal } from '../../../src/bus/nats/jetstream/refusal.js';
import { awaitStreams, ensureStreams } from '../../../src/bus/nats/jetstream/streams.js';
import { EVENTS_STREAM } from '../../../src/bus/subjects.js';

/** A server without streams, or with those that are `made`; keeps what it was asked. */
function server(made: readonly string[] = []) {
  const asked: string[] = [];
  const api = async (call: string, payload?: unknown): Promise<unknown> => {
    asked.push(call);
    const [of, verb, name = ''] = call.split('.');
    if (verb === 'INFO' && !made.includes(name)) {
      const { streamNotFound, consumerNotFound } = API_ERROR;
      throw new JetStreamRefusal(of === 'STREAM' ? streamNotFound : consumerNotFound, 'not found', call);
    }
    return { config: (payload as { config?: unknown } | undefined)?.config ?? payload };
  };
  return { asked, jetStream: { api, log: { info() {} } } as never };
}

test('the stream by which others see that a study was started is made after all others', async () => {
  const fresh = server();
  await ensureStreams(fresh.jetStream, {});
  const created = fresh.asked.flatMap((call) => /^STREAM\.CREATE\.(.*)$/.exec(call)?.[1] ?? []);
  assert.ok(created.length > 1);
  assert.equal(created.at(-1), EVENTS_STREAM);
  const whole = server([EVENTS_STREAM]);
  await awaitStreams(whole.jetStream, 0);
  // A server of 2.9 crashes when more is asked of a stream while it is being made.
  assert.deepEqual(whole.asked, [`STREAM.INFO.${EVENTS_STREAM}`]);
});
