// Loaded with --import: in this process, and in its threads, @tensorflow/tfjs-node is the package that SWEEP_TFJS_NODE names.
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const directory = process.env.SWEEP_TFJS_NODE;
if (!directory) throw new Error('SWEEP_TFJS_NODE names no package');
const url = pathToFileURL(createRequire(`${directory}/`).resolve('@tensorflow/tfjs-node')).href;
const hooks = `export async function resolve(specifier, context, next) {
  return specifier === '@tensorflow/tfjs-node' ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
