import { createWasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { describeEngineContract } from './engine-contract.js';

describeEngineContract('wasm', createWasmEngine);
