// The exports of the kernel module. One concept a file; see ../kernels.ts for the types the engine sees.
export { activateInPlace, activationBackward } from './math';
export { accumulateBias, accumulateGradient } from './product-gradient';
export { transposePanels } from './product';
export { fillDropoutMask } from './random';
export { stepAdam, stepRmsprop, stepSgd } from './optimizer';
export {
  addColumns,
  addInto,
  addScaled,
  fillZero,
  flattenTile,
  multiply,
  reverseTime,
  scale,
  unflattenTile,
} from './elementwise';
export { convForward, convInputGradient } from './conv1d';
export { denseBackward, denseForward } from './dense';
export {
  averagePool,
  averagePoolGradient,
  globalMaxGradient,
  maxPool,
  maxPoolGradient,
} from './pooling';
export { embeddingForward, embeddingGradient, replayAdam, replayRmsprop, replaySgd } from './embedding';
export { layerNormForward, layerNormInputGradient } from './layer-normalization';
export { softmaxBackward, softmaxForward } from './softmax';
export {
  addWeighted,
  rowProducts,
  scoreGradient,
  softmaxGradient,
  softmaxOverTime,
  weightedSum,
} from './attention';
export { distanceLoss } from './loss';
export { heapBase } from './heap';
export { recurrentPlanBytes } from './recurrent-plan';
export { prepareForward, prepareRecurrent } from './recurrent';
export { gruBackward, gruForward } from './gru';
export { lstmBackward, lstmForward } from './lstm';
