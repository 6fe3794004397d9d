import { createSampler } from '../../src/search/registry.js';
import { CONTRACT_SPACES, describeSamplerContract, FINITE_SPACE } from './sampler-contract.js';

describeSamplerContract({
  name: 'grid',
  spaces: { 'a space with an end': FINITE_SPACE },
  create: (space, seed) => createSampler(space, { type: 'grid' }, seed),
});
describeSamplerContract({
  name: 'random',
  spaces: CONTRACT_SPACES,
  create: (space, seed) => createSampler(space, { type: 'random' }, seed),
});
