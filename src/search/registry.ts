// All samplers and schedulers by the names that a sweep file calls them. A new algorithm is one file and one row here, which
// gives the sweep file its schema and the documentation its table.
import type { z } from 'zod';
import type { Params } from '../study/trial.js';
import type { Sampler } from './sampler.js';
import { autoSampler } from './samplers/auto.js';
import { cmaesSampler } from './samplers/cmaes.js';
import { withEnqueued } from './samplers/enqueued.js';
import { gpSampler } from './samplers/gp.js';
import { gridSampler } from './samplers/grid.js';
import { haltonSampler } from './samplers/halton.js';
import { randomSampler } from './samplers/random.js';
import { sobolSampler } from './samplers/sobol.js';
import { tpeSampler } from './samplers/tpe.js';
import type { Scheduler, SchedulerContext } from './scheduler.js';
import { ashaScheduler } from './schedulers/asha.js';
import { hyperbandScheduler } from './schedulers/hyperband.js';
import { medianScheduler } from './schedulers/median.js';
import { noneScheduler } from './schedulers/none.js';
import { oneShotScheduler } from './schedulers/one-shot.js';
import { isListable, type Space } from './space/dimension.js';

/** `section` is what the schema made of the sweep file's `sampler`. */
export interface SamplerEntry<Section> {
  readonly schema: z.ZodType<Section>;
  /** A sentence for the documentation. */
  readonly summary: string;
  /** `constraints`: points that break one are never proposed. */
  create(space: Space, section: Section, seed: number, constraints?: readonly string[]): Sampler;
}

export interface SchedulerEntry<Section> {
  readonly schema: z.ZodType<Section>;
  readonly summary: string;
  create(section: Section, context: SchedulerContext): Scheduler;
}

export const SAMPLERS = {
  grid: gridSampler,
  random: randomSampler,
  sobol: sobolSampler,
  halton: haltonSampler,
  tpe: tpeSampler,
  gp: gpSampler,
  cmaes: cmaesSampler,
  auto: autoSampler,
} as const;
export const SCHEDULERS = {
  none: noneScheduler,
  median: medianScheduler,
  asha: ashaScheduler,
  hyperband: hyperbandScheduler,
  'one-shot': oneShotScheduler,
} as const;

export type SamplerSection = z.output<(typeof SAMPLERS)[keyof typeof SAMPLERS]['schema']>;
export type SchedulerSection = z.output<(typeof SCHEDULERS)[keyof typeof SCHEDULERS]['schema']>;

/** `enqueued`: points that come first, in the order given. */
export function createSampler(
  space: Space,
  section: SamplerSection,
  seed: number,
  enqueued: readonly Params[] = [],
  constraints: readonly string[] = [],
): Sampler {
  // The row of a type takes that type's section: what TypeScript cannot follow through an index.
  const entry = SAMPLERS[section.type] as SamplerEntry<SamplerSection>;
  return withEnqueued(entry.create(space, section, seed, constraints), space, enqueued);
}

/** Of a file that names no sampler: the grid where every dimension lists its values. */
export function defaultSampler(space: Space): SamplerSection {
  return Object.values(space).every(isListable)
    ? SAMPLERS.grid.schema.parse({ type: 'grid' })
    : SAMPLERS.auto.schema.parse({ type: 'auto' });
}

export function createScheduler(section: SchedulerSection, context: SchedulerContext): Scheduler {
  const entry = SCHEDULERS[section.type] as SchedulerEntry<SchedulerSection>;
  return entry.create(section, context);
}
