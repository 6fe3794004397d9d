// A study in a coordinator's hands, apart from its trials: what it tells of its lease.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { systemClock } from '../../../src/coordinator/clock.js';
import { createStudy } from '../../../src/coordinator/create-study.js';
import { openStudy } from '../../../src/coordinator/open-study.js';
import type { Engine } from '../../../src/engine/engine.js';
import { SweepError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import { parseSweepSpec } from '../../../src/sweep-file/parse.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const ENGINE = TEST_ENGINE as unknown as Engine;
const SPEC = parseSweepSpec(
  JSON.stringify({ name: 'noop', objective: { type: 'function', name: 'noop' }, space: { x: [1, 2] } }),
  'noop.json',
);

test('a ready file that cannot be written is a warning of a coordinator, not its end', async (t) => {
  const home = temporaryDirectory(t);
  const bus = openLocalBus(home);
  t.after(() => bus.close());
  const common = { bus, engine: ENGINE, version: '0.0.0', cacheDirectory: home };
  const study = await createStudy({
    ...common,
    spec: SPEC,
    dataset: null,
    createdAt: new Date(0),
    drawSuffix: () => 1,
  });
  t.mock.timers.enable({ apis: ['setInterval'] });
  const warnings: unknown[] = [];
  const opened = await openStudy({
    ...common,
    study,
    holder: 'c1',
    slots: 1,
    clock: systemClock,
    logger: { ...silentLogger, warn: (_, fields) => warnings.push(fields?.error) },
  });
  const run = opened.run({
    onLeaseRenewed() {
      throw new SweepError('USAGE', 'cannot write the ready file');
    },
  });
  t.mock.timers.tick(5_000);
  await waitUntil('it warned', () => warnings.length > 0);
  assert.deepEqual(warnings, ['cannot write the ready file']);
  opened.interrupt('by the test');
  assert.equal((await run).state, 'interrupted');
  await opened.close();
});
