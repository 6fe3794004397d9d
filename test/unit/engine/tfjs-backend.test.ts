// Which TensorFlow.js is taken of those that load, and what is said of the others.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBackend, loadBackend } from '../../../src/engine/tfjs/load-backend.js';
import { describeBackend } from '../../../src/engine/tfjs/tfjs-engine.js';
import { SweepError } from '../../../src/errors.js';
import { chooseEngine } from '../../../worker/thread/open-engine.js';

interface Fake {
  readonly gpu?: boolean;
  /** Backends that it has. */
  readonly backends: readonly string[];
}

/** What the loader asks of TensorFlow.js. */
function fakeTensorflow({ gpu = false, backends }: Fake) {
  let selected = '';
  return {
    tidy() {},
    enableProdMode() {},
    version: { 'tfjs-core': '4.22.0' },
    async setBackend(name: string) {
      selected = name;
      return backends.includes(name);
    },
    async ready() {},
    getBackend: () => selected,
    backend: () => ({ isUsingGpuDevice: gpu, binding: { TF_Version: '2.9.1' } }),
  };
}

const missing = (name: string): never => {
  throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
};

/** Imports what `packages` holds; a string is thrown, all else is not installed. */
function importing(packages: Readonly<Record<string, object | string>>) {
  return async (name: string): Promise<unknown> => {
    const found = packages[name];
    if (found === undefined) return missing(name);
    if (typeof found === 'string') throw new Error(found);
    return found;
  };
}

const native = { backends: ['tensorflow'] };
const plain = fakeTensorflow({ backends: ['wasm', 'cpu'] });
const wasmFiles = { setWasmPaths() {} };

describe('findBackend', () => {
  it('takes the native package for GPUs before that for CPUs before plain JavaScript', async () => {
    const all = {
      '@tensorflow/tfjs-node-gpu': fakeTensorflow({ ...native, gpu: true }),
      '@tensorflow/tfjs-node': fakeTensorflow(native),
      '@tensorflow/tfjs': plain,
      '@tensorflow/tfjs-backend-wasm': wasmFiles,
    };
    const taken: string[] = [];
    const left: Record<string, object> = { ...all };
    for (const name of Object.keys(all)) {
      const { loaded } = await findBackend({ importPackage: importing(left) });
      if (loaded !== null && !taken.includes(describeBackend(loaded))) taken.push(describeBackend(loaded));
      delete left[name];
    }
    assert.deepEqual(taken, [
      'tfjs-node-gpu 4.22.0 (TensorFlow 2.9.1, GPU)',
      'tfjs-node 4.22.0 (TensorFlow 2.9.1, CPU)',
      'tfjs 4.22.0 (wasm)',
    ]);
  });

  it('goes on to the cpu backend where the wasm backend is not installed', async () => {
    const { loaded } = await findBackend({ importPackage: importing({ '@tensorflow/tfjs': plain }) });
    assert.equal(loaded?.backend, 'cpu');
  });

  it('finds the exports of a CommonJS package under default', async () => {
    const importPackage = importing({ '@tensorflow/tfjs-node': { default: fakeTensorflow(native) } });
    assert.equal((await findBackend({ importPackage })).loaded?.package, '@tensorflow/tfjs-node');
  });

  it('says in one line each why the others did not load', async () => {
    const importPackage = importing({
      '@tensorflow/tfjs-node-gpu': 'libcudart.so.11.0: cannot open shared object file\nmore of it',
      '@tensorflow/tfjs': plain,
    });
    const { loaded, failed } = await findBackend({ importPackage });
    assert.equal(loaded?.package, '@tensorflow/tfjs');
    assert.deepEqual(failed, [
      { package: '@tensorflow/tfjs-node-gpu', reason: 'libcudart.so.11.0: cannot open shared object file' },
      { package: '@tensorflow/tfjs-node', reason: 'not installed' },
    ]);
  });

  it('reports a package that exports something else', async () => {
    const { loaded, failed } = await findBackend({
      importPackage: importing({ '@tensorflow/tfjs-node': {} }),
    });
    assert.equal(loaded, null);
    assert.match(failed[1]?.reason ?? '', /exports no TensorFlow/);
  });
});

describe('loadBackend', () => {
  it('throws what to run when none loads', async () => {
    await assert.rejects(loadBackend({ importPackage: importing({}) }), (error: unknown) => {
      assert.ok(error instanceof SweepError);
      assert.equal(error.code, 'ENGINE_UNAVAILABLE');
      assert.match(error.hint ?? '', /npm install @tensorflow\/tfjs-node-gpu@4\.22/);
      assert.match(error.message, /tfjs-node: not installed/);
      return true;
    });
  });
});

describe('the engine of a worker', () => {
  it('auto is wasm without a GPU, also where native TensorFlow for CPUs is installed', async () => {
    for (const packages of [
      {},
      { '@tensorflow/tfjs-node': fakeTensorflow(native), '@tensorflow/tfjs': plain },
      { '@tensorflow/tfjs-node-gpu': fakeTensorflow(native) },
    ]) {
      const { engine, hasGpu } = await chooseEngine('auto', { importPackage: importing(packages) });
      assert.deepEqual([engine.name, hasGpu], ['wasm', false]);
    }
  });

  it('auto is tfjs with a GPU, one trial at once unless told otherwise', async () => {
    const importPackage = importing({
      '@tensorflow/tfjs-node-gpu': fakeTensorflow({ ...native, gpu: true }),
    });
    const { engine, hasGpu, trialsAtOnce } = await chooseEngine('auto', { importPackage });
    assert.deepEqual([engine.name, hasGpu, trialsAtOnce], ['tfjs', true, 1]);
    assert.equal(engine.numericsVersion, '1-tensorflow-4.22.0-2.9.1-GPU');
    assert.equal(engine.bitExact, false);
  });

  it('tfjs in plain JavaScript runs as many trials as there are cores', async () => {
    const { engine, trialsAtOnce } = await chooseEngine('tfjs');
    assert.deepEqual([engine.name, trialsAtOnce], ['tfjs', null]);
  });
});
