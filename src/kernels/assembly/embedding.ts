// Rows of a table looked up by token id; ids lie as float32 values, `idStride` bytes apart, and are valid (the layer checks
// them). The table is row-major, `rowBytes` a row (a multiple of 32). Twin: ../reference/embedding.ts.
//
// A row that does not occur in a batch has a gradient of 0, yet an optimiser moves it (Adam) or its slots (all of them).
// The steps it missed are replayed, by the very loop that an ordinary step runs, when the row is next needed.
import { stepAdam, stepRmsprop, stepSgd } from './optimizer';

// @ts-ignore: decorator
@inline function rowOf(id: usize, rowBytes: i32): usize {
  return <usize>(<i32>load<f32>(id)) * <usize>rowBytes;
}

export function embeddingForward(ids: usize, idStride: i32, count: i32, table: usize, rowBytes: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    memory.copy(out, table + rowOf(ids, rowBytes), <usize>rowBytes);
    ids += <usize>idStride;
    out += <usize>rowBytes;
  }
}

/** gradient[id] += d, id after id in order. */
export function embeddingGradient(ids: usize, idStride: i32, count: i32, d: usize, rowBytes: i32, gradient: usize): void {
  for (let i = 0; i < count; i++) {
    const row = gradient + rowOf(ids, rowBytes);
    for (let at: usize = 0; at < <usize>rowBytes; at += 16)
      v128.store(row + at, f32x4.add(v128.load(row + at), v128.load(d + at)));
    ids += <usize>idStride;
    d += <usize>rowBytes;
  }
}

/** `steps` steps with a gradient of 0, `zeros`, at the `rates` of those steps. */
export function replaySgd(p: usize, zeros: usize, velocity: usize, count: i32, rates: usize, steps: i32, momentum: f32): void {
  for (let i = 0; i < steps; i++) stepSgd(p, zeros, velocity, count, load<f32>(rates + (<usize>i << 2)), momentum);
}

export function replayRmsprop(
  p: usize,
  zeros: usize,
  s: usize,
  count: i32,
  rates: usize,
  steps: i32,
  rho: f32,
  oneMinusRho: f32,
  epsilon: f32,
): void {
  for (let i = 0; i < steps; i++)
    stepRmsprop(p, zeros, s, count, load<f32>(rates + (<usize>i << 2)), rho, oneMinusRho, epsilon);
}

export function replayAdam(
  p: usize,
  zeros: usize,
  m: usize,
  v: usize,
  count: i32,
  rates: usize,
  steps: i32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  epsilon: f32,
): void {
  for (let i = 0; i < steps; i++)
    // prettier-ignore
    stepAdam(p, zeros, m, v, count, load<f32>(rates + (<usize>i << 2)), beta1, oneMinusBeta1, beta2, oneMinusBeta2, epsilon);
}
