import { createScheduler, SCHEDULERS } from '../../src/search/registry.js';
import { CONTRACT_EPOCHS, CONTRACT_TRIALS, describeSchedulerContract } from './scheduler-contract.js';
import { describeWaitingContract } from './waiting-contract.js';

const context = { epochs: CONTRACT_EPOCHS, repeats: 1, total: CONTRACT_TRIALS, seed: 1 };
/** Options with which one is worth watching on the contract's curves, where its defaults are not. */
const OPTIONS: Partial<Record<keyof typeof SCHEDULERS, object>> = {
  'one-shot': { epochs: 9, share: 0.2 },
  plateau: { patience: 3, minDelta: 0.05 },
  wilcoxon: { grace: 3, pValue: 0.3 },
};
/** Seeds of each point, for one that compares seeds. */
const REPEATS: Partial<Record<keyof typeof SCHEDULERS, number>> = { wilcoxon: 2 };

// Every row of the registry: one that is added is held to the contract without being named here.
for (const type of Object.keys(SCHEDULERS) as (keyof typeof SCHEDULERS)[])
  describeSchedulerContract({
    name: type,
    // A population has a contract of its own (population.test.ts).
    stops: type !== 'none' && type !== 'pbt',
    create: () =>
      createScheduler(SCHEDULERS[type].schema.parse({ type, ...OPTIONS[type] }), {
        ...context,
        repeats: REPEATS[type] ?? context.repeats,
      }),
  });

/** Those that let trials wait have a contract of their own. */
const WAITING = {
  'asha, promoting': { type: 'asha', variant: 'promote' },
  'asha, promoting one of two': { type: 'asha', variant: 'promote', reduction: 2, grace: 2 },
  'asha, promoting in brackets': { type: 'asha', variant: 'promote', brackets: 2 },
};
for (const [name, section] of Object.entries(WAITING))
  describeWaitingContract(name, () => createScheduler(SCHEDULERS.asha.schema.parse(section), context));
