// An exported folder as anybody would load it: by TensorFlow.js, from its files, without a line of sweep.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

export interface LoadedModel {
  /** `[samples]` */
  predict(inputs: Float32Array, shape: readonly number[]): Promise<Float32Array>;
}

export async function loadExportedModel(folder: string): Promise<LoadedModel> {
  const artifacts = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  const [group] = artifacts.weightsManifest;
  const bytes = readFileSync(join(folder, group?.paths[0] ?? ''));
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: artifacts.modelTopology,
      weightSpecs: group?.weights ?? [],
      weightData: new Uint8Array(bytes).buffer,
    }),
  );
  return {
    async predict(inputs, shape) {
      const output = tf.tidy(() => model.predict(tf.tensor(inputs, [...shape])) as tf.Tensor);
      const values = (await output.data()) as Float32Array;
      output.dispose();
      return values;
    },
  };
}
