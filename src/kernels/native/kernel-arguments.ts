// How each native kernel takes its arguments after the address of the memory: `i` an integer (addresses, strides and counts
// alike), `f` a float32, `d` a float64. In the order of ../kernels.ts and kernels.c; a test calls each with values that tell them apart.
import type { Kernels } from '../kernels.js';

/** `gatherWindows` has no sibling: see native-kernels.ts. */
export type NativeKernelName = Exclude<
  keyof Kernels,
  'memory' | 'heapBase' | 'recurrentPlanBytes' | 'gatherWindows'
>;

export const KERNEL_ARGUMENTS = {
  activateInPlace: 'iii',
  activationBackward: 'iiii',
  accumulateBias: 'iiiii',
  accumulateGradient: 'iiiiiiii',
  transposePanels: 'iiii',
  denseForward: 'iiiiiiii',
  denseBackward: 'iiiiiiiiiiii',
  convForward: 'iiiiiiiiiiii',
  convInputGradient: 'iiiiiiiiiii',
  maxPool: 'iiiiiiii',
  maxPoolGradient: 'iiiiiiiiii',
  globalMaxGradient: 'iiiiii',
  averagePool: 'iiiiiiii',
  averagePoolGradient: 'iiiiiiii',
  embeddingForward: 'iiiiii',
  embeddingGradient: 'iiiiii',
  replaySgd: 'iiiiiif',
  replayRmsprop: 'iiiiiifff',
  replayAdam: 'iiiiiiifffff',
  layerNormForward: 'iiiiiifiiii',
  layerNormInputGradient: 'iiiiiiiii',
  distanceLoss: 'iiiiiiidii',
  softmaxForward: 'iiii',
  softmaxBackward: 'iiiii',
  rowProducts: 'iiiiiiii',
  softmaxOverTime: 'iii',
  softmaxGradient: 'iiii',
  weightedSum: 'iiiiiiii',
  addWeighted: 'iiiiiiii',
  scoreGradient: 'iiiiiii',
  prepareForward: 'ii',
  prepareRecurrent: 'ii',
  gruForward: 'i',
  gruBackward: 'i',
  lstmForward: 'i',
  lstmBackward: 'i',
  multiply: 'iiii',
  addInto: 'iii',
  addColumns: 'iiiiii',
  addScaled: 'iifii',
  scale: 'ifii',
  fillZero: 'ii',
  reverseTime: 'iiii',
  flattenTile: 'iiiiiiii',
  unflattenTile: 'iiiiiiii',
  fillDropoutMask: 'iiifiiiiii',
  stepSgd: 'iiiiff',
  stepRmsprop: 'iiiiffff',
  stepAdam: 'iiiiiffffff',
} as const satisfies Record<NativeKernelName, string>;

export const NATIVE_KERNEL_NAMES = Object.keys(KERNEL_ARGUMENTS) as NativeKernelName[];

/** In C. */
export function argumentType(kind: string): string {
  return kind === 'f' ? 'float' : kind === 'd' ? 'double' : 'int64_t';
}
