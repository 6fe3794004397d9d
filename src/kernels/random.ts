// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011), scalar. The same bits as assembly/random.ts.
// All randomness of a trial comes from here: a value is a function of (seed, purpose, epoch, step, counter).

/** a·b for 32-bit unsigned a and b, as [high, low] words. */
function multiplyWide(a: number, b: number): readonly [number, number] {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middle2 = aLow * bHigh + (middle & 0xffff);
  const high = aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middle2 / 0x10000);
  return [high >>> 0, Math.imul(a, b) >>> 0];
}

/** Writes the four words of one Philox block to `out` at `at`. */
export function philox(
  keyLow: number,
  keyHigh: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  out: Uint32Array,
  at: number,
): void {
  let k0 = keyLow >>> 0;
  let k1 = keyHigh >>> 0;
  let [x0, x1, x2, x3] = [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiplyWide(0xd2511f53, x0);
    const [high1, low1] = multiplyWide(0xcd9e8d57, x2);
    x0 = (high1 ^ x1 ^ k0) >>> 0;
    x2 = (high0 ^ x3 ^ k1) >>> 0;
    x1 = low1;
    x3 = low0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[at] = x0;
  out[at + 1] = x1;
  out[at + 2] = x2;
  out[at + 3] = x3;
}

/** What random numbers are for; layers add their index times 4. Numbers never change their meaning. */
export const PURPOSE = {
  /** + 4·layer: input mask; + 1: state mask; + 2: dropout layer; a bidirectional layer's second direction: + 2, + 3. */
  masks: 0,
  /** + parameter index. */
  initialWeights: 0x1000_0000,
  sampleOrder: 0x2000_0000,
} as const;

export interface RandomKey {
  readonly low: number;
  readonly high: number;
}

/** A seed, an integer in [0, 2^53), as the two words of a key. */
export function keyOfSeed(seed: number): RandomKey {
  return { low: seed >>> 0, high: Math.floor(seed / 0x1_0000_0000) >>> 0 };
}

/** A stream of 32-bit words for one (key, purpose, epoch, step). */
export class RandomStream {
  readonly #block = new Uint32Array(4);
  #next = 4;
  #counter = 0;

  constructor(
    readonly key: RandomKey,
    readonly purpose: number,
    readonly epoch: number,
    readonly step: number,
  ) {}

  /** Uniform in [0, 2^32). */
  nextWord(): number {
    if (this.#next === 4) {
      philox(
        this.key.low,
        this.key.high,
        this.#counter++,
        this.purpose,
        this.epoch,
        this.step,
        this.#block,
        0,
      );
      this.#next = 0;
    }
    return this.#block[this.#next++] as number;
  }

  /** Uniform in [0, 1) with 53 bits. */
  nextUniform(): number {
    const high = this.nextWord() >>> 5;
    const low = this.nextWord() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Uniform integer in [0, bound), bound ≤ 2^32; bias below bound/2^53. */
  nextBelow(bound: number): number {
    return Math.floor(this.nextUniform() * bound);
  }

  /**
   * Near-normal: sum of twelve uniforms less 6 (mean 0, variance 1). Additions only, so the same bits everywhere; used
   * where only directions matter (orthogonal initial weights).
   */
  nextNormal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.nextUniform();
    return sum;
  }
}

/** Scalar twin of fillDropoutMask. */
export function dropoutMask(
  count: number,
  rate: number,
  key: RandomKey,
  first: number,
  purpose: number,
  epoch: number,
  step: number,
): Float32Array {
  const mask = new Float32Array(count);
  const words = new Uint32Array(4);
  const { threshold, keep } = dropoutConstants(rate);
  for (let i = 0; i < count; i += 4) {
    philox(key.low, key.high, first + i / 4, purpose, epoch, step, words, 0);
    for (let lane = 0; lane < 4; lane++) mask[i + lane] = (words[lane] as number) < threshold ? 0 : keep;
  }
  return mask;
}

/** A word below `threshold` drops its value; the others are scaled by `keep` = 1/(1 − rate). */
export function dropoutConstants(rate: number): { threshold: number; keep: number } {
  return { threshold: Math.floor(rate * 0x1_0000_0000), keep: Math.fround(1 / (1 - rate)) };
}
