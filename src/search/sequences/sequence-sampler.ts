// A sampler that follows a sequence of points and learns nothing. Where the space has an end no point comes twice: the
// sequence is then followed from its first point, in a resumed study as well.
import { seededRandom } from '../../statistics/seeded-random.js';
import type { Params } from '../../study/trial/trial.js';
import type { Sampler } from '../sampler.js';
import type { Space } from '../space/dimension.js';
import { createPointCode } from '../space/point-code.js';
import { mix } from './sobol-sequence.js';

/** Attempts of which none is new: hardly any points are left, and the rest are drawn. */
const MOST_ATTEMPTS = 200;
/** Where constraints rule points out, they may leave little of the space. */
const MOST_CONSTRAINED_ATTEMPTS = 10_000;

export interface SequenceOptions {
  readonly space: Space;
  readonly seed: number;
  readonly constraints?: readonly string[] | undefined;
  /** Of a point of the study its attempts 0, 1, … as shares; `skipped`: attempts that earlier ones needed beyond one each. */
  attemptAt(point: number, skipped: number): (attempt: number) => ArrayLike<number>;
}

export function createSequenceSampler({ space, seed, constraints, attemptAt }: SequenceOptions): Sampler {
  const code = createPointCode(space, constraints);
  const { count } = code;
  if (!code.canRepeat)
    return { count, window: null, suggest: (point) => code.decode(attemptAt(point, 0)(0)) };

  const most = code.rules.constraints.length > 0 ? MOST_CONSTRAINED_ATTEMPTS : MOST_ATTEMPTS;
  const found: Params[] = [];
  const taken = new Set<string>();
  const isTaken = (key: string): boolean => taken.has(key);
  let skipped = 0;
  const findNext = (): Params | null => {
    const attempts = attemptAt(found.length, skipped);
    for (let attempt = 0; attempt < most; attempt++) {
      const params = code.accept(attempts(attempt), isTaken);
      if (params === null) continue;
      skipped += attempt;
      return params;
    }
    skipped += most - 1;
    return code.drawFree(seededRandom(mix(seed, found.length)), isTaken);
  };
  return {
    count,
    window: null,
    suggest(point) {
      if (count !== null && point >= count) return null;
      while (found.length <= point) {
        const next = findNext();
        if (next === null) return null;
        taken.add(code.keyOf(next));
        found.push(next);
      }
      return found[point] ?? null;
    },
  };
}
