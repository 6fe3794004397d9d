// Every native kernel against its WebAssembly sibling: both get the same memory and the same arguments, and afterwards the
// whole memory must hold the same bits, so that results, padding and what lies past the end are compared at once. Values
// are near-normal ones, or extremes: signed zeros, subnormals, infinities, NaN (any NaN equals any other, whose payload
// and sign WebAssembly leaves open).
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Kernels } from '../../src/kernels/kernels.js';
import { compileKernels, instantiateKernels } from '../../src/kernels/load-kernels.js';
import { NATIVE_KERNEL_NAMES, type NativeKernelName } from '../../src/kernels/native/kernel-arguments.js';
import {
  availableInstructionSets,
  type NativeLibrary,
  openNativeLibrary,
} from '../../src/kernels/native/native-library.js';
import { RECURRENT_PLAN_FIELDS, writeRecurrentPlan } from '../../src/kernels/recurrent-plan.js';
import { randomValues } from '../support/fakes/array-samples.js';
import { emulateArm64 } from '../support/native/emulated-library.js';

const VALUES = 2 ** 17;
const module = await compileKernels();
const TAILS = Array.from({ length: 68 }, (_, length) => length);

type Fill = 'normal' | 'extreme' | 'large';
const EXTREMES = [
  ...[0, 1, 0.5, 1e-45, 1.1754943508222875e-38, 3e38, 88, 126, 200, 7.9, Number.POSITIVE_INFINITY, 1e-20],
  Number.NaN,
].flatMap((value) => [value, -value]);

const fills = new Map<Fill, Float32Array>();
function filling(fill: Fill): Float32Array {
  let values = fills.get(fill);
  if (values) return values;
  values = randomValues(VALUES, 11);
  if (fill === 'large') values = values.map((value) => value * 40);
  if (fill === 'extreme') {
    const places = randomValues(VALUES, 12);
    values = values.map((value, i) => {
      const draw = Math.floor(Math.abs(places[i] as number) * 1e4);
      return draw % 5 === 0 ? (EXTREMES[draw % EXTREMES.length] as number) : value;
    });
  }
  fills.set(fill, values);
  return values;
}

/** One memory of random values, and addresses in it. */
class Pair {
  readonly wasm: Kernels;
  readonly native: Kernels;
  readonly #views: readonly [Float32Array, Float32Array];
  readonly #start: number;
  #end = 0;

  constructor(library: Pick<NativeLibrary, 'functions' | 'addressOf'>) {
    this.wasm = instantiateKernels(module);
    // Every call crosses, however short: the choice by length is not what is tested here.
    const instance = instantiateKernels(module);
    const memories = [this.wasm, instance].map(({ memory }) => {
      memory.grow(Math.ceil((4 * VALUES) / 65_536) + 1);
      return new Float32Array(memory.buffer);
    });
    this.#views = memories as [Float32Array, Float32Array];
    this.#start = Math.ceil(instance.heapBase() / 64) * 64;
    const start = library.addressOf(instance.memory.buffer as ArrayBuffer);
    const calls = NATIVE_KERNEL_NAMES.map((name) => [
      name,
      (...values: number[]) => library.functions[name](start, ...values),
    ]);
    this.native = { ...instance, ...Object.fromEntries(calls) } as Kernels;
  }

  reset(fill: Fill): void {
    this.#end = this.#start;
    for (const view of this.#views) view.set(filling(fill), this.#start / 4);
  }

  /** Address of `count` values, not aligned to more than 16 bytes. */
  take(count: number): number {
    const at = this.#end;
    this.#end = at + 16 * Math.ceil((4 * count) / 16) + 16;
    assert.ok(this.#end <= this.#start + 4 * VALUES, 'the case is too large for the memory');
    return at;
  }

  set(address: number, values: readonly number[]): void {
    for (const view of this.#views) view.set(values, address / 4);
  }

  buffers(): ArrayBuffer[] {
    return this.#views.map(({ buffer }) => buffer as ArrayBuffer);
  }

  /** Calls both, then compares all memory. */
  check(name: NativeKernelName, ...values: number[]): void {
    for (const kernels of [this.wasm, this.native]) (kernels[name] as (...args: number[]) => void)(...values);
    const [wasm, native] = this.#views.map((view) => new Int32Array(view.buffer, this.#start, VALUES)) as [
      Int32Array,
      Int32Array,
    ];
    if (Buffer.compare(bytesOf(wasm), bytesOf(native)) === 0) return;
    for (let i = 0; i < VALUES; i++) {
      if (wasm[i] === native[i]) continue;
      const [of, is] = this.#views.map((view) => view[this.#start / 4 + i]);
      if (Number.isNaN(of) && Number.isNaN(is)) continue;
      assert.fail(`${name}(${values.join(', ')}): value ${i} is ${is}, WebAssembly's is ${of}`);
    }
  }
}

function bytesOf(values: Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

const fillings = fc.constantFrom<Fill>('normal', 'extreme', 'large');
const panelsOf = (columns: number): number => Math.ceil(columns / 8);

function product(pair: Pair, fill: Fill, rows: number, depth: number, columns: number): void {
  const panels = panelsOf(columns);
  const stride = 4 * depth;
  pair.reset(fill);
  const x = pair.take(rows * depth);
  const b = pair.take(8 * panels * depth);
  const bias = pair.take(8 * panels);
  const out = pair.take(8 * panels * rows);
  pair.check('denseForward', rows, x, stride, depth, b, bias, panels, out);
  pair.check('activateInPlace', 4, out, 8 * panels * rows);
  const transposed = pair.take(8 * panelsOf(depth) * columns);
  const dx = pair.take(8 * panelsOf(depth) * rows);
  pair.check('transposePanels', b, depth, columns, transposed);
  const gradient = pair.take(8 * panels * depth);
  pair.check('accumulateGradient', rows, x, stride, depth, out, 32 * panels, panels, gradient);
  const d = 32 * panelsOf(depth);
  // prettier-ignore
  pair.check(
    'denseBackward',
    rows,
    x,
    stride,
    depth,
    out,
    columns,
    panels,
    gradient,
    bias,
    transposed,
    dx,
    d,
  );
  pair.check('accumulateBias', rows, out, 32 * panels, panels, bias);
  pair.check('softmaxForward', rows, Math.max(1, columns), out, 32 * panels);
  const slopes = pair.take(8 * panels * rows);
  pair.check('softmaxBackward', rows, Math.max(1, columns), out, slopes, 32 * panels);
}

function recurrent(pair: Pair, fill: Fill, shape: RecurrentShape): void {
  const { features, units, timesteps, isLstm, resetAfter, masked, gradient, sequences } = shape;
  const rows = 16;
  const gates = isLstm ? 4 : 3;
  const panels = panelsOf(units);
  const unit = rows * 8 * panels;
  const inputStride = 8 * panelsOf(features);
  pair.reset(fill);
  const of = (wanted: boolean, count: number): number => (wanted ? pair.take(count) : 0);
  const plan = pair.take(RECURRENT_PLAN_FIELDS.length);
  const values = {
    timesteps,
    rows,
    features,
    units,
    unitPanels: panels,
    inputStride: 4 * inputStride,
    unitStride: 32 * panels,
    gateStep: 4 * 5 * unit,
    activation: shape.activation,
    recurrentActivation: shape.recurrentActivation,
    resetAfter: resetAfter && !isLstm ? 1 : 0,
    kernel: pair.take(gates * panels * features * 8),
    recurrentKernel: pair.take(gates * panels * units * 8),
    bias: pair.take(gates * panels * 8),
    recurrentBias: pair.take(gates * panels * 8),
    kernelGradient: pair.take(gates * panels * features * 8),
    recurrentKernelGradient: pair.take(gates * panels * units * 8),
    biasGradient: pair.take(gates * panels * 8),
    recurrentBiasGradient: pair.take(gates * panels * 8),
    transposedRecurrent: pair.take(gates * panels * units * 8),
    transposedKernel: of(gradient, gates * panelsOf(features) * units * 8),
    forwardBias: pair.take(gates * panels * 8),
    input: pair.take(timesteps * rows * inputStride),
    hidden: pair.take((timesteps + 1) * unit),
    cell: pair.take((timesteps + 1) * unit),
    gates: pair.take(timesteps * 5 * unit),
    resetHidden: pair.take(4 * unit),
    gateGradients: pair.take(16 * unit),
    hiddenGradient: pair.take(unit),
    cellGradient: pair.take(unit),
    outputGradient: of(sequences, timesteps * unit),
    inputGradient: of(gradient, timesteps * rows * inputStride),
    inputGradientStride: gradient ? 4 * inputStride : 0,
    inputMask: of(masked, gates * rows * inputStride),
    hiddenMask: of(masked, gates * unit),
    maskedInput: of(masked, gates * 4 * rows * inputStride),
    maskedHidden: of(masked, gates * 4 * unit),
  };
  for (const buffer of pair.buffers()) writeRecurrentPlan(buffer, plan, values);
  pair.check('prepareForward', plan, gates);
  pair.check('prepareRecurrent', plan, gates);
  pair.check(isLstm ? 'lstmForward' : 'gruForward', plan);
  pair.check(isLstm ? 'lstmBackward' : 'gruBackward', plan);
}

interface RecurrentShape {
  readonly features: number;
  readonly units: number;
  readonly timesteps: number;
  readonly isLstm: boolean;
  readonly resetAfter: boolean;
  readonly masked: boolean;
  readonly gradient: boolean;
  readonly sequences: boolean;
  readonly activation: number;
  readonly recurrentActivation: number;
}

const recurrentShapes: fc.Arbitrary<RecurrentShape> = fc.record({
  features: fc.integer({ min: 1, max: 19 }),
  units: fc.integer({ min: 1, max: 35 }),
  timesteps: fc.integer({ min: 1, max: 6 }),
  isLstm: fc.boolean(),
  resetAfter: fc.boolean(),
  masked: fc.boolean(),
  gradient: fc.boolean(),
  sequences: fc.boolean(),
  activation: fc.integer({ min: 0, max: 4 }),
  recurrentActivation: fc.constantFrom(3, 4),
});

/** Such as `SWEEP_TEST_ARM64=aarch64-linux-gnu-gcc,qemu-aarch64`: the kernels of arm64 as well, emulated. */
const [crossCompiler, emulator] = process.env.SWEEP_TEST_ARM64?.split(',') ?? [];
const emulated = crossCompiler && emulator ? emulateArm64(crossCompiler, emulator) : null;
after(() => emulated?.stop());
const libraries = [
  ...availableInstructionSets().map(openNativeLibrary),
  ...(emulated === null ? [] : [emulated]),
];
const skip = libraries.length === 0 ? 'no native kernels here: the build had no C compiler' : false;

describe('native kernels', { skip }, () => {
  for (const library of libraries)
    describe(library.instructionSet.name, () => {
      const pair = new Pair(library);

      it('products at every depth and width from 0 to 67', () => {
        for (const depth of TAILS)
          for (const columns of [depth, 1, 8, 9, 16, 24, 67]) product(pair, 'normal', 8, depth, columns);
        for (const columns of TAILS)
          for (const rows of [4, 12, 16, 20, 28]) product(pair, 'extreme', rows, 13, columns);
      });

      it('products of random shapes', () => {
        const size = fc.integer({ min: 0, max: 70 });
        const fours = fc.integer({ min: 1, max: 12 });
        fc.assert(
          fc.property(fillings, fours, size, size, (fill, rows, depth, columns) =>
            product(pair, fill, 4 * rows, depth, columns),
          ),
          { numRuns: 200 },
        );
      });

      it('convolutions, forwards and backwards through a sequence', () => {
        const size = fc.integer({ min: 1, max: 40 });
        const taps = fc.integer({ min: 0, max: 4 });
        fc.assert(
          fc.property(fillings, size, size, taps, fc.boolean(), (fill, depth, columns, count, back) => {
            const rows = 16;
            const steps = 6;
            const panels = panelsOf(columns);
            pair.reset(fill);
            const step = rows * depth;
            const x = pair.take(steps * step);
            const b = pair.take(5 * panels * depth * 8);
            const bias = pair.take(8 * panels);
            const out = pair.take(2 * rows * 8 * panels);
            const tap = 4 * panels * depth * 8;
            const from = back ? x + 4 * 4 * step : x;
            const aNext = back ? -4 * step : 4 * step;
            const [fromB, bNext] = back ? [b + 4 * tap, -tap] : [b, tap];
            // prettier-ignore
            pair.check(
              'convForward',
              2 * rows,
              count,
              from,
              aNext,
              4 * depth,
              depth,
              fromB,
              bNext,
              bias,
              panels,
              out,
              32 * panels,
            );
            // prettier-ignore
            pair.check(
              'convInputGradient',
              2 * rows,
              count,
              from,
              aNext,
              4 * depth,
              depth,
              fromB,
              bNext,
              panels,
              out,
              32 * panels,
            );
          }),
          { numRuns: 150 },
        );
      });

      it('recurrent layers of random shapes, masks and activations', () => {
        fc.assert(
          fc.property(fillings, recurrentShapes, (fill, shape) => recurrent(pair, fill, shape)),
          { numRuns: 300 },
        );
      });

      it('flat passes, activations and optimisers at every count', () => {
        for (const fill of ['normal', 'extreme', 'large'] as const)
          for (const fours of TAILS) {
            const count = 4 * fours;
            pair.reset(fill);
            const [a, b, c, d] = [0, 0, 0, 0].map(() => pair.take(count)) as [number, number, number, number];
            for (let code = 0; code <= 4; code++) {
              pair.check('activationBackward', code, a, b, count);
              pair.check('activateInPlace', code, a, count);
            }
            pair.reset(fill);
            pair.check('multiply', a, b, c, count);
            pair.check('addInto', a, c, count);
            pair.check('addScaled', a, b, 0.3, d, count);
            pair.check('scale', a, 1 / 3, d, count);
            pair.check('fillZero', c, 4 * count);
            pair.reset(fill);
            const rates = pair.take(4);
            pair.check('stepSgd', a, b, c, count, 0.01, 0);
            pair.check('stepSgd', a, b, c, count, 0.01, 0.9);
            pair.check('stepRmsprop', a, b, c, count, 0.001, 0.9, 1 - 0.9, 1e-7);
            pair.check('stepAdam', a, b, c, d, count, 0.001, 0.9, 1 - 0.9, 0.999, 1 - 0.999, 1e-7);
            pair.check('replaySgd', a, b, c, count, rates, 3, 0.9);
            pair.check('replayRmsprop', a, b, c, count, rates, 3, 0.9, 1 - 0.9, 1e-7);
            // prettier-ignore
            pair.check('replayAdam', a, b, c, d, count, rates, 3, 0.9, 1 - 0.9, 0.999, 1 - 0.999, 1e-7);
          }
      });

      it('dropout masks at every count, with words of 32 bits', () => {
        const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
        const counts = fc.integer({ min: 0, max: 130 });
        fc.assert(
          fc.property(counts, word, word, word, word, word, (fours, threshold, low, high, first, purpose) => {
            pair.reset('normal');
            const mask = pair.take(4 * fours);
            pair.check('fillDropoutMask', mask, 4 * fours, threshold, 1.25, low, high, first, purpose, 3, 7);
          }),
          { numRuns: 150 },
        );
      });

      it('pools of random windows', () => {
        const at = (min: number, max: number) => fc.integer({ min, max });
        fc.assert(
          fc.property(
            fillings,
            at(1, 12),
            at(1, 17),
            at(1, 5),
            at(1, 4),
            at(0, 2),
            (fill, steps, fours, size, strides, before) => {
              const padBefore = Math.min(before, size - 1);
              const count = Math.max(1, Math.floor((steps + padBefore - 1) / strides));
              const stepBytes = 16 * fours;
              pair.reset(fill);
              const x = pair.take(steps * 4 * fours);
              const out = pair.take(count * 4 * fours);
              const d = pair.take(count * 4 * fours);
              const dx = pair.take(steps * 4 * fours);
              const window = [steps, stepBytes, count, size, strides, padBefore] as const;
              pair.check('maxPool', x, ...window, out);
              pair.check('maxPoolGradient', x, out, d, dx, ...window);
              pair.check('averagePool', x, ...window, out);
              pair.check('averagePoolGradient', d, dx, ...window);
              pair.check('maxPool', x, steps, stepBytes, 1, steps, 1, 0, out);
              pair.check('globalMaxGradient', x, out, d, dx, steps, stepBytes);
            },
          ),
          { numRuns: 200 },
        );
      });

      it('layer normalisation of every width', () => {
        for (const fill of ['normal', 'extreme', 'large'] as const)
          for (const units of TAILS.slice(1)) {
            const stride = 8 * panelsOf(units);
            const rows = 5;
            pair.reset(fill);
            const [x, out, dx] = [0, 0, 0].map(() => pair.take(rows * stride)) as [number, number, number];
            const [gamma, beta, scales] = [0, 0, 0].map(() => pair.take(stride)) as [number, number, number];
            const kept = pair.take(rows * stride);
            // prettier-ignore
            pair.check(
              'layerNormForward',
              rows,
              x,
              4 * stride,
              units,
              gamma,
              beta,
              1e-3,
              kept,
              scales,
              out,
              4 * stride,
            );
            // prettier-ignore
            pair.check(
              'layerNormInputGradient',
              rows,
              out,
              4 * stride,
              units,
              gamma,
              kept,
              scales,
              dx,
              4 * stride,
            );
          }
      });

      it('losses of distance and their slopes, of one target a row or of one an output', () => {
        const at = (min: number, max: number) => fc.integer({ min, max });
        fc.assert(
          fc.property(
            fillings,
            at(0, 2),
            at(0, 17),
            at(1, 67),
            at(0, 1),
            fc.double({ min: 1e-9, max: 1, noNaN: true }),
            (fill, code, rows, units, isOne, scale) => {
              const stride = 32 * panelsOf(units);
              pair.reset(fill);
              const [predictions, gradients] = [0, 0].map(() => pair.take((rows * stride) / 4));
              const [targets, sum] = [pair.take(rows * units), pair.take(2)];
              // prettier-ignore
              pair.check(
                'distanceLoss',
                code,
                rows,
                units,
                predictions!,
                stride,
                targets,
                isOne,
                scale,
                gradients!,
                sum,
              );
            },
          ),
        );
      });

      it('attention, and columns added, of random shapes', () => {
        const at = (min: number, max: number) => fc.integer({ min, max });
        fc.assert(
          fc.property(
            fillings,
            at(1, 9),
            at(1, 6),
            at(1, 40),
            at(0, 2),
            fc.boolean(),
            (fill, steps, fours, columns, gap, shared) => {
              const rows = 4 * fours;
              const stride = 4 * (columns + gap);
              const width = 32 * panelsOf(columns);
              pair.reset(fill);
              const x = pair.take(steps * rows * (columns + gap));
              const y = pair.take(rows * (columns + gap));
              const [scores, d] = [pair.take(steps * rows), pair.take(steps * rows)];
              pair.check('rowProducts', steps, rows, x, stride, y, shared ? 0 : stride, columns, scores);
              pair.check('softmaxOverTime', scores, steps, rows);
              pair.check('softmaxGradient', scores, d, steps, rows);
              pair.check('weightedSum', steps, rows, scores, x, stride, columns, y, stride);
              pair.check('addWeighted', steps, rows, d, y, stride, columns, x, stride);
              const [states, gradients] = [0, 0].map(() => pair.take((steps * rows * width) / 4)) as [
                number,
                number,
              ];
              const [query, queryGradient] = [0, 0].map(() => pair.take(width / 4)) as [number, number];
              const panels = panelsOf(columns);
              pair.check('scoreGradient', steps * rows, d, states, query, panels, queryGradient, gradients);
              pair.check('addColumns', states, width, x, stride, steps * rows, columns);
            },
          ),
          { numRuns: 200 },
        );
      });

      it('embeddings, repeated ids in order, and copies between layouts', () => {
        const at = (min: number, max: number) => fc.integer({ min, max });
        const ids = fc.array(at(0, 9), { minLength: 1, maxLength: 30 });
        fc.assert(
          fc.property(
            fillings,
            ids,
            at(1, 9),
            at(1, 6),
            at(1, 21),
            (fill, tokens, panels, steps, features) => {
              pair.reset(fill);
              const row = 8 * panels;
              const from = pair.take(tokens.length);
              const table = pair.take(10 * row);
              const out = pair.take(tokens.length * row);
              pair.set(from, tokens);
              pair.check('embeddingForward', from, 4, tokens.length, table, 4 * row, out);
              pair.check('embeddingGradient', from, 4, tokens.length, out, 4 * row, table);
              const stride = 8 * panelsOf(features);
              const tile = pair.take(steps * 4 * stride);
              const flat = pair.take(4 * steps * features);
              const size = [steps, 4, features] as const;
              pair.check('flattenTile', tile, 16 * stride, 4 * stride, flat, 4 * steps * features, ...size);
              pair.check('unflattenTile', flat, 4 * steps * features, tile, 16 * stride, 4 * stride, ...size);
              pair.check('reverseTime', tile, out, 1, 16);
              pair.check('reverseTime', table, tile, steps, 16 * Math.min(stride, row));
            },
          ),
          { numRuns: 150 },
        );
      });
    });
});
