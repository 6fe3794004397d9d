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

/**
 * `attemptAt`: gives for a point of the study its attempts 0, 1, … as shares; `skipped`: attempts that earlier points needed
 * beyond one each.
 */
export function createSequenceSampler(
  space: Space,
  seed: number,
  attemptAt: (point: number, skipped: number) => (attempt: number) => ArrayLike<number>,
): Sampler {
  const code = createPointCode(space);
  const { count } = code;
  if (count === null) return { count, window: null, suggest: (point) => code.decode(attemptAt(point, 0)(0)) };

  const found: Params[] = [];
  const taken = new Set<string>();
  let skipped = 0;
  const findNext = (): Params | null => {
    const attempts = attemptAt(found.length, skipped);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const params = code.decode(attempts(attempt));
      if (taken.has(code.keyOf(params))) continue;
      skipped += attempt;
      return params;
    }
    skipped += MOST_ATTEMPTS - 1;
    return code.drawFree(seededRandom(mix(seed, found.length)), (key) => taken.has(key));
  };
  return {
    count,
    window: null,
    suggest(point) {
      if (point >= count) return null;
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
