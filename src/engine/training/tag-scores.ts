// Adds up how good a model is whose samples may have several labels: one probability each, of which more than a half says that
// the sample has it.
import type { LabelErrors } from '../../study/trial/output-errors.js';

const THRESHOLD = 0.5;

export class TagScores {
  private readonly right: Float64Array;
  /** Samples that have a label, and those that a model gives it. */
  private readonly own: Float64Array;
  private readonly given: Float64Array;
  private whole = 0;
  private samples = 0;

  constructor(private readonly labels: number) {
    this.right = new Float64Array(labels);
    this.own = new Float64Array(labels);
    this.given = new Float64Array(labels);
  }

  /** Whether all labels of a sample are right, and no other is given. NaN gives none, and is never right. */
  add(outputs: Float32Array, at: number, targets: Float32Array, targetAt: number): boolean {
    let isWhole = true;
    for (let label = 0; label < this.labels; label++) {
      const output = outputs[at + label]!;
      const isGiven = output > THRESHOLD;
      const isOwn = targets[targetAt + label]! > THRESHOLD;
      if (isOwn) this.own[label]!++;
      if (isGiven) this.given[label]!++;
      if (isOwn && isGiven) this.right[label]!++;
      if (isOwn !== isGiven || Number.isNaN(output)) isWhole = false;
    }
    this.samples++;
    if (isWhole) this.whole++;
    return isWhole;
  }

  describe(): LabelErrors {
    const { right, own, given, samples } = this;
    const all = Array.from(right, (hits, label) => ({ hits, both: own[label]! + given[label]! }));
    const f1 = ({ hits, both }: (typeof all)[number]): number => (both === 0 ? 0 : (2 * hits) / both);
    // A label that no sample has and none is given says nothing of the model.
    const met = all.filter(({ both }) => both > 0);
    const total = all.reduce((sum, { hits, both }) => ({ hits: sum.hits + hits, both: sum.both + both }), {
      hits: 0,
      both: 0,
    });
    return {
      subsetAccuracy: this.whole / samples,
      microF1: f1(total),
      macroF1: met.reduce((sum, one) => sum + f1(one), 0) / Math.max(1, met.length),
      each: all.map((one, label) => ({ f1: f1(one), samples: own[label]!, given: given[label]! })),
    };
  }
}
