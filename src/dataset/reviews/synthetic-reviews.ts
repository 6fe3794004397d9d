// `reviews-synthetic`: a seeded stand-in for the IMDB reviews where the real ones cannot be had. Words are numbers. Most are
// drawn by Zipf's law and mean nothing; some praise or blame, and "not" turns what follows it around, so that counting
// words is right about six times in seven and reading them in order more often. The same bits on every machine.
import { exp } from '../sources/synthetic/deterministic-math.js';
import { RandomStream } from '../sources/synthetic/random-stream.js';

/** Changes whenever a word may: part of the source's digest. */
export const SYNTHETIC_REVIEWS_VERSION = 1;
export const SYNTHETIC_REVIEWS_SEED = 2011;
/** Reviews of each part, as many as IMDB has. */
export const SYNTHETIC_REVIEWS = 25_000;

const NEUTRAL_WORDS = 20_000;
/** Mandelbrot's shift flattens the law for the very first words, as in English. */
const ZIPF_SHIFT = 2.7;
/** Praising words are numbered after the neutral ones, blaming words after them, "not" last. */
const SENTIMENT_WORDS = 200;
export const NOT = NEUTRAL_WORDS + 2 * SENTIMENT_WORDS;

/** Lengths are log-normal: median 174 words, as those of IMDB. */
const MEDIAN_LOG_LENGTH = 5.159;
const DEVIATION_LOG_LENGTH = 0.6;
const SHORTEST = 10;
const LONGEST = 2_400;

/** Words per statement of praise or blame, on average. */
const WORDS_PER_STATEMENT = 8;
/** How far the share of statements that agree with the label lies above one half: at least, and how it varies. */
const LEAST_LEANING = 0.07;
const LEANING_RANGE = 0.4;
const NEGATED = 0.2;

/** `count` reviews; `words` is used again for the next one. Half of them are positive. O(words). */
export function* syntheticReviews(options: {
  readonly count: number;
  readonly seed: number;
}): Generator<readonly [label: 0 | 1, words: Uint32Array]> {
  const random = new RandomStream(options.seed);
  const neutral = zipfTable(NEUTRAL_WORDS);
  const sentiment = zipfTable(SENTIMENT_WORDS);
  const words = new Uint32Array(LONGEST + 1);
  for (let review = 0; review < options.count; review++) {
    const label = review % 2 === 0 ? 1 : 0;
    const drawn = exp(MEDIAN_LOG_LENGTH + DEVIATION_LOG_LENGTH * random.normal());
    const length = Math.min(LONGEST, Math.max(SHORTEST, Math.round(drawn)));
    const agreeing = 0.5 + LEAST_LEANING + LEANING_RANGE * random.uniform();
    let at = 0;
    while (at < length) {
      if (random.uniform() * WORDS_PER_STATEMENT >= 1) {
        words[at++] = draw(neutral, random);
        continue;
      }
      const isPraise = random.uniform() < agreeing ? label === 1 : label === 0;
      const isNegated = random.uniform() < NEGATED;
      if (isNegated) words[at++] = NOT;
      const firstWord = NEUTRAL_WORDS + (isPraise === isNegated ? SENTIMENT_WORDS : 0);
      words[at++] = firstWord + draw(sentiment, random);
    }
    yield [label, words.subarray(0, at)];
  }
}

/** `[words]`: probability of a word or one before it; Zipf's law with exponent 1. */
function zipfTable(words: number): Float64Array {
  const table = new Float64Array(words);
  let sum = 0;
  for (let word = 0; word < words; word++) {
    sum += 1 / (word + 1 + ZIPF_SHIFT);
    table[word] = sum;
  }
  for (let word = 0; word < words; word++) table[word]! /= sum;
  return table;
}

function draw(table: Float64Array, random: RandomStream): number {
  const wanted = random.uniform();
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
