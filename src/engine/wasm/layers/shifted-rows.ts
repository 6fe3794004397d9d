// Which products over shifted rows make up a convolution and its input gradient: runs of time steps that take in the same
// taps. With strides of 1 the rows of a run follow each other in the tile, and a run is one product.
import { placeWindows, type SlidingWindow } from '../../../model/sliding-window.js';

export interface ShiftedRows {
  /** First step of the result, and how many follow it. */
  readonly to: number;
  readonly steps: number;
  /** Step of the operand that the first tap reads for `to`; the next tap's is `fromNext` steps on. */
  readonly from: number;
  readonly fromNext: number;
  readonly tap: number;
  readonly tapNext: number;
  /** 0: the step lies in no window, or its window wholly outside. */
  readonly taps: number;
}

/** Result: windows; operand: the sequence. */
export function forwardRuns(steps: number, window: SlidingWindow): ShiftedRows[] {
  const { size, strides, dilationRate } = window;
  const { count, padBefore } = placeWindows(steps, window);
  const all = Array.from({ length: count }, (_, to): ShiftedRows => {
    const start = to * strides - padBefore;
    const tap = Math.max(0, Math.ceil(-start / dilationRate));
    const end = Math.min(size, Math.floor((steps - 1 - start) / dilationRate) + 1);
    const from = start + tap * dilationRate;
    return { to, steps: 1, from, fromNext: dilationRate, tap, tapNext: 1, taps: Math.max(0, end - tap) };
  });
  return strides === 1 ? joinRuns(all) : all;
}

/** Result: gradient of the sequence; operand: gradient of the windows that took its step in. */
export function inputGradientRuns(steps: number, window: SlidingWindow): ShiftedRows[] {
  const { size, strides, dilationRate } = window;
  const { count, padBefore } = placeWindows(steps, window);
  const all = Array.from({ length: steps }, (_, to): ShiftedRows => {
    // Window w holds the step as its tap k where w·strides = to + padBefore − k·dilation: an arithmetic series of k.
    const taken: { tap: number; from: number }[] = [];
    for (let tap = 0; tap < size; tap++) {
      const from = (to + padBefore - tap * dilationRate) / strides;
      if (Number.isInteger(from) && from >= 0 && from < count) taken.push({ tap, from });
    }
    const [first = { tap: 0, from: 0 }, second = first] = taken;
    return {
      to,
      steps: 1,
      ...first,
      fromNext: second.from - first.from,
      tapNext: second.tap - first.tap,
      taps: taken.length,
    };
  });
  return strides === 1 ? joinRuns(all) : all;
}

function joinRuns(rows: readonly ShiftedRows[]): ShiftedRows[] {
  const runs: ShiftedRows[] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    const follows = last !== undefined && last.tap === row.tap && last.taps === row.taps;
    if (follows) runs[runs.length - 1] = { ...last, steps: last.steps + 1 };
    else runs.push(row);
  }
  return runs;
}
