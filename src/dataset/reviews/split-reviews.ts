// Which reviews train, validate and test. Sources are often sorted by label, so the reviews are shuffled first, with the
// seed that Keras' imdb.load_data uses (the shuffle itself is ours); then the last ones validate, as Keras'
// `validation_split` takes them.
import { SweepError } from '../../errors.js';
import { seededRandom } from '../../statistics/seeded-random.js';
import type { RowSplit } from '../../study/trial/trial.js';

const SHUFFLE_SEED = 113;
/** Shares such as 0.2 of a whole number of reviews are not cut by rounding. */
const ROUNDING = 1e-9;

export interface ReviewSplit {
  /** Places in the source's training reviews, in the order of the prepared file: train, validation, then test. */
  readonly order: readonly number[];
  /** Rows of the prepared file. */
  readonly split: RowSplit;
}

/**
 * `ownTest`: test reviews that the source has set apart, which follow in their own order; null: the last `testSplit` of
 * the shuffled reviews. Throws DATASET_TOO_SHORT when a split would be empty.
 */
export function splitReviews(
  count: number,
  ownTest: number | null,
  shares: { readonly validationSplit: number; readonly testSplit: number },
): ReviewSplit {
  const order = shuffle(count);
  const learning = ownTest === null ? firstShare(count, 1 - shares.testSplit) : count;
  const train = firstShare(learning, 1 - shares.validationSplit);
  const end = ownTest === null ? count : count + ownTest;
  const split = {
    train: { start: 0, end: train },
    validation: { start: train, end: learning },
    test: { start: learning, end },
  };
  for (const [name, rows] of Object.entries(split)) {
    if (rows.end > rows.start) continue;
    throw new SweepError('DATASET_TOO_SHORT', `${count} reviews leave none for the ${name} split`, {
      path: name === 'test' ? 'dataset.testSplit' : 'dataset.validationSplit',
      hint: 'more reviews, or another share',
    });
  }
  return { order, split };
}

/** As Keras' `int(floor(count · share))`. */
function firstShare(count: number, share: number): number {
  return Math.floor(count * share + ROUNDING * count);
}

/** Fisher and Yates (Durstenfeld 1964). */
function shuffle(count: number): number[] {
  const { below } = seededRandom(SHUFFLE_SEED);
  const order = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last--) {
    const other = below(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
