// A kernel instance whose long calls run natively, over the memory of a WebAssembly instance: same addresses, same bits.
// Calls too short for the price of crossing into C stay with the instance.
import type { Kernels } from '../kernels.js';
import { NATIVE_KERNEL_NAMES, type NativeKernelName } from './kernel-arguments.js';
import type { NativeLibrary } from './native-library.js';

/**
 * Crossing takes about 0.2 µs: what four lanes take for this many values of a flat pass. Positions of the arguments whose
 * product is the number of values; kernels that are not listed do more than one pass, and always cross.
 */
const LEAST_VALUES = 512;
const VALUE_COUNTS: Partial<Record<NativeKernelName, readonly number[]>> = {
  activateInPlace: [2],
  activationBackward: [3],
  multiply: [3],
  addInto: [2],
  addScaled: [4],
  scale: [3],
  stepSgd: [3],
  stepRmsprop: [3],
  stepAdam: [4],
  replaySgd: [3, 5],
  replayRmsprop: [3, 5],
  replayAdam: [4, 6],
  fillDropoutMask: [1],
};
/** V8 fills memory natively already: below tens of kilobytes nothing is gained. */
const LEAST_BYTES = 32_768;

type Kernel = (...values: number[]) => void;

export function nativeKernels(instance: Kernels, library: NativeLibrary): Kernels {
  const { memory } = instance;
  let buffer: ArrayBuffer | null = null;
  let start = 0n;
  /** Growing the memory makes a new buffer, and may move it. */
  const startOfMemory = (): bigint => {
    if (memory.buffer !== buffer) {
      buffer = memory.buffer as ArrayBuffer;
      start = library.addressOf(buffer);
    }
    return start;
  };
  const kernels: Record<string, unknown> = { ...instance, memory };
  for (const name of NATIVE_KERNEL_NAMES) {
    const native = library.functions[name];
    const short = instance[name] as Kernel;
    const long: Kernel = (...values) => native(startOfMemory(), ...values);
    kernels[name] = choose(name, short, long);
  }
  kernels.gatherWindows = gatherBy(library, startOfMemory);
  return kernels as unknown as Kernels;
}

/** The series stays where it is while its buffer lives: its address is asked once. */
function gatherBy(
  library: NativeLibrary,
  startOfMemory: () => bigint,
): NonNullable<Kernels['gatherWindows']> {
  const starts = new WeakMap<ArrayBufferLike, bigint>();
  return (values, ...place) => {
    let start = starts.get(values.buffer);
    if (start === undefined) {
      start = library.addressOf(values.buffer);
      starts.set(values.buffer, start);
    }
    library.gatherWindows(startOfMemory(), start + BigInt(values.byteOffset), ...place);
  };
}

function choose(name: NativeKernelName, short: Kernel, long: Kernel): Kernel {
  if (name === 'fillZero') return (at = 0, bytes = 0) => (bytes < LEAST_BYTES ? short : long)(at, bytes);
  const counts = VALUE_COUNTS[name];
  if (counts === undefined) return long;
  return (...values) => {
    const count = counts.reduce((product, at) => product * (values[at] ?? 0), 1);
    (count < LEAST_VALUES ? short : long)(...values);
  };
}
