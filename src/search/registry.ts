// All samplers and schedulers by the names that a sweep file calls them. A new algorithm is one file and one row here, which
// gives the sweep file its schema and the documentation its table.
import type { z } from 'zod';
import type { Sampler } from './sampler.js';
import { gridSampler } from './samplers/grid.js';
import { randomSampler } from './samplers/random.js';
import type { Scheduler, SchedulerContext } from './scheduler.js';
import { ashaScheduler } from './schedulers/asha.js';
import { hyperbandScheduler } from './schedulers/hyperband.js';
import { medianScheduler } from './schedulers/median.js';
import { noneScheduler } from './schedulers/none.js';
import { oneShotScheduler } from './schedulers/one-shot.js';
import type { Space } from './space/dimension.js';

/** `section` is what the schema made of the sweep file's `sampler`. */
export interface SamplerEntry<Section> {
  readonly schema: z.ZodType<Section>;
  /** A sentence for the documentation. */
  readonly summary: string;
  create(space: Space, section: Section, seed: number): Sampler;
}

export interface SchedulerEntry<Section> {
  readonly schema: z.ZodType<Section>;
  readonly summary: string;
  create(section: Section, context: SchedulerContext): Scheduler;
}

export const SAMPLERS = { grid: gridSampler, random: randomSampler } as const;
export const SCHEDULERS = {
  none: noneScheduler,
  median: medianScheduler,
  asha: ashaScheduler,
  hyperband: hyperbandScheduler,
  'one-shot': oneShotScheduler,
} as const;

export type SamplerSection = z.output<(typeof SAMPLERS)[keyof typeof SAMPLERS]['schema']>;
export type SchedulerSection = z.output<(typeof SCHEDULERS)[keyof typeof SCHEDULERS]['schema']>;

export function createSampler(space: Space, section: SamplerSection, seed: number): Sampler {
  // The row of a type takes that type's section: what TypeScript cannot follow through an index.
  const entry = SAMPLERS[section.type] as SamplerEntry<SamplerSection>;
  return entry.create(space, section, seed);
}

export function createScheduler(section: SchedulerSection, context: SchedulerContext): Scheduler {
  const entry = SCHEDULERS[section.type] as SchedulerEntry<SchedulerSection>;
  return entry.create(section, context);
}
