// A model on the wasm engine: layers over one arena. Batches go tile by tile through forward, loss and backward, then the
// optimiser steps once. One instance has a memory of its own and is used by one thread.
import { checkIndices, type SampleSet } from '../../dataset/sample-set.js';
import { Arena } from '../../kernels/arena.js';
import type { Kernels } from '../../kernels/kernels.js';
import { keyOfSeed } from '../../kernels/random.js';
import { slotsOf } from '../../model/optimizer.js';
import type { Model, ModelDefinition, NamedTensor, StepPosition } from '../engine.js';
import { requireModel, requireTrainable } from '../layer-inputs.js';
import { trainingLossOf } from '../sample-loss.js';
import { createLayer } from './create-layer.js';
import { GradientTurns } from './gradient-turns.js';
import { TILE_ROWS, type TileTensor, tileValues, type WasmLayer } from './layer.js';
import { TileLoss } from './loss.js';
import { WasmOptimizer } from './optimizer.js';
import { ParameterStore } from './parameters.js';

export class WasmModel implements Model {
  readonly #arena: Arena;
  readonly #parameters: ParameterStore;
  readonly #optimizer: WasmOptimizer;
  readonly #layers: WasmLayer[] = [];
  readonly #input: TileTensor;
  readonly #output: TileTensor;
  /** Float32 values between two time steps, and between two rows, of the input tile. */
  readonly #timeStride: number;
  readonly #rowStride: number;
  readonly #loss: TileLoss;
  #isDisposed = false;

  /** `giveBack` takes the kernels when the model is disposed of: their memory may be another model's from then on. */
  constructor(
    readonly definition: ModelDefinition,
    kernels: Kernels,
    private readonly giveBack: (kernels: Kernels) => void,
  ) {
    this.#arena = new Arena(kernels);
    this.#parameters = new ParameterStore(this.#arena);
    const { layers, timesteps, features } = definition;
    // A leading flatten costs nothing: samples are gathered as rows in the first place.
    const isFlat = layers[0]?.type === 'flatten';
    this.#timeStride = isFlat ? features : TILE_ROWS * features;
    this.#rowStride = isFlat ? timesteps * features : features;
    this.#input = {
      address: this.#arena.allocate(4 * timesteps * TILE_ROWS * features),
      gradient: 0,
      steps: isFlat ? 1 : timesteps,
      isSequence: !isFlat,
      features: isFlat ? timesteps * features : features,
      stride: 4 * (isFlat ? timesteps * features : features),
    };
    const shared = {
      arena: this.#arena,
      parameters: this.#parameters,
      gradients: new GradientTurns(this.#arena, TILE_ROWS),
      key: keyOfSeed(definition.seed),
    };
    let last = this.#input;
    layers.forEach((spec, index) => {
      if (isFlat && index === 0) return;
      const name = `${index}.${spec.type}`;
      const layer = createLayer(spec, last, { ...shared, index, name });
      this.#layers.push(layer);
      last = layer.output;
    });
    requireModel(layers, last);
    this.#output = last;
    this.#loss = new TileLoss(this.#arena, last, definition.loss, definition.classWeights !== undefined);
    this.#parameters.allocate(slotsOf(definition.optimizer).length);
    this.#arena.commit();
    this.#parameters.initialize();
    for (const layer of this.#layers) layer.attach();
    this.#optimizer = new WasmOptimizer(definition.optimizer, this.#parameters);
  }

  get parameterCount(): number {
    return this.#parameters.count;
  }

  get outputUnits(): number {
    return this.#output.features;
  }

  /** Bytes of the arena: what one such model takes in a trial thread. */
  get memoryBytes(): number {
    return this.#arena.sizeBytes;
  }

  trainBatch(samples: SampleSet, indices: Uint32Array, at: StepPosition): number {
    // Without weights no layer keeps a gradient, and the loss would have nowhere to write its own.
    requireTrainable(this);
    const size = indices.length;
    this.#parameters.clearGradients();
    for (const layer of this.#layers) layer.prepare(true);
    const loss = trainingLossOf(this.definition, this.outputUnits, samples);
    const scale = 1 / (size * loss.terms);
    let sum = 0;
    for (let first = 0, tile = 0; first < size; first += TILE_ROWS, tile++) {
      const rows = this.#gather(samples, indices, first);
      for (const layer of this.#layers) layer.forward(tile, at);
      sum += this.#loss.of(loss, samples, indices, first, rows, scale);
      for (let layer = this.#layers.length - 1; layer >= 0; layer--) this.#layers[layer]?.backward();
    }
    const penalty = this.#parameters.addPenalties();
    const { clipNorm } = this.definition;
    if (clipNorm !== undefined) this.#parameters.clipGradients(clipNorm);
    this.#optimizer.step(at.learningRate);
    return sum * scale + penalty;
  }

  predict(samples: SampleSet, indices: Uint32Array, out: Float32Array): void {
    const { floats } = this.#arena;
    for (const layer of this.#layers) layer.prepare(false);
    const units = this.outputUnits;
    const from = this.#output.address / 4;
    const stride = this.#output.stride / 4;
    for (let first = 0, tile = 0; first < indices.length; first += TILE_ROWS, tile++) {
      const rows = this.#gather(samples, indices, first);
      for (const layer of this.#layers) layer.forward(tile, null);
      for (let row = 0; row < rows; row++)
        for (let unit = 0; unit < units; unit++)
          out[(first + row) * units + unit] = floats[from + row * stride + unit] as number;
    }
  }

  penalty(): number {
    return this.#parameters.penalty();
  }

  weights(): NamedTensor[] {
    return this.#parameters.read();
  }

  /** Gradients of the last trainBatch, in Keras layout: for tests. */
  gradients(): NamedTensor[] {
    return this.#parameters.read(this.#parameters.regions.gradients);
  }

  optimizerState(): NamedTensor[] {
    return this.#optimizer.state();
  }

  load(weights: readonly NamedTensor[], optimizerState?: readonly NamedTensor[]): void {
    this.#parameters.write(weights);
    if (optimizerState) this.#optimizer.load(optimizerState);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.giveBack(this.#arena.kernels);
  }

  /** Gathers up to a tile of samples; the rows of a ragged last tile past its end are 0. */
  #gather(samples: SampleSet, indices: Uint32Array, first: number): number {
    const rows = Math.min(TILE_ROWS, indices.length - first);
    const { floats } = this.#arena;
    const at = this.#input.address / 4;
    if (rows < TILE_ROWS) floats.fill(0, at, at + tileValues(this.#input));
    if (!this.#gatherByKernel(samples, indices, first, rows))
      samples.gather(indices, first, rows, floats, at, this.#timeStride, this.#rowStride);
    return rows;
  }

  /** false where no kernel can: on WebAssembly, from other sources than windows, or from memory that has no address. */
  #gatherByKernel(samples: SampleSet, indices: Uint32Array, first: number, rows: number): boolean {
    const { gatherWindows } = this.#arena.kernels;
    const windows = gatherWindows && (samples.windows?.() ?? samples.windowsFromLast?.());
    if (!windows || !(windows.values.buffer instanceof ArrayBuffer)) return false;
    checkIndices(indices, first, rows, samples.count);
    const { values, firstValue, anchorStride, stepValues, timesteps, features, placesOf } = windows;
    gatherWindows(
      values,
      placesOf?.(indices, first, rows) ?? indices.subarray(first, first + rows),
      rows,
      firstValue,
      anchorStride,
      stepValues,
      timesteps,
      features,
      this.#input.address,
      4 * this.#timeStride,
      4 * this.#rowStride,
      samples.windowsFromLast === undefined ? 0 : 1,
    );
    return true;
  }
}
