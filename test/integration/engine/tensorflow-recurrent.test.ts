// The wasm engine's recurrent layers against those of TensorFlow.js on the same weights: predictions, losses and gradients
// of cells, their options, stacks, and both directions in every merge.
import { before, describe, it } from 'node:test';
import type { ModelDefinition } from '../../../src/engine/engine.js';
import { createWasmEngine, type WasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import type { Merge } from '../../../src/model/layers/bidirectional.js';
import { bidirectional, dense, flatten, gru, lstm, modelOf } from '../../support/fixtures/layer-specs.js';
import { useTensorflow } from '../../support/models/tensorflow-model.js';
import { assertModelsAgree } from '../../support/models/tensorflow-pair.js';

const MERGES: readonly Merge[] = ['concat', 'sum', 'mul', 'ave'];
/** Each merge of each cell, of last states and of whole sequences. */
const BIDIRECTIONAL = MERGES.flatMap((merge) =>
  [gru, lstm].flatMap((cell) =>
    [false, true].map((returnSequences): readonly [string, ModelDefinition, number] => {
      const layer = cell(5, { returnSequences });
      const head = returnSequences ? [flatten, dense(1)] : [dense(1)];
      const name = `bidirectional ${layer.type} 5${returnSequences ? ' sequences' : ''}, ${merge}`;
      return [name, modelOf([bidirectional(layer, merge), ...head], 7, 3), 17];
    }),
  ),
);

const MODELS: readonly (readonly [string, ModelDefinition, number])[] = [
  ['gru 5', modelOf([gru(5), dense(1)], 7, 3), 1],
  ['gru 8', modelOf([gru(8), dense(1)], 9, 1), 15],
  ['gru 13', modelOf([gru(13), dense(1)], 7, 14), 16],
  ['gru 20', modelOf([gru(20), dense(1)], 9, 14), 37],
  ['gru 128, whose rows lie an odd number of panels apart', modelOf([gru(128), dense(1)], 3, 3), 16],
  ['gru 13 sigmoid', modelOf([gru(13, { recurrentActivation: 'sigmoid' }), dense(1)], 9, 3), 37],
  ['gru 8 relu', modelOf([gru(8, { activation: 'relu' }), dense(1)], 7, 3), 16],
  [
    'gru 5 relu sigmoid',
    modelOf([gru(5, { activation: 'relu', recurrentActivation: 'sigmoid' }), dense(1)], 7, 14),
    15,
  ],
  ['gru 13 backwards', modelOf([gru(13, { goBackwards: true }), dense(1)], 9, 14), 37],
  ['gru 5 of one step', modelOf([gru(5), dense(1)], 1, 3), 16],
  ['gru with L2 penalties', modelOf([gru(8, { kernelL2: 0.01, recurrentL2: 0.02 }), dense(1)], 7, 3), 16],
  ['gru 13 over gru 5', modelOf([gru(13, { returnSequences: true }), gru(5), dense(1)], 9, 3), 37],
  [
    'gru 5 backwards over gru 8 backwards',
    modelOf(
      [gru(5, { returnSequences: true, goBackwards: true }), gru(8, { goBackwards: true }), dense(1)],
      7,
      14,
    ),
    15,
  ],
  ['gru sequence flattened', modelOf([gru(5, { returnSequences: true }), flatten, dense(1)], 7, 3), 37],
  ['gru over dense on each step', modelOf([dense(13, { activation: 'relu' }), gru(5), dense(1)], 7, 14), 16],
  ['lstm 5', modelOf([lstm(5), dense(1)], 7, 1), 1],
  ['lstm 8', modelOf([lstm(8), dense(1)], 9, 3), 15],
  ['lstm 13', modelOf([lstm(13), dense(1)], 7, 14), 16],
  ['lstm 20', modelOf([lstm(20), dense(1)], 9, 14), 37],
  [
    'lstm 128, stacked on itself',
    modelOf([lstm(128, { returnSequences: true }), lstm(128), dense(1)], 3, 3),
    15,
  ],
  ['lstm 13 sigmoid', modelOf([lstm(13, { recurrentActivation: 'sigmoid' }), dense(1)], 9, 3), 37],
  ['lstm with L2 penalties', modelOf([lstm(8, { kernelL2: 0.01, recurrentL2: 0.02 }), dense(1)], 7, 3), 16],
  ['lstm 8 relu', modelOf([lstm(8, { activation: 'relu' }), dense(1)], 7, 3), 16],
  [
    'lstm 5 relu sigmoid',
    modelOf([lstm(5, { activation: 'relu', recurrentActivation: 'sigmoid' }), dense(1)], 7, 14),
    15,
  ],
  [
    'lstm 20 backwards',
    modelOf([lstm(20, { goBackwards: true, unitForgetBias: false }), dense(1)], 9, 14),
    37,
  ],
  [
    'lstm 13 over lstm 20 over gru 5',
    modelOf(
      [lstm(13, { returnSequences: true }), lstm(20, { returnSequences: true }), gru(5), dense(1)],
      7,
      3,
    ),
    16,
  ],
  [
    'lstm backwards over lstm sigmoid',
    modelOf(
      [
        lstm(5, { returnSequences: true, goBackwards: true }),
        lstm(8, { recurrentActivation: 'sigmoid' }),
        dense(1),
      ],
      9,
      1,
    ),
    37,
  ],
  ['bidirectional gru 5, concatenated', modelOf([bidirectional(gru(5)), dense(1)], 9, 3), 37],
  ['bidirectional lstm 13, summed', modelOf([bidirectional(lstm(13), 'sum'), dense(1)], 7, 3), 16],
  [
    'bidirectional lstm 5 sequences, multiplied, flattened',
    modelOf([bidirectional(lstm(5, { returnSequences: true }), 'mul'), flatten, dense(1)], 7, 1),
    15,
  ],
  [
    'bidirectional of a backwards gru, averaged, with L2 penalties',
    modelOf(
      [
        bidirectional(
          gru(5, { returnSequences: true, goBackwards: true, kernelL2: 0.01, recurrentL2: 0.02 }),
          'ave',
        ),
        gru(5),
        dense(1),
      ],
      7,
      3,
    ),
    37,
  ],
  [
    'bidirectional lstm over bidirectional gru over dense',
    modelOf(
      [dense(8), bidirectional(gru(13, { returnSequences: true })), bidirectional(lstm(5)), dense(1)],
      7,
      3,
    ),
    16,
  ],
  ...BIDIRECTIONAL,
];

let engine: WasmEngine;
before(async () => {
  await useTensorflow('cpu');
  engine = await createWasmEngine();
});

for (const loss of ['mae', 'mse'] as const)
  describe(`the wasm engine agrees with TensorFlow.js, ${loss}`, () => {
    for (const [name, definition, batch] of MODELS)
      it(`${name}, batch ${batch}: predictions, loss and gradients`, () =>
        assertModelsAgree(engine, { ...definition, loss }, batch));
  });
