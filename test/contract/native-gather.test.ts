// Windows copied by a native kernel against the same windows copied by the dataset room: whatever the layout, same values,
// and nothing written beside them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { gatherRows, type WindowSource } from '../../src/dataset/series/gather.js';
import { digestWeights } from '../../src/engine/training/checkpoint.js';
import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { Arena } from '../../src/kernels/arena.js';
import { compileKernels, instantiateKernels } from '../../src/kernels/load-kernels.js';
import {
  availableInstructionSets,
  type NativeLibrary,
  openNativeLibrary,
} from '../../src/kernels/native/native-library.js';
import { openSplit } from '../../src/task/open-split.js';
import { randomValues } from '../support/fakes/array-samples.js';
import { dense, flatten, modelOf } from '../support/fixtures/layer-specs.js';
import { smallDataset, smallTask } from '../support/fixtures/small-dataset.js';

const module = await compileKernels();
// One column without gaps, and rows of 8 to 16 values, are copied in ways of their own.
const layouts = fc.record({
  features: fc.oneof(fc.integer({ min: 1, max: 35 }), fc.constant(1), fc.integer({ min: 7, max: 17 })),
  timesteps: fc.integer({ min: 1, max: 40 }),
  step: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(1)),
  anchorRows: fc.integer({ min: 1, max: 3 }),
  rows: fc.integer({ min: 0, max: 16 }),
  padding: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(0)),
  isTimeMajor: fc.boolean(),
  skipped: fc.integer({ min: 0, max: 5 }),
  isFromLast: fc.boolean(),
});

/** Each value less the one of its window's last step. */
function tellFromLast(
  values: Float32Array,
  { features, timesteps, rows }: { features: number; timesteps: number; rows: number },
  timeStride: number,
  rowStride: number,
): void {
  for (let row = 0; row < rows; row++)
    for (let feature = 0; feature < features; feature++) {
      const at = row * rowStride + feature;
      const last = values[at + (timesteps - 1) * timeStride]!;
      for (let time = 0; time < timesteps; time++) values[at + time * timeStride]! -= last;
    }
}

/** Weights after some steps on windows told from their last row, of several steps ahead. */
async function trainFromLast(native: NativeLibrary | null): Promise<string> {
  const window = { ...smallTask.window, delays: [0, 1, 3], normalise: 'last' } as const;
  const samples = openSplit(smallDataset(), { ...smallTask, window }, 'train');
  const { timesteps, features } = samples;
  const model = (await createWasmEngine(native)).build(modelOf([flatten, dense(3)], timesteps, features));
  const indices = Uint32Array.from({ length: 20 }, (_, at) => (at * 7) % samples.count);
  for (let step = 0; step < 3; step++)
    model.trainBatch(samples, indices, { epoch: 1, step, learningRate: 0.01 });
  return digestWeights(model.weights());
}

for (const set of availableInstructionSets())
  describe(`gathering by ${set.name}`, () => {
    it('copies what the dataset room copies, or its changes to the last step, and nothing else', () => {
      const native = openNativeLibrary(set);
      fc.assert(
        fc.property(layouts, (layout) => {
          const { features, timesteps, step, anchorRows, rows, padding, isTimeMajor, skipped } = layout;
          const { isFromLast } = layout;
          const anchors = 20;
          const values = randomValues(
            skipped + (anchors * anchorRows + timesteps * step) * features + features,
            7,
          );
          const source: WindowSource = {
            values,
            firstValue: skipped,
            anchorStride: anchorRows * features,
            stepValues: step * features,
            timesteps,
            features,
          };
          const indices = Uint32Array.from({ length: rows }, (_, at) => (at * 13) % anchors);
          const width = features + padding;
          const timeStride = isTimeMajor ? rows * width : width;
          const rowStride = isTimeMajor ? width : timesteps * width;
          const size = rows * timesteps * width;
          const expected = new Float32Array(size + 8).fill(5);
          gatherRows(source, indices, 0, rows, { out: expected, offset: 0, timeStride, rowStride });
          if (isFromLast) tellFromLast(expected, layout, timeStride, rowStride);

          const kernels = instantiateKernels(module, native);
          const arena = new Arena(kernels);
          const out = arena.allocate(4 * (size + 8));
          arena.commit();
          arena.floats.fill(5, out / 4, out / 4 + size + 8);
          const { firstValue, anchorStride, stepValues } = source;
          // prettier-ignore
          kernels.gatherWindows?.(
            values,
            indices,
            rows,
            firstValue,
            anchorStride,
            stepValues,
            timesteps,
            features,
            out,
            4 * timeStride,
            4 * rowStride,
            isFromLast ? 1 : 0,
          );
          assert.deepEqual(arena.floats.slice(out / 4, out / 4 + size + 8), expected);
        }),
        { numRuns: 120 },
      );
    });

    it('trains on windows told from their last row as WebAssembly does', async () => {
      assert.equal(await trainFromLast(openNativeLibrary(set)), await trainFromLast(null));
    });
  });
