// A window that slides over a sequence, as the sequences of its taps: tap k of all windows is the sequence itself, shifted.
// Slices, pads and reshapes alone, whose gradients every backend has.
import { placeWindows, type SlidingWindow } from '../../../model/sliding-window.js';
import type { Tensor, Tensorflow } from '../layer.js';

/** `window.size` tensors `[B, windows, F]` of a sequence `[B, T, F]`; steps outside it are `padding`. */
export function takeTaps(tf: Tensorflow, x: Tensor, window: SlidingWindow, padding: number): Tensor[] {
  const [batch, steps, features] = x.shape as [number, number, number];
  const { size, strides, dilationRate } = window;
  const { count, padBefore } = placeWindows(steps, window);
  /** Steps from the first that a tap reads to the end of the last stride. */
  const span = count * strides;
  const reach = (size - 1) * dilationRate + span;
  const padAfter = Math.max(0, reach - padBefore - steps);
  const padded: Tensor = tf.pad(
    x,
    [
      [0, 0],
      [padBefore, padAfter],
      [0, 0],
    ],
    padding,
  );
  return Array.from({ length: size }, (_, tap) => {
    const run: Tensor = tf.slice(padded, [0, tap * dilationRate, 0], [batch, span, features]);
    if (strides === 1) return run;
    const strided: Tensor = tf.reshape(run, [batch, count, strides, features]);
    return tf.reshape(tf.slice(strided, [0, 0, 0, 0], [batch, count, 1, features]), [batch, count, features]);
  });
}
