// A plan's points without running them: all of them, or, where they are too many, some that lie spread.
import type { StudyPlan } from './study-plan.js';

/** As many as spec/check-spec.ts tries before the data are known: a fraction of a second. */
const MOST_POINTS = 256;
/** Its multiples, cut to [0, 1), are spread evenly, and share no period with the nested loops of a grid. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** Index of the first trial of each point; beyond 256 points of the first, the last, and others between. */
export function* sampleIndices({ total, repeats }: StudyPlan): Generator<number> {
  const points = total === null ? MOST_POINTS : Math.ceil(total / repeats);
  const isWhole = points <= MOST_POINTS;
  for (let sample = 0; sample < Math.min(points, MOST_POINTS); sample++) {
    const spread = sample === 1 ? points - 1 : Math.floor(((sample * GOLDEN_RATIO) % 1) * points);
    yield (isWhole ? sample : spread) * repeats;
  }
}

/** What only the real data can show, before a study is made. Throws BadPointError for the first bad point it sees. */
export function checkPoints(plan: StudyPlan): void {
  for (const index of sampleIndices(plan)) plan.plan(index);
}
