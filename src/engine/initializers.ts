// Initial weights as Keras 2 draws them, from counter-based random numbers: one stream per parameter of a model, the
// same for every engine.
import { PURPOSE, type RandomKey, RandomStream } from '../kernels/random.js';
import { sizeOf } from '../model/layer-shape.js';
import type { Initializer } from '../model/weight-shape.js';

export function initialStream(key: RandomKey, parameterIndex: number): RandomStream {
  return new RandomStream(key, PURPOSE.initialWeights + parameterIndex, 0, 0);
}

/** Initial values of a weight of `shape`, in Keras order. */
export function drawInitial(
  initial: Initializer,
  shape: readonly number[],
  random: RandomStream,
): Float32Array {
  const count = sizeOf(shape);
  switch (initial.kind) {
    case 'constant':
      return new Float32Array(count).fill(initial.value);
    case 'unitForgetBias':
      return new Float32Array(count).fill(1, count / 4, count / 2);
    case 'uniform':
      return uniform(count, initial.limit, random);
    case 'glorotUniform':
      return glorotUniform(count, initial.fanIn, initial.fanOut, random);
    case 'orthogonal':
      return orthogonal(shape[0] as number, shape[1] as number, random);
  }
}

/** Uniform in ±limit. */
export function uniform(count: number, limit: number, random: RandomStream): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * random.nextUniform() - 1) * limit);
}

/** Uniform in ±√(6/(fanIn + fanOut)) (Glorot & Bengio 2010). */
export function glorotUniform(
  count: number,
  fanIn: number,
  fanOut: number,
  random: RandomStream,
): Float32Array {
  return uniform(count, Math.sqrt(6 / (fanIn + fanOut)), random);
}

/**
 * `[rows, columns]`, rows ≤ columns, with orthonormal rows (Saxe et al. 2013): modified Gram-Schmidt, run twice, on
 * near-normal rows. O(rows²·columns).
 */
export function orthogonal(rows: number, columns: number, random: RandomStream): Float32Array {
  const basis: Float64Array[] = [];
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from({ length: columns }, () => random.nextNormal());
    for (let pass = 0; pass < 2; pass++)
      for (const other of basis) {
        let dot = 0;
        for (let k = 0; k < columns; k++) dot += (row[k] as number) * (other[k] as number);
        for (let k = 0; k < columns; k++) row[k] = (row[k] as number) - dot * (other[k] as number);
      }
    let square = 0;
    for (const value of row) square += value * value;
    const norm = Math.sqrt(square);
    basis.push(row.map((value) => value / norm));
  }
  const out = new Float32Array(rows * columns);
  basis.forEach((row, r) => {
    out.set(row, r * columns);
  });
  return out;
}
