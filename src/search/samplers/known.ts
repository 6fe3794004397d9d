// What a sampler that learns is told before its first point: results of another study. To it they are points that came
// before, so that it goes on as in one longer study. Of a space with an end those points come last, best first, so that
// none is left out: their results were another study's.
import type { Params } from '../../study/trial/trial.js';
import type { History, Sampler, ToldPoint } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import { createPointCode, type PointCode } from '../space/point-code.js';

/** `known`: different points, in the order in which they were proposed. A sampler that learns nothing stays as it is. */
export function withKnown(sampler: Sampler, space: Space, known: readonly ToldPoint[]): Sampler {
  if (known.length === 0 || sampler.window === null) return sampler;
  const code = createPointCode(space);
  const joined = new JoinedHistory(code, known);
  const ranking = [...known].sort(byLoss);
  return {
    count: sampler.count,
    window: sampler.window,
    suggest(point, history) {
      const { told, pending, first } = joined.read(history);
      const params = sampler.suggest(first + point, { told, pending });
      if (params !== null) return params;
      return ranking.find((each) => !joined.isOwn(each.params))?.params ?? null;
    },
  };
}

const STATES = ['COMPLETE', 'PRUNED', 'FAILED'] as const;

function byLoss(one: ToldPoint, other: ToldPoint): number {
  const byState = STATES.indexOf(one.state) - STATES.indexOf(other.state);
  return byState || (one.losses[0] ?? 0) - (other.losses[0] ?? 0) || one.point - other.point;
}

/** The known points before a study's own. Follows from the history alone; what it keeps is read anew where that is another. */
class JoinedHistory {
  /** Those that the study has not proposed itself: of a point of both its own result counts. */
  private kept: readonly ToldPoint[];
  private told: ToldPoint[];
  private readonly own = new Set<string>();
  private readonly knownKeys: ReadonlySet<string>;
  private last: ToldPoint | null = null;
  private count = 0;

  constructor(
    private readonly code: PointCode,
    private readonly known: readonly ToldPoint[],
  ) {
    this.kept = known;
    this.told = [...known];
    this.knownKeys = new Set(known.map(({ params }) => code.keyOf(params)));
  }

  isOwn(params: Params): boolean {
    return this.own.has(this.code.keyOf(params));
  }

  /** `first`: the number of the study's first point. */
  read({ told, pending }: History): History & { readonly first: number } {
    // From none to some nothing is known of the ones before: as with another history all is read anew.
    const goesOn =
      this.count > 0 && told.length >= this.count && told[this.count - 1]?.params === this.last?.params;
    if (!goesOn) {
      this.own.clear();
      this.restart();
    }
    const before = this.own.size;
    for (const { params } of told.slice(this.count)) this.meet(params);
    for (const { params } of pending) this.meet(params);
    if (this.own.size > before) this.restart();
    const first = this.kept.length;
    for (const each of told.slice(this.count)) this.told.push({ ...each, point: first + each.point });
    this.count = told.length;
    this.last = told.at(-1) ?? null;
    return {
      told: this.told,
      pending: pending.map(({ point, params }) => ({ point: first + point, params })),
      first,
    };
  }

  private meet(params: Params): void {
    const key = this.code.keyOf(params);
    if (this.knownKeys.has(key)) this.own.add(key);
  }

  private restart(): void {
    this.kept = this.known.filter(({ params }) => !this.isOwn(params));
    this.told = [...this.kept];
    this.count = 0;
    this.last = null;
  }
}
