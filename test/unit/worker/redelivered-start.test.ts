// A trial that comes again may be what ended the process that had it: it begins only when the log knows who holds it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlobStore, Delivery, EventLog } from '../../../src/bus/bus.js';
import { SweepError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import type { StudyEvent } from '../../../src/study/events.js';
import { TrialAttempt } from '../../../worker/node/trial-attempt.js';
import type { TrialPool } from '../../../worker/thread/trial-pool.js';
import { result, trialMessage } from '../../support/fixtures/study-events.js';

/** What happens, in order, where each append takes a while. `refusal`: of every append. */
async function runAttempt(
  redelivered: boolean,
  { told = [], refusal }: { readonly told?: string[]; readonly refusal?: SweepError } = {},
): Promise<string[]> {
  const bus = {
    append: async (_: string, event: StudyEvent) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (refusal !== undefined) throw refusal;
      told.push(event.type);
      return 1;
    },
  } as unknown as BlobStore & EventLog;
  const pool: TrialPool = {
    threads: 1,
    run: () => {
      told.push('runs');
      const outcome = Promise.resolve({ type: 'finished', result: result(0.3), model: null } as const);
      return { progress: () => 1, requestStop: () => {}, outcome };
    },
    close: async () => {},
  };
  const done = async () => {};
  const delivery: Delivery = {
    message: trialMessage(0),
    redelivered,
    ack: done,
    nak: done,
    term: done,
    extend: () => {},
  };
  const patience = { logger: silentLogger, signal: new AbortController().signal };
  const named = { checkpoints: [], worker: 'w1', engine: 'wasm' } as const;
  await new TrialAttempt({ bus, pool, delivery, patience, ...named }).run();
  return told;
}

test('a trial that comes again begins when its start is in the log, any other at once', async () => {
  assert.deepEqual(await runAttempt(true), ['trial.started', 'runs', 'trial.finished']);
  assert.equal((await runAttempt(false))[0], 'runs');
});

test('a trial that comes again is not trained when its start cannot be written', async () => {
  // The first ends the node, the second is what its worker records of it.
  for (const code of ['BUS_FORBIDDEN', 'MESSAGE_MALFORMED'] as const) {
    const told: string[] = [];
    const refusal = new SweepError(code, 'refused');
    await assert.rejects(runAttempt(true, { told, refusal }), refusal);
    assert.deepEqual(told, []);
  }
});
