// Population based training (Jaderberg et al. 2017): members train side by side, and after every `interval` epochs the worst
// of them go on from the state of the best (exploit), with parameters that are changed a little (explore). As a sampler: its
// first points are those of the sampler it is given, one a member; each further point is a member's next segment, whose
// parent is part of the point (study/trial/segment.ts). A generation is proposed when all results of the one before it are
// in: from them alone, so that neither the number of workers nor a resume shows in it.
import { type SeededRandom, seededRandom } from '../statistics/seeded-random.js';
import { PARENT, type SegmentParent, tellParent, withoutParent } from '../study/trial/segment.js';
import type { Params, ParamValue } from '../study/trial/trial.js';
import { type History, resultsNeeded, type Sampler, type ToldPoint } from './sampler.js';
import { tellLoss } from './schedulers/best-share.js';
import { type Axis, axesOf } from './space/axes.js';
import type { Space } from './space/dimension.js';
import { readRules } from './space/rules.js';

/** Jaderberg et al., appendix A: a value is perturbed by one of these factors. */
const FACTORS = [0.8, 1.2] as const;
/** Changes are drawn anew where they break a constraint, change nothing, or are those of another member. */
const MOST_DRAWS = 32;

export interface PopulationOptions {
  /** Members at most: a sampler that ends before has fewer. */
  readonly size: number;
  /** Epochs of a segment. */
  readonly interval: number;
  /** Of the members, those that are replaced, and those that replace them. */
  readonly share: number;
  /** With this probability a value is drawn from its dimension instead of being perturbed. */
  readonly resample: number;
}

export interface PopulationContext {
  readonly space: Space;
  readonly constraints: readonly string[];
  readonly seed: number;
  /** Of a member's whole training. */
  readonly epochs: number;
  /** Dimensions that may change in the middle of a training. */
  readonly changeable: readonly string[];
  /** The trial of a point, which its successors name. */
  trialOf(params: Params): string;
}

/** A member's next segment. */
interface Heir {
  readonly params: Params;
  readonly reason: string;
}

export function createPopulation(
  members: Sampler,
  options: PopulationOptions,
  context: PopulationContext,
): Sampler {
  const { interval } = options;
  const size = Math.min(options.size, members.count ?? Number.POSITIVE_INFINITY);
  const generations = Math.max(1, Math.ceil(context.epochs / interval));
  const heirs = createHeirs(size, generations, options, context);
  /** Follows from what it was told: of another history it is made anew. */
  let latest: { readonly before: readonly ToldPoint[]; readonly heirs: readonly Heir[] } | null = null;

  const heirOf = (point: number, { told }: History): Heir | null => {
    const generation = Math.floor(point / size);
    if (generation >= generations) return null;
    const before = told.slice((generation - 1) * size, generation * size);
    if (before.length < size) return null;
    if (!before.every((told, place) => latest?.before[place] === told))
      latest = { before, heirs: heirs(generation, before) };
    return latest?.heirs[point % size] ?? null;
  };

  return {
    count: size * generations,
    window: size,
    resultsNeeded: (point) =>
      point < size ? resultsNeeded(members, point) : Math.floor(point / size) * size,
    suggest: (point, history) =>
      point < size ? members.suggest(point, history) : (heirOf(point, history)?.params ?? null),
    reasonFor: (point, history) => (point < size ? null : (heirOf(point, history)?.reason ?? null)),
  };
}

function createHeirs(
  size: number,
  generations: number,
  { interval, share, resample }: PopulationOptions,
  { space, constraints, seed, epochs, changeable, trialOf }: PopulationContext,
): (generation: number, before: readonly ToldPoint[]) => readonly Heir[] {
  const axes = axesOf(space).filter(({ name }) => changeable.includes(name));
  const rules = readRules(space, constraints);

  /** `parent`'s parameters with each that may change perturbed or drawn anew; as they are when no draw is of use. */
  const explore = (parent: Params, random: SeededRandom, isTaken: (params: Params) => boolean): Params => {
    for (let draw = 0; draw < MOST_DRAWS; draw++) {
      const changed: Record<string, ParamValue> = { ...parent };
      for (const axis of axes)
        if (Object.hasOwn(parent, axis.name))
          changed[axis.name] =
            random.uniform() < resample
              ? axis.valueAt(random.uniform())
              : perturb(axis, parent[axis.name] as ParamValue, random);
      const isSame = axes.every(({ name }) => Object.is(changed[name], parent[name]));
      if (!isSame && rules.allows(changed) && !isTaken(changed)) return changed;
    }
    return parent;
  };

  return (generation, before) => {
    const ranking = [...before].sort((one, other) => lossIn(one) - lossIn(other) || one.point - other.point);
    const alive = ranking.filter(isAlive);
    if (alive.length === 0) return [];
    const replaced = Math.max(Math.floor(share * size), size - alive.length);
    const donors = alive.slice(0, Math.max(1, Math.floor(share * size)));
    const epoch = Math.min(epochs, generation * interval);
    const where = `generation ${generation + 1} of ${generations}`;
    const heirs: Heir[] = [];
    const seen = new Set<string>();
    const follow = (params: Params, parent: Params, reason: string): void => {
      const from: SegmentParent = { trial: trialOf(parent), epoch };
      const point = { ...withoutParent(params), [PARENT]: tellParent(from) };
      seen.add(JSON.stringify(point));
      heirs.push({ params: point, reason });
    };
    for (const member of before) {
      const rank = ranking.indexOf(member);
      const place = isAlive(member)
        ? `its member was ${rank + 1} of ${size} (loss ${tellLoss(lossIn(member))})`
        : 'its member has no state to go on from';
      if (rank < size - replaced && isAlive(member)) {
        follow(member.params, member.params, `${where}: ${place} and goes on with the same parameters`);
        continue;
      }
      const random = seededRandom(seed * 2 ** 21 + generation * size + (member.point % size));
      const donor = donors[random.below(donors.length)] as ToldPoint;
      const from = tellParent({ trial: trialOf(donor.params), epoch });
      const own = withoutParent(donor.params);
      const changed = explore(own, random, (params) =>
        seen.has(JSON.stringify({ ...params, [PARENT]: from })),
      );
      const best = `${ranking.indexOf(donor) + 1} of ${size} (loss ${tellLoss(lossIn(donor))})`;
      follow(
        changed,
        donor.params,
        `${where}: ${place}, so it goes on from the one that was ${best} with ${tellChanges(own, changed)}`,
      );
    }
    return heirs;
  };
}

/** What was stopped or has failed left no state that another goes on from. */
function isAlive({ state, losses: [loss] }: ToldPoint): boolean {
  return state === 'COMPLETE' && loss !== undefined && Number.isFinite(loss);
}

function lossIn(told: ToldPoint): number {
  return isAlive(told) ? (told.losses[0] as number) : Number.POSITIVE_INFINITY;
}

/** Listed values: the next one, up or down. Ranges: times a factor. Within the dimension. */
function perturb(axis: Axis, value: ParamValue, random: SeededRandom): ParamValue {
  const isUp = random.below(2) === 1;
  if (axis.cell > 0) return axis.valueAt(clampShare(axis.shareOf(value) + (isUp ? axis.cell : -axis.cell)));
  const factor = FACTORS[isUp ? 1 : 0];
  return typeof value === 'number' ? axis.valueAt(clampShare(axis.shareOf(value * factor))) : value;
}

/** A value below a logarithmic range has no share. */
function clampShare(share: number): number {
  return Number.isNaN(share) ? 0 : Math.min(1, Math.max(0, share));
}

function tellChanges(before: Params, after: Params): string {
  const changed = Object.keys(after).filter((name) => !Object.is(before[name], after[name]));
  if (changed.length === 0) return 'the same parameters, as no other ones are free';
  return changed.map((name) => `${name} ${String(before[name])} → ${String(after[name])}`).join(', ');
}
