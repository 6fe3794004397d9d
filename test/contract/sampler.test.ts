import { createSampler, SAMPLERS } from '../../src/search/registry.js';
import { CONTRACT_SPACES, describeSamplerContract, FINITE_SPACE, RULED_SPACES } from './sampler-contract.js';

const ALL_SPACES = { ...CONTRACT_SPACES, 'a space with an end': FINITE_SPACE };
/** The last of them has an end. */
const FINITE_RULED = Object.fromEntries(Object.entries(RULED_SPACES).slice(-1));
/** The shortest window that learns soonest, and the one that a file without the field gets. */
const WINDOWS = { 'one after another': { window: 1 }, 'eight at once': {} };

// Every row of the registry: one that is added is held to the contract without being named here.
for (const type of Object.keys(SAMPLERS) as (keyof typeof SAMPLERS)[]) {
  const { schema } = SAMPLERS[type];
  // A grid wants to know how many values to take from a range.
  const spaces = type === 'grid' ? { 'a space with an end': FINITE_SPACE } : ALL_SPACES;
  const ruled = type === 'grid' ? FINITE_RULED : RULED_SPACES;
  const windows = 'window' in schema.shape ? WINDOWS : { '': {} };
  for (const [title, fields] of Object.entries(windows))
    describeSamplerContract({
      name: title === '' ? type : `${type}, ${title}`,
      spaces,
      ruled,
      create: (space, seed, constraints) =>
        createSampler({ space, sampler: schema.parse({ type, ...fields }), seed, constraints }),
    });
}
