// Macro F1 of a confusion matrix and how sure it is. It is no mean over samples, so its interval is by a bootstrap over them:
// drawn again with their classes and answers, which is all of them that the figure reads.
import { type IntervalReason, LEAST_SAMPLES } from './interval-reason.js';
import { type Interval, intervalWithin } from './range-interval.js';
import { seededRandom } from './seeded-random.js';

export interface AnswerCounts {
  readonly classes: number;
  /** `[class, answer]`, samples. */
  readonly confusion: Float64Array;
  /** `[class]`, samples that got no answer. */
  readonly unanswered: Float64Array;
}

/** A standard error by so many is 4 % off at most times. */
const RESAMPLES = 400;
const SEED = 20;
/** Standard normal quantile of 0.975: 95 % lie inside. */
const QUANTILE = 1.959963984540054;

/** Mean over the classes that are there or answered of 2·precision·recall/(precision + recall). */
export function macroF1({ classes, confusion, unanswered }: AnswerCounts): number {
  const sums = new ClassSums(classes);
  for (const [cell, samples] of confusion.entries())
    if (samples > 0) sums.add(Math.floor(cell / classes), cell % classes, samples);
  for (const [own, samples] of unanswered.entries()) sums.add(own, null, samples);
  return sums.macroF1();
}

/** 95 %; samples are independent, as reviews are. */
export function macroF1Interval(counts: AnswerCounts): {
  readonly interval: Interval | null;
  readonly reason: IntervalReason | null;
} {
  const { classes, confusion, unanswered } = counts;
  const owns: number[] = [];
  const answers: (number | null)[] = [];
  const put = (own: number, answer: number | null, samples: number): void => {
    for (let sample = 0; sample < samples; sample += 1) {
      owns.push(own);
      answers.push(answer);
    }
  };
  for (const [cell, samples] of confusion.entries()) put(Math.floor(cell / classes), cell % classes, samples);
  for (const [own, samples] of unanswered.entries()) put(own, null, samples);
  if (owns.length < LEAST_SAMPLES) return { interval: null, reason: 'too-few' };
  const random = seededRandom(SEED);
  const sums = new ClassSums(classes);
  const found = Array.from({ length: RESAMPLES }, () => {
    sums.clear();
    for (let draw = 0; draw < owns.length; draw += 1) {
      const sample = random.below(owns.length);
      sums.add(owns[sample]!, answers[sample]!, 1);
    }
    return sums.macroF1();
  });
  const mean = found.reduce((sum, one) => sum + one, 0) / RESAMPLES;
  const squares = found.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const half = QUANTILE * Math.sqrt(squares / (RESAMPLES - 1));
  const interval = half > 0 ? intervalWithin('share', macroF1(counts), half) : null;
  return { interval, reason: interval === null ? 'constant' : null };
}

/** Of each class the samples that are right, there and answered with it. */
class ClassSums {
  private readonly right: Float64Array;
  /** Those there and those answered, together. */
  private readonly both: Float64Array;

  constructor(classes: number) {
    this.right = new Float64Array(classes);
    this.both = new Float64Array(classes);
  }

  clear(): void {
    this.right.fill(0);
    this.both.fill(0);
  }

  add(own: number, answer: number | null, samples: number): void {
    this.both[own]! += samples;
    if (answer === null) return;
    this.both[answer]! += samples;
    if (answer === own) this.right[own]! += samples;
  }

  macroF1(): number {
    let sum = 0;
    let classes = 0;
    for (const [own, both] of this.both.entries()) {
      // A class that is neither there nor answered says nothing of the model.
      if (both === 0) continue;
      sum += (2 * this.right[own]!) / both;
      classes += 1;
    }
    return sum / Math.max(1, classes);
  }
}
