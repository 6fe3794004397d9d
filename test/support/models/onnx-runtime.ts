// onnxruntime-node, where it is installed (`npm install --no-save onnxruntime-node`): 290 MB that nothing else needs.
import { createRequire } from 'node:module';
import { skipOrFail } from '../required-tools.js';

interface Tensor {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> };
  readonly Tensor: new (type: string, data: Float64Array | BigInt64Array, dims: readonly number[]) => Tensor;
}

function load(): OnnxRuntime | null {
  try {
    return createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime;
  } catch {
    return null;
  }
}

export const onnxRuntime = load();
export const skipWithoutOnnx = skipOrFail(
  'onnxruntime',
  onnxRuntime === null ? 'onnxruntime-node is not installed: npm install --no-save onnxruntime-node' : null,
);
