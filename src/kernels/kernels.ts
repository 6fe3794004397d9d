// The kernels as the engine sees them: what assembly/index.ts exports. All addresses and strides are bytes, counts are
// float32 values. Kernels check nothing: the engine's layers do.
import type { AttentionKernels } from './attention-kernels.js';

type Address = number;

export interface Kernels extends AttentionKernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): Address;
  recurrentPlanBytes(): number;

  /**
   * Copies `rows` windows of a series that lies outside the memory: window r begins at value
   * `firstValue + indices[r]·anchorStride` and takes `timesteps` rows of `features` values, `stepValues` apart; `fromLast`
   * is 1 where its last row is subtracted from each. Only native kernels can; indices are the caller's to check.
   */
  gatherWindows?(
    values: Float32Array,
    indices: Uint32Array,
    rows: number,
    firstValue: number,
    anchorStride: number,
    stepValues: number,
    timesteps: number,
    features: number,
    out: Address,
    timeStride: number,
    rowStride: number,
    fromLast: number,
  ): void;

  activateInPlace(code: number, values: Address, count: number): void;
  activationBackward(code: number, output: Address, gradient: Address, count: number): void;
  accumulateBias(rows: number, d: Address, dStride: number, panels: number, biasGradient: Address): void;
  accumulateGradient(
    rows: number,
    a: Address,
    aStride: number,
    depth: number,
    d: Address,
    dStride: number,
    panels: number,
    gradient: Address,
  ): void;
  transposePanels(b: Address, depth: number, columns: number, transposed: Address): void;

  denseForward(
    rows: number,
    x: Address,
    xStride: number,
    features: number,
    kernel: Address,
    bias: Address,
    panels: number,
    out: Address,
  ): void;
  denseBackward(
    rows: number,
    x: Address,
    xStride: number,
    features: number,
    d: Address,
    units: number,
    panels: number,
    kernelGradient: Address,
    biasGradient: Address,
    transposedKernel: Address,
    dx: Address,
    dxStride: number,
  ): void;

  convForward(
    rows: number,
    taps: number,
    a: Address,
    aNext: number,
    aStride: number,
    depth: number,
    b: Address,
    bNext: number,
    bias: Address,
    panels: number,
    out: Address,
    outStride: number,
  ): void;
  convInputGradient(
    rows: number,
    taps: number,
    a: Address,
    aNext: number,
    aStride: number,
    depth: number,
    b: Address,
    bNext: number,
    panels: number,
    out: Address,
    outStride: number,
  ): void;

  maxPool(
    x: Address,
    steps: number,
    stepBytes: number,
    count: number,
    size: number,
    strides: number,
    padBefore: number,
    out: Address,
  ): void;
  maxPoolGradient(
    x: Address,
    out: Address,
    d: Address,
    dx: Address,
    steps: number,
    stepBytes: number,
    count: number,
    size: number,
    strides: number,
    padBefore: number,
  ): void;
  globalMaxGradient(
    x: Address,
    out: Address,
    d: Address,
    dx: Address,
    steps: number,
    stepBytes: number,
  ): void;
  averagePool(
    x: Address,
    steps: number,
    stepBytes: number,
    count: number,
    size: number,
    strides: number,
    padBefore: number,
    out: Address,
  ): void;
  averagePoolGradient(
    d: Address,
    dx: Address,
    steps: number,
    stepBytes: number,
    count: number,
    size: number,
    strides: number,
    padBefore: number,
  ): void;

  embeddingForward(
    ids: Address,
    idStride: number,
    count: number,
    table: Address,
    rowBytes: number,
    out: Address,
  ): void;
  embeddingGradient(
    ids: Address,
    idStride: number,
    count: number,
    d: Address,
    rowBytes: number,
    gradient: Address,
  ): void;
  replaySgd(
    p: Address,
    zeros: Address,
    velocity: Address,
    count: number,
    rates: Address,
    steps: number,
    momentum: number,
  ): void;
  replayRmsprop(
    p: Address,
    zeros: Address,
    s: Address,
    count: number,
    rates: Address,
    steps: number,
    rho: number,
    oneMinusRho: number,
    epsilon: number,
  ): void;
  replayAdam(
    p: Address,
    zeros: Address,
    m: Address,
    v: Address,
    count: number,
    rates: Address,
    steps: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;

  layerNormForward(
    rows: number,
    x: Address,
    xStride: number,
    units: number,
    gamma: Address,
    beta: Address,
    epsilon: number,
    normalized: Address,
    scales: Address,
    out: Address,
    stride: number,
  ): void;
  layerNormInputGradient(
    rows: number,
    d: Address,
    stride: number,
    units: number,
    gamma: Address,
    normalized: Address,
    scales: Address,
    dx: Address,
    dxStride: number,
  ): void;

  softmaxForward(rows: number, units: number, values: Address, stride: number): void;
  softmaxBackward(rows: number, units: number, output: Address, gradient: Address, stride: number): void;

  prepareForward(plan: Address, gates: number): void;
  prepareRecurrent(plan: Address, gates: number): void;
  gruForward(plan: Address): void;
  gruBackward(plan: Address): void;
  lstmForward(plan: Address): void;
  lstmBackward(plan: Address): void;

  multiply(a: Address, b: Address, out: Address, count: number): void;
  addInto(a: Address, out: Address, count: number): void;
  addColumns(
    a: Address,
    aStride: number,
    out: Address,
    outStride: number,
    rows: number,
    columns: number,
  ): void;
  addScaled(a: Address, b: Address, factor: number, out: Address, count: number): void;
  scale(a: Address, factor: number, out: Address, count: number): void;
  fillZero(out: Address, bytes: number): void;
  reverseTime(a: Address, out: Address, steps: number, stepBytes: number): void;
  flattenTile(
    a: Address,
    stepBytes: number,
    strideBytes: number,
    out: Address,
    rowBytes: number,
    steps: number,
    rows: number,
    features: number,
  ): void;
  unflattenTile(
    a: Address,
    rowBytes: number,
    out: Address,
    stepBytes: number,
    strideBytes: number,
    steps: number,
    rows: number,
    features: number,
  ): void;
  /**
   * Losses of `code` (loss-code.ts) of predictions `[rows]`, `stride` bytes apart, against targets `[rows][units]`, or with
   * `isOne` one a row: their sum as a float64 at `sum`, their slopes · scale to `gradients`, laid out as the predictions.
   */
  distanceLoss(
    code: number,
    rows: number,
    units: number,
    predictions: Address,
    stride: number,
    targets: Address,
    isOne: number,
    scale: number,
    gradients: Address,
    sum: Address,
  ): void;
  fillDropoutMask(
    mask: Address,
    count: number,
    threshold: number,
    keep: number,
    keyLow: number,
    keyHigh: number,
    first: number,
    purpose: number,
    epoch: number,
    step: number,
  ): void;

  stepSgd(
    p: Address,
    g: Address,
    velocity: Address,
    count: number,
    learningRate: number,
    momentum: number,
  ): void;
  stepRmsprop(
    p: Address,
    g: Address,
    s: Address,
    count: number,
    learningRate: number,
    rho: number,
    oneMinusRho: number,
    epsilon: number,
  ): void;
  stepAdam(
    p: Address,
    g: Address,
    m: Address,
    v: Address,
    count: number,
    correctedRate: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
}
