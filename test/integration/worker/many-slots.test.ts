// Many slots in one process, more than a listener list bears without a word.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { openNatsBus } from '../../../src/bus/nats/bus.js';
import { listPlan } from '../../support/fakes/list-plan.js';
import { openFaultPool, runLocalStudy } from '../../support/fixtures/local-study.js';
import { NatsServer, skipWithoutNats } from '../../support/processes/nats-server.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const SLOTS = 12;
const TRIALS = 60;

function collectWarnings(t: TestContext): readonly string[] {
  const warnings: string[] = [];
  const listen = (warning: Error): void => {
    warnings.push(`${warning.name}: ${warning.message}`);
  };
  process.on('warning', listen);
  t.after(() => process.off('warning', listen));
  return warnings;
}

for (const kind of ['local', 'nats'] as const) {
  test(`${SLOTS} slots on one ${kind} bus warn of nothing`, {
    skip: kind === 'nats' ? skipWithoutNats() : false,
    timeout: 60_000,
  }, async (t) => {
    const warnings = collectWarnings(t);
    const home = temporaryDirectory(t);
    const server = kind === 'nats' ? await NatsServer.start() : null;
    const bus =
      server === null ? openLocalBus(home) : await openNatsBus({ servers: server.url, role: 'coordinator' });
    const pool = openFaultPool(SLOTS);
    try {
      const points = Array.from({ length: TRIALS }, (_, x) => ({ fault: x % 2 === 0 ? 'none' : 'slow', x }));
      const { view } = await runLocalStudy({
        home,
        bus,
        pool,
        plan: listPlan(points),
        maxUnfinished: TRIALS,
      });
      assert.equal(view.complete, TRIALS);
    } finally {
      await pool.close();
      await bus.close();
      await server?.stop();
    }
    // A warning is told in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(warnings, []);
  });
}
