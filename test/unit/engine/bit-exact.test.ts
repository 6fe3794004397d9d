// A result says whether the same trial gives the same bits everywhere: it does not once an engine that rounds by machine
// has computed one of its epochs, whichever engine ends it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from '../../../src/engine/engine.js';
import { decodeCheckpoint } from '../../../src/engine/training/checkpoint.js';
import { trainTrial } from '../../../src/engine/training/trial-training.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm-engine.js';
import { smallConfig, smallDataset } from '../../support/fixtures/small-dataset.js';

const exact: Engine = await createWasmEngine();
/** As the tfjs engine presents itself; what it computes does not matter here. */
const rounding: Engine = { ...exact, name: 'tfjs', bitExact: false };

/** Runs the trial; with `stopAfter`, as far as the end of that epoch. */
function run(engine: Engine, checkpoint: Uint8Array | null = null, stopAfter?: number) {
  const checkpoints: Uint8Array[] = [];
  let epochs = 0;
  const outcome = trainTrial({
    engine,
    config: smallConfig,
    objective: { metric: 'validationMae', direction: 'minimize', epoch: 'best' },
    dataset: smallDataset(),
    checkpoint,
    now: () => 0,
    hooks: {
      onReport: ({ epoch }) => {
        epochs = epoch;
      },
      onCheckpoint: (_epoch, bytes) => checkpoints.push(bytes),
      onProgress() {},
      stopRequest: () => (epochs === stopAfter ? 'interrupt' : 'none'),
    },
  });
  return { outcome, checkpoint: checkpoints.at(-1) as Uint8Array };
}

function resultOf({ outcome }: ReturnType<typeof run>) {
  assert.equal(outcome.type, 'finished');
  return outcome.type === 'finished' ? outcome.result : assert.fail();
}

test('a trial of a bit-exact engine alone has no mark, in its result and in its checkpoints', () => {
  const begun = run(exact, null, 1);
  assert.equal('bitExact' in decodeCheckpoint(begun.checkpoint), false);
  const result = resultOf(run(exact, begun.checkpoint));
  assert.equal('bitExact' in result, false);
  assert.equal(result.weightsDigest, resultOf(run(exact)).weightsDigest);
});

test('a trial that an engine which rounds by machine began, continued or did alone is marked', () => {
  const begun = run(rounding, null, 1);
  assert.equal(decodeCheckpoint(begun.checkpoint).bitExact, false);
  assert.equal(resultOf(run(rounding)).bitExact, false);
  const endedExactly = run(exact, begun.checkpoint);
  assert.equal(resultOf(endedExactly).engine, 'wasm');
  assert.equal(resultOf(endedExactly).bitExact, false);
  // Through a further interruption, too.
  const passedOn = run(exact, run(exact, begun.checkpoint, 2).checkpoint);
  assert.equal(resultOf(passedOn).bitExact, false);
  const continued = run(rounding, run(exact, null, 1).checkpoint);
  assert.equal(resultOf(continued).bitExact, false);
});
