import { createSampler, SAMPLERS } from '../../src/search/registry.js';
import { CONTRACT_SPACES, describeSamplerContract, FINITE_SPACE, RULED_SPACES } from './sampler-contract.js';

describeSamplerContract({
  name: 'grid',
  spaces: { 'a space with an end': FINITE_SPACE },
  ruled: Object.fromEntries(Object.entries(RULED_SPACES).slice(-1)),
  create: (space, seed, constraints) => createSampler(space, { type: 'grid' }, seed, [], constraints),
});

const ALL_SPACES = { ...CONTRACT_SPACES, 'a space with an end': FINITE_SPACE };
/** The shortest window that learns soonest, and the one that a file without the field gets. */
const WINDOWS = { 'one after another': { window: 1 }, 'eight at once': {} };

for (const type of ['random', 'sobol', 'halton'] as const)
  describeSamplerContract({
    name: type,
    spaces: ALL_SPACES,
    ruled: RULED_SPACES,
    create: (space, seed, constraints) =>
      createSampler(space, SAMPLERS[type].schema.parse({ type }), seed, [], constraints),
  });
for (const type of ['tpe', 'gp', 'cmaes', 'auto'] as const)
  for (const [title, fields] of Object.entries(WINDOWS))
    describeSamplerContract({
      name: `${type}, ${title}`,
      spaces: ALL_SPACES,
      ruled: RULED_SPACES,
      create: (space, seed, constraints) =>
        createSampler(space, SAMPLERS[type].schema.parse({ type, ...fields }), seed, [], constraints),
    });
