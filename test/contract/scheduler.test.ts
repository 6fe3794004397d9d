import { createScheduler } from '../../src/search/registry.js';
import { CONTRACT_EPOCHS, CONTRACT_TRIALS, describeSchedulerContract } from './scheduler-contract.js';

const context = { epochs: CONTRACT_EPOCHS, repeats: 1, total: CONTRACT_TRIALS, seed: 1 };

describeSchedulerContract({
  name: 'none',
  stops: false,
  create: () => createScheduler({ type: 'none' }, context),
});
describeSchedulerContract({
  name: 'median',
  stops: true,
  create: () => createScheduler({ type: 'median', warmup: 2, minTrials: 5 }, context),
});
describeSchedulerContract({
  name: 'asha',
  stops: true,
  create: () => createScheduler({ type: 'asha', grace: 1, reduction: 3, brackets: 1 }, context),
});
describeSchedulerContract({
  name: 'hyperband',
  stops: true,
  create: () => createScheduler({ type: 'hyperband', reduction: 3 }, context),
});
describeSchedulerContract({
  name: 'one-shot',
  stops: true,
  create: () => createScheduler({ type: 'one-shot', epochs: 9, share: 0.2 }, context),
});
describeSchedulerContract({
  name: 'plateau',
  stops: true,
  create: () => createScheduler({ type: 'plateau', patience: 3, minDelta: 0.05 }, context),
});
describeSchedulerContract({
  name: 'wilcoxon',
  stops: true,
  create: () =>
    createScheduler({ type: 'wilcoxon', grace: 3, reduction: 3, pValue: 0.3 }, { ...context, repeats: 2 }),
});
describeSchedulerContract({
  name: 'projected-halving',
  stops: true,
  create: () => createScheduler({ type: 'projected-halving', grace: 1, share: 0.5, trust: 0.5 }, context),
});
