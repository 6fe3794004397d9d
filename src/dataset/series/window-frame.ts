// What the values of a window, and its target, are told from: its own last row or mean (NLinear: Zeng et al. 2023, AAAI 37;
// RevIN: Kim et al. 2022, ICLR), or the season before. Reads nothing but the window, so that a model can be used wherever its
// windows are. The same arithmetic for training, judging and predicting: exports write it out (engine/export).
import { targetColumnsOf, type WindowFrame } from '../../study/trial/trial.js';
import { type FramedTask, referencePlaces } from '../../study/trial/window-reference.js';
import { checkIndices, type SampleSet } from '../sample-set.js';
import type { WindowSource } from './gather.js';

/** Added to a window's variance, so that a constant window has a deviation (as RevIN's). */
export const FRAME_EPSILON = 1e-5;

/**
 * The samples as a model is fed them: windows and targets, each column and step of a horizon, told from their references.
 * `samples` themselves where there are none.
 */
export function frameSamples(samples: SampleSet, task: FramedTask): SampleSet {
  const places = referencePlaces(task);
  const { normalise } = task.window;
  if (places === null) return samples;
  const { timesteps, features } = samples;
  const { ahead = [] } = task;
  const targetColumns = targetColumnsOf(task);
  const targets = targetColumns.length * places.length;
  const framed = Array.from({ length: features }, (_, feature) => feature).filter(
    (at) => !ahead.includes(at),
  );
  const size = timesteps * features;
  let windows = new Float32Array(0);
  /** `[rows, targets]` both: what targets are told from, and per what; used again at the next call. */
  let offsets = new Float64Array(0);
  let scales = new Float64Array(0);
  const needsMean = normalise === 'standard' || places.includes('mean');
  /** Where every one is a value of the window: no need to gather the others. */
  const readReferences = (source: WindowSource, indices: Uint32Array, first: number, rows: number): void => {
    checkIndices(indices, first, rows, samples.count);
    const { values, firstValue, anchorStride, stepValues, placesOf } = source;
    const anchors = placesOf?.(indices, first, rows) ?? indices.subarray(first, first + rows);
    scales.fill(1, 0, rows * targets);
    let target = 0;
    for (let row = 0; row < rows; row++) {
      const at = firstValue + anchors[row]! * anchorStride;
      for (const column of targetColumns)
        for (const place of places) offsets[target++] = values[at + column + (place as number) * stepValues]!;
    }
  };
  const readFrames = (indices: Uint32Array, first: number, rows: number): void => {
    if (scales.length < rows * targets) {
      offsets = new Float64Array(rows * targets);
      scales = new Float64Array(rows * targets);
    }
    if (!needsMean && samples.windows !== undefined) {
      readReferences(samples.windows(), indices, first, rows);
      return;
    }
    if (windows.length < rows * size) windows = new Float32Array(rows * size);
    samples.gather(indices, first, rows, windows, 0, features, size);
    let target = 0;
    for (let row = 0; row < rows; row++)
      for (const column of targetColumns) {
        const at = row * size + column;
        const mean = needsMean ? meanOf(windows, at, timesteps, features) : 0;
        const scale = normalise === 'standard' ? deviationOf(windows, at, timesteps, features, mean) : 1;
        for (const place of places) {
          offsets[target] = place === 'mean' ? mean : windows[at + place * features]!;
          scales[target++] = scale;
        }
      }
  };
  return {
    count: samples.count,
    timesteps,
    features,
    targetUnits: targets,
    // Windows that are changed on their way cannot be copied by a kernel, but for those told from their last row.
    ...(normalise === undefined && samples.windows !== undefined
      ? { windows: () => samples.windows!() }
      : {}),
    ...(normalise === 'last' && samples.windows !== undefined
      ? { windowsFromLast: () => samples.windows!() }
      : {}),
    gather(indices, first, rows, out, offset, timeStride, rowStride) {
      samples.gather(indices, first, rows, out, offset, timeStride, rowStride);
      if (normalise === undefined) return;
      for (let row = 0; row < rows; row++) {
        const at = offset + row * rowStride;
        if (normalise === 'last') tellFromLast(out, at, timesteps, timeStride, framed);
        else for (const feature of framed) frameColumn(normalise, out, at + feature, timesteps, timeStride);
      }
    },
    gatherTargets(indices, first, rows, out, offset) {
      samples.gatherTargets(indices, first, rows, out, offset);
      readFrames(indices, first, rows);
      for (let target = 0; target < rows * targets; target++)
        out[offset + target] = (out[offset + target]! - offsets[target]!) / scales[target]!;
    },
    restore(indices, first, rows, values, offset, each = 1) {
      readFrames(indices, first, rows);
      for (let target = 0; target < rows * targets; target++)
        for (let at = offset + target * each; at < offset + (target + 1) * each; at++)
          values[at] = values[at]! * scales[target]! + offsets[target]!;
    },
  };
}

/** A window's columns, in place, step after step: the last one is told from itself last. */
function tellFromLast(
  values: Float32Array,
  at: number,
  timesteps: number,
  stride: number,
  columns: readonly number[],
): void {
  const last = at + (timesteps - 1) * stride;
  for (let step = at; step <= last; step += stride)
    for (const column of columns) values[step + column] = values[step + column]! - values[last + column]!;
}

/** One column of one window, in place. */
function frameColumn(
  normalise: Exclude<WindowFrame, 'last'>,
  values: Float32Array,
  at: number,
  timesteps: number,
  stride: number,
): void {
  const center = meanOf(values, at, timesteps, stride);
  const scale = normalise === 'standard' ? deviationOf(values, at, timesteps, stride, center) : 1;
  for (let time = 0; time < timesteps; time++)
    values[at + time * stride] = (values[at + time * stride]! - center) / scale;
}

function meanOf(values: Float32Array, at: number, count: number, stride: number): number {
  let sum = 0;
  for (let step = 0; step < count; step++) sum += values[at + step * stride]!;
  return sum / count;
}

function deviationOf(values: Float32Array, at: number, count: number, stride: number, mean: number): number {
  let squares = 0;
  for (let step = 0; step < count; step++) squares += (values[at + step * stride]! - mean) ** 2;
  return Math.sqrt(squares / count + FRAME_EPSILON);
}
