import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { availableInstructionSets, openNativeLibrary } from '../../src/kernels/native/native-library.js';
import { describeEngineContract } from './engine-contract.js';

describeEngineContract('wasm', () => createWasmEngine());
for (const set of availableInstructionSets())
  describeEngineContract(`wasm on native ${set.name} kernels`, () =>
    createWasmEngine(openNativeLibrary(set)),
  );
