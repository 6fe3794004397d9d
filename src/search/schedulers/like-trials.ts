// Which trials a scheduler may compare: of a rolling origin each repeat of a point is judged on a block of its own, and an easy
// season would beat a hard one. Then only trials of the same block are alike; else all are.
import type { SchedulerContext } from '../scheduler.js';

type Repeats = Pick<SchedulerContext, 'repeats' | 'repeatsDiffer'>;

/** The kinds of a study's trials, and the one that the trial at an index is of. */
export function likeTrials({ repeats, repeatsDiffer }: Repeats): {
  readonly kinds: number;
  of(index: number): number;
} {
  return repeatsDiffer === true
    ? { kinds: repeats, of: (index) => index % repeats }
    : { kinds: 1, of: () => 0 };
}

/** One of each kind. */
export function forEachKind<Kept>(context: Repeats, create: () => Kept): (index: number) => Kept {
  const { kinds, of } = likeTrials(context);
  const all = Array.from({ length: kinds }, create);
  return (index) => all[of(index)]!;
}
