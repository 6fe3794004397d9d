// Schedulers in studies whose trials are too short for them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeIdleScheduler } from '../../../src/coordinator/plan/idle-scheduler.js';
import { createScheduler, SCHEDULERS, schedulerSchema } from '../../../src/search/registry.js';

/** Each is idle for 3 epochs, and not for 4. */
const SECTIONS = [
  { type: 'asha', grace: 3 },
  { type: 'asha', grace: 3, variant: 'promote' },
  { type: 'hyperband', reduction: 4 },
  { type: 'one-shot', epochs: 3 },
  { type: 'projected-halving', grace: 3 },
  { type: 'median', warmup: 2 },
  { type: 'plateau', patience: 2 },
  { type: 'wilcoxon', grace: 3 },
];

const planOf = (section: object, epochs: number) => ({
  stopsTrials: true,
  createScheduler: () =>
    createScheduler(schedulerSchema.parse(section), { epochs, repeats: 4, total: 40, seed: 1 }),
});

test('a scheduler whose first rung no trial passes is idle and said to be so, one with a rung is not', () => {
  for (const section of SECTIONS) {
    const scheduler = schedulerSchema.parse(section);
    const told = describeIdleScheduler({ scheduler }, planOf(section, 3)) ?? '';
    assert.ok(told.startsWith(`the scheduler ${section.type} stops no trial: `), told);
    assert.equal(describeIdleScheduler({ scheduler }, planOf(section, 4)), null, JSON.stringify(section));
  }
  const covered = new Set(['none', 'pbt', ...SECTIONS.map(({ type }) => type)]);
  assert.deepEqual(
    Object.keys(SCHEDULERS).filter((type) => !covered.has(type)),
    [],
  );
});

test('where nothing is to be stopped nothing is said', () => {
  const scheduler = schedulerSchema.parse({ type: 'none' });
  assert.equal(
    describeIdleScheduler({ scheduler }, { ...planOf({ type: 'none' }, 1), stopsTrials: false }),
    null,
  );
});
