// Native TensorFlow for tests: the package of tfjs-node that SWEEP_TFJS_NODE names (see build-native-tensorflow.sh).

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { BackendOptions } from '../../../src/engine/tfjs/load-backend.js';

export interface NativeTensorflow {
  /** Why it is not there; false: it is. */
  readonly skip: string | false;
  readonly options: BackendOptions;
}

export function nativeTensorflow(): NativeTensorflow {
  const directory = process.env.SWEEP_TFJS_NODE;
  const packages = ['@tensorflow/tfjs-node'] as const;
  if (!directory)
    return {
      skip: 'SWEEP_TFJS_NODE names no tfjs-node: build it by test/support/build-native-tensorflow.sh',
      options: { packages },
    };
  return {
    skip: false,
    options: {
      packages,
      importPackage: (name) => import(pathToFileURL(createRequire(`${directory}/`).resolve(name)).href),
    },
  };
}
