// Adds up how good each output of a model is, sample by sample: by step of a horizon, by quantile, by class. Owns no
// prediction and no loss: evaluation.ts hands it both, quantiles in order.

import { type AnswerCounts, macroF1 } from '../../statistics/macro-f1.js';
import type { ClassErrors, OutputErrors, StepErrors } from '../../study/trial/output-errors.js';
import { MOST_CONFUSED_CLASSES } from '../../study/trial/output-errors.js';
import { NO_ANSWER } from '../../task/evaluation.js';
import { bandsOf, conformalOffset } from '../../task/quantiles.js';
import { pinballLoss } from '../sample-loss.js';

/** `[targets]` steps with as many quantiles each, those of one column after the other's. */
export class StepScores {
  private readonly absolute: Float64Array;
  private readonly square: Float64Array;
  private readonly covered: Float64Array;
  private readonly width: Float64Array;
  private readonly pinball: Float64Array;
  private readonly below: Float64Array;
  /** Of each step and band `[samples]`, one after the other. */
  private readonly scores: Float64Array[];
  private samples = 0;

  constructor(
    /** Of all columns. */
    private readonly steps: number,
    private readonly quantiles: readonly number[] | undefined,
    private readonly count: number,
    isConformal: boolean,
    private readonly columns = 1,
  ) {
    this.absolute = new Float64Array(steps);
    this.square = new Float64Array(steps);
    this.covered = new Float64Array(steps);
    this.width = new Float64Array(steps);
    this.pinball = new Float64Array(quantiles?.length ?? 0);
    this.below = new Float64Array(quantiles?.length ?? 0);
    const bands = isConformal ? bandsOf(quantiles ?? []).length : 0;
    this.scores = Array.from({ length: steps * bands }, () => new Float64Array(count));
  }

  addError(step: number, error: number): void {
    this.absolute[step]! += error;
    this.square[step]! += error * error;
  }

  /** A sample's quantiles `[steps, quantiles]` from `at`, its targets from `targetAt`. */
  addSample(outputs: Float32Array, at: number, targets: Float32Array, targetAt: number): void {
    const { quantiles } = this;
    const sample = this.samples++;
    if (quantiles === undefined) return;
    const bands = bandsOf(quantiles);
    for (let step = 0; step < this.steps; step++) {
      const target = targets[targetAt + step]!;
      const begin = at + step * quantiles.length;
      for (const [place, quantile] of quantiles.entries()) {
        const value = outputs[begin + place]!;
        this.pinball[place]! += pinballLoss(quantile, value, target);
        if (target <= value) this.below[place]!++;
      }
      const low = outputs[begin]!;
      const high = outputs[begin + quantiles.length - 1]!;
      if (target >= low && target <= high) this.covered[step]!++;
      this.width[step]! += high - low;
      if (this.scores.length === 0) continue;
      for (const [band, [lower, upper]] of bands.entries())
        this.scores[step * bands.length + band]![sample] = Math.max(
          outputs[begin + lower]! - target,
          target - outputs[begin + upper]!,
        );
    }
  }

  /** undefined: there is one value a prediction. */
  describe(): OutputErrors | undefined {
    const { steps, quantiles, count } = this;
    if (steps === 1 && quantiles === undefined) return undefined;
    const hasBand = (quantiles?.length ?? 0) > 1;
    const all = Array.from({ length: steps }, (_, step): StepErrors => {
      const [mae, mse] = [this.absolute[step]! / count, this.square[step]! / count];
      if (!hasBand) return { mae, mse };
      return { mae, mse, coverage: this.covered[step]! / count, width: this.width[step]! / count };
    });
    const ofTargets = this.byStepsAndColumns(all);
    if (quantiles === undefined) return ofTargets;
    const ofQuantiles = quantiles.map((quantile, place) => ({
      quantile,
      pinball: this.pinball[place]! / (count * steps),
      below: this.below[place]! / (count * steps),
    }));
    const offsets = this.offsets(quantiles);
    return { ...ofTargets, quantiles: ofQuantiles, ...(offsets === null ? {} : { offsets }) };
  }

  /** Of several columns means over them, and over the steps of each. */
  private byStepsAndColumns(all: readonly StepErrors[]): Pick<OutputErrors, 'steps' | 'columns'> {
    const { columns } = this;
    if (columns === 1) return { steps: [...all] };
    const steps = all.length / columns;
    const at = (column: number, step: number): StepErrors => all[column * steps + step]!;
    const columnPlaces = Array.from({ length: columns }, (_, column) => column);
    const stepPlaces = Array.from({ length: steps }, (_, step) => step);
    return {
      steps: stepPlaces.map((step) => meanErrors(columnPlaces.map((column) => at(column, step)))),
      columns: columnPlaces.map((column) => meanErrors(stepPlaces.map((step) => at(column, step)))),
    };
  }

  private offsets(quantiles: readonly number[]): number[] | null {
    if (this.scores.length === 0) return null;
    const offsets = new Array<number>(this.steps * quantiles.length).fill(0);
    const bands = bandsOf(quantiles);
    for (const [place, scores] of this.scores.entries()) {
      const [low, high] = bands[place % bands.length]!;
      const begin = Math.floor(place / bands.length) * quantiles.length;
      const outwards = conformalOffset(scores, quantiles[high]! - quantiles[low]!);
      offsets[begin + low] = -outwards;
      offsets[begin + high] = outwards;
    }
    return offsets;
  }
}

function meanErrors(all: readonly StepErrors[]): StepErrors {
  const mean = (of: (one: StepErrors) => number): number =>
    all.reduce((sum, one) => sum + of(one), 0) / all.length;
  const errors = { mae: mean(({ mae }) => mae), mse: mean(({ mse }) => mse) };
  if (all[0]?.coverage === undefined) return errors;
  const [coverage, width] = [mean((one) => one.coverage ?? 0), mean((one) => one.width ?? 0)];
  return { ...errors, coverage, width };
}

/** One probability a class. */
export class ClassScores {
  private readonly confusion: Float64Array;
  private readonly ranks: Float64Array;
  /** As an evaluation has them. */
  readonly places: number[] = [];
  /** Samples of each class without an answer: never right, among however many classes. */
  private readonly unanswered: Float64Array;

  constructor(private readonly classes: number) {
    this.confusion = new Float64Array(classes * classes);
    this.ranks = new Float64Array(classes);
    this.unanswered = new Float64Array(classes);
  }

  /** Whether the likeliest class, the first of equal ones, is the target's. Where one is NaN none is: that is no answer. */
  add(outputs: Float32Array, at: number, target: number): boolean {
    const own = outputs[at + target]!;
    let answer = 0;
    let rank = 0;
    for (let unit = 0; unit < this.classes; unit++) {
      const value = outputs[at + unit]!;
      if (Number.isNaN(value)) {
        this.unanswered[target]!++;
        this.places.push(NO_ANSWER);
        return false;
      }
      if (value > outputs[at + answer]!) answer = unit;
      if (value > own || (value === own && unit < target)) rank++;
    }
    this.confusion[target * this.classes + answer]!++;
    this.ranks[rank]!++;
    this.places.push(rank);
    return answer === target;
  }

  counts(): AnswerCounts {
    const { classes, confusion, unanswered } = this;
    return { classes, confusion, unanswered };
  }

  describe(): ClassErrors {
    const { classes, confusion, ranks, unanswered } = this;
    const all = Array.from({ length: classes }, (_, place) => place);
    const total = [...ranks, ...unanswered].reduce((sum, one) => sum + one, 0);
    const row = (own: number): number[] => all.map((answer) => confusion[own * classes + answer]!);
    let among = 0;
    const topK = [...ranks.subarray(0, MOST_LIKELY)].map((samples) => {
      among += samples;
      return among / total;
    });
    const figures = { macroF1: macroF1(this.counts()), topK };
    return classes > MOST_CONFUSED_CLASSES ? figures : { ...figures, confusion: all.map(row) };
  }
}

/** How many of the likeliest classes are looked at. */
const MOST_LIKELY = 5;
