// Which training samples a step sees, from counter-based random numbers: the same on every engine and after a resume.
import { PURPOSE, type RandomKey, RandomStream } from '../../kernels/random.js';

export interface SampleOrder {
  readonly stepsPerEpoch: number;
  readonly samplesPerEpoch: number;
  /** Sample indices of one batch, `[B]`; the array is reused by the next call. */
  batch(epoch: number, step: number): Uint32Array;
}

/** `stepsPerEpoch` batches an epoch, drawn with replacement. */
function drawWithReplacement(
  key: RandomKey,
  count: number,
  batchSize: number,
  stepsPerEpoch: number,
): SampleOrder {
  const indices = new Uint32Array(batchSize);
  return {
    stepsPerEpoch,
    samplesPerEpoch: stepsPerEpoch * batchSize,
    batch(epoch, step) {
      const random = new RandomStream(key, PURPOSE.sampleOrder, epoch, step);
      for (let row = 0; row < batchSize; row++) indices[row] = random.nextBelow(count);
      return indices;
    },
  };
}

/** One pass an epoch over a fresh permutation (Fisher-Yates); the last batch may be smaller. 4 bytes a sample. */
function shuffleEachEpoch(key: RandomKey, count: number, batchSize: number): SampleOrder {
  const order = new Uint32Array(count);
  let shuffledEpoch = 0;
  const shuffle = (epoch: number): void => {
    const random = new RandomStream(key, PURPOSE.sampleOrder, epoch, 0xffff_ffff);
    for (let at = 0; at < count; at++) order[at] = at;
    for (let last = count - 1; last > 0; last--) {
      const other = random.nextBelow(last + 1);
      const value = order[last] as number;
      order[last] = order[other] as number;
      order[other] = value;
    }
    shuffledEpoch = epoch;
  };
  return {
    stepsPerEpoch: Math.ceil(count / batchSize),
    samplesPerEpoch: count,
    batch(epoch, step) {
      if (epoch !== shuffledEpoch) shuffle(epoch);
      return order.subarray(step * batchSize, Math.min(count, (step + 1) * batchSize));
    },
  };
}

export function createSampleOrder(
  key: RandomKey,
  count: number,
  batchSize: number,
  stepsPerEpoch: number | null,
): SampleOrder {
  return stepsPerEpoch === null
    ? shuffleEachEpoch(key, count, batchSize)
    : drawWithReplacement(key, count, batchSize, stepsPerEpoch);
}
