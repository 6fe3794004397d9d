// From the names in a sweep spec to the algorithms beside this file. A new algorithm is one case here.
import type { Space } from '../sweep-file/dimension.js';
import type { SamplerSection, SchedulerSection } from '../sweep-file/sweep-schema.js';
import { createGridSampler } from './grid-sampler.js';
import { createNoneScheduler } from './none-scheduler.js';
import type { Sampler, Scheduler } from './search.js';

export function createSampler(space: Space, sampler: SamplerSection): Sampler {
  switch (sampler.type) {
    case 'grid':
      return createGridSampler(space);
  }
}

export function createScheduler(scheduler: SchedulerSection): Scheduler {
  switch (scheduler.type) {
    case 'none':
      return createNoneScheduler();
  }
}
