// Seeded samples that lie in plain arrays: what tests of engines train on instead of a mapped dataset.
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import { RandomStream } from '../../../src/kernels/random.js';

/** A purpose no part of the product draws from. */
const TEST_PURPOSE = 0x7000_0000;

export interface ArraySamples extends SampleSet {
  /** `[count, timesteps, features]` */
  readonly inputs: Float32Array;
  readonly targetUnits: number;
  /** `[count, targetUnits]` */
  readonly targets: Float32Array;
}

export function testStream(seed: number): RandomStream {
  return new RandomStream({ low: seed, high: 0 }, TEST_PURPOSE, 0, 0);
}

/** Near-normal values. */
export function randomValues(count: number, seed: number): Float32Array {
  const random = testStream(seed);
  return Float32Array.from({ length: count }, () => random.nextNormal());
}

export function arraySamples(
  inputs: Float32Array,
  targets: Float32Array,
  timesteps: number,
  features: number,
  targetUnits = 1,
): ArraySamples {
  const sampleValues = timesteps * features;
  return {
    count: targets.length / targetUnits,
    timesteps,
    features,
    targetUnits,
    inputs,
    targets,
    gather(indices, first, rows, out, offset, timeStride, rowStride) {
      for (let row = 0; row < rows; row++) {
        const from = (indices[first + row] as number) * sampleValues;
        for (let t = 0; t < timesteps; t++)
          for (let f = 0; f < features; f++)
            out[offset + t * timeStride + row * rowStride + f] = inputs[from + t * features + f] as number;
      }
    },
    gatherTargets(indices, first, rows, out, offset) {
      for (let row = 0; row < rows; row++)
        for (let unit = 0; unit < targetUnits; unit++)
          out[offset + row * targetUnits + unit] = targets[
            (indices[first + row] as number) * targetUnits + unit
          ] as number;
    },
  };
}

export function randomSamples(
  count: number,
  timesteps: number,
  features: number,
  seed: number,
): ArraySamples {
  const inputs = randomValues(count * timesteps * features, seed);
  return arraySamples(inputs, randomValues(count, seed + 1), timesteps, features);
}

/** Samples that the model can take: token ids for an embedding, else near-normal values. */
export function samplesFor(definition: ModelDefinition, count: number, seed: number): ArraySamples {
  const { layers, timesteps, features } = definition;
  const samples = randomSamples(count, timesteps, features, seed);
  const [first] = layers;
  if (first?.type !== 'embedding' && first?.type !== 'seriesEmbedding') return samples;
  const random = testStream(seed);
  // Of a series embedding the last feature alone is a place.
  samples.inputs.forEach((_, i) => {
    if (first.type === 'embedding' || (i + 1) % features === 0)
      samples.inputs[i] = Math.floor(random.nextUniform() * first.inputDim);
  });
  return samples;
}

export function firstIndices(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}
