// All samplers and schedulers by the names that a sweep file calls them. A new algorithm is one file and one row here, which
// gives the sweep file its schema and the documentation its table.
import type { z } from 'zod';
import { sectionOfRows } from '../schema/rows.js';
import type { Params } from '../study/trial/trial.js';
import type { PopulationOptions } from './population.js';
import type { Sampler, ToldPoint } from './sampler.js';
import { autoSampler } from './samplers/auto.js';
import { cmaesSampler } from './samplers/cmaes.js';
import { withEnqueued } from './samplers/enqueued.js';
import { gpSampler } from './samplers/gp.js';
import { gridSampler } from './samplers/grid.js';
import { haltonSampler } from './samplers/halton.js';
import { withKnown } from './samplers/known.js';
import { nsga2Sampler } from './samplers/nsga2.js';
import { randomSampler } from './samplers/random.js';
import { sobolSampler } from './samplers/sobol.js';
import { tpeSampler } from './samplers/tpe.js';
import type { Scheduler, SchedulerContext, SchedulerFault } from './scheduler.js';
import { ashaScheduler } from './schedulers/asha.js';
import { hyperbandScheduler } from './schedulers/hyperband.js';
import { medianScheduler } from './schedulers/median.js';
import { noneScheduler } from './schedulers/none.js';
import { oneShotScheduler } from './schedulers/one-shot.js';
import { pbtScheduler } from './schedulers/pbt.js';
import { plateauScheduler } from './schedulers/plateau.js';
import { projectedHalvingScheduler } from './schedulers/projected-halving.js';
import { wilcoxonScheduler } from './schedulers/wilcoxon.js';
import { isListable, type Space } from './space/dimension.js';
import type { SpaceFault } from './space/space-fault.js';

/** `section` is what the schema made of the sweep file's `sampler`. */
export interface SamplerEntry<Section> {
  readonly schema: z.ZodType<Section>;
  /** A sentence for the documentation. */
  readonly summary: string;
  /** `constraints`: points that break one are never proposed. */
  create(space: Space, section: Section, seed: number, constraints?: readonly string[]): Sampler;
  /** What keeps it from a space, so that the sweep file is refused with the place; left out: it takes every space. */
  faultsOf?(space: Space): readonly SpaceFault[];
}

export interface SchedulerEntry<Section> {
  readonly schema: z.ZodType<Section>;
  readonly summary: string;
  create(section: Section, context: SchedulerContext): Scheduler;
  /** Of one whose trials go on from one another (population.ts): it stops none. */
  populationOf?(section: Section): PopulationOptions;
  /** Why it would do nothing in a study with so many seeds a point; left out: there is no such study. */
  faultOf?(section: Section, repeats: number): SchedulerFault | null;
}

export const SAMPLERS = {
  auto: autoSampler,
  gp: gpSampler,
  tpe: tpeSampler,
  cmaes: cmaesSampler,
  nsga2: nsga2Sampler,
  grid: gridSampler,
  random: randomSampler,
  sobol: sobolSampler,
  halton: haltonSampler,
} as const;
export const SCHEDULERS = {
  none: noneScheduler,
  median: medianScheduler,
  asha: ashaScheduler,
  hyperband: hyperbandScheduler,
  'one-shot': oneShotScheduler,
  'projected-halving': projectedHalvingScheduler,
  plateau: plateauScheduler,
  pbt: pbtScheduler,
  wilcoxon: wilcoxonScheduler,
} as const;

/** The sections of the sweep file: in this order they are listed, in the published schema and in the documentation. */
export const samplerSchema = sectionOfRows(SAMPLERS);
export const schedulerSchema = sectionOfRows(SCHEDULERS);

export type SamplerSection = z.output<typeof samplerSchema>;
export type SchedulerSection = z.output<typeof schedulerSchema>;

/** What of a sweep spec decides which points are proposed. */
export interface SearchSpec {
  readonly space: Space;
  readonly sampler: SamplerSection;
  readonly seed: number;
  /** Points that break one are never proposed. */
  readonly constraints?: readonly string[] | undefined;
  /** Points that come first, in the order given. */
  readonly enqueue?: readonly Params[] | undefined;
}

/** `known`: what it is told before its first point (known.ts). */
export function createSampler(
  { space, sampler: section, seed, constraints = [], enqueue = [] }: SearchSpec,
  known: readonly ToldPoint[] = [],
): Sampler {
  // The row of a type takes that type's section: what TypeScript cannot follow through an index.
  const entry = SAMPLERS[section.type] as SamplerEntry<SamplerSection>;
  const sampler = withKnown(entry.create(space, section, seed, constraints), space, known);
  return withEnqueued(sampler, space, enqueue);
}

/** `type`: as it is written, whatever it is. */
export function samplerFaults(type: unknown, space: Space): readonly SpaceFault[] {
  if (typeof type !== 'string' || !Object.hasOwn(SAMPLERS, type)) return [];
  const entry = SAMPLERS[type as keyof typeof SAMPLERS] as SamplerEntry<SamplerSection>;
  return entry.faultsOf?.(space) ?? [];
}

/** The sampler of a file that names none: the grid where every dimension lists its values, else one that learns. */
export function defaultSampler(space: Space, objectives = 1): SamplerSection {
  if (Object.values(space).every(isListable)) return SAMPLERS.grid.schema.parse({ type: 'grid' });
  return objectives > 1
    ? SAMPLERS.nsga2.schema.parse({ type: 'nsga2' })
    : SAMPLERS.auto.schema.parse({ type: 'auto' });
}

export function createScheduler(section: SchedulerSection, context: SchedulerContext): Scheduler {
  const entry = SCHEDULERS[section.type] as SchedulerEntry<SchedulerSection>;
  return entry.create(section, context);
}

/** null: every trial is one for itself. */
export function populationOf(section: SchedulerSection): PopulationOptions | null {
  const entry = SCHEDULERS[section.type] as SchedulerEntry<SchedulerSection>;
  return entry.populationOf?.(section) ?? null;
}

/** `section`: as it is written; one that its schema refuses has no other fault. */
export function schedulerFault(section: unknown, repeats: number): SchedulerFault | null {
  const read = schedulerSchema.safeParse(section);
  if (!read.success) return null;
  const entry = SCHEDULERS[read.data.type] as SchedulerEntry<SchedulerSection>;
  return entry.faultOf?.(read.data, repeats) ?? null;
}
