// Reads an exported folder back, for predictions by the wasm engine: description, weights, vocabulary, each checked.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SweepError } from '../../errors.js';
import type { LayerSpec } from '../../model/layer-spec.js';
import { taskOf } from '../../task/registry.js';
import type { NamedTensor } from '../engine.js';
import { digestWeights } from '../training/checkpoint.js';
import {
  DESCRIPTION_FILE,
  type ExportDescription,
  type ExportedModel,
  exportDescriptionSchema,
  WEIGHTS_FILE,
} from './exported-model.js';

export function isExport(folder: string): boolean {
  return existsSync(join(folder, DESCRIPTION_FILE));
}

/** Throws EXPORT_CORRUPT. */
export function readExport(folder: string): ExportedModel {
  const description = readDescription(join(folder, DESCRIPTION_FILE));
  const weights = readWeights(join(folder, WEIGHTS_FILE), description);
  const vocabulary = taskOf(description.task).vocabularyFile(description.task);
  return {
    description,
    weights,
    vocabulary: vocabulary === null ? null : readVocabulary(join(folder, vocabulary)),
  };
}

function readDescription(path: string): ExportDescription {
  const checked = exportDescriptionSchema.safeParse(readJson(path));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw corrupt(path, `${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
  }
  const { layers, ...rest } = checked.data;
  // Their fields are held against the weights when the model is built.
  return { ...rest, layers: layers as readonly object[] as readonly LayerSpec[] };
}

function readWeights(path: string, description: ExportDescription): NamedTensor[] {
  const bytes = readBytes(path);
  let at = 0;
  const tensors = description.weights.map(({ name, shape }) => {
    const sizeBytes = 4 * shape.reduce((product, size) => product * size, 1);
    if (at + sizeBytes > bytes.length) throw corrupt(path, `${name} lies past its end`);
    // A copy: the file's bytes need not lie where floats may.
    const values = new Float32Array(new Uint8Array(bytes.subarray(at, at + sizeBytes)).buffer);
    at += sizeBytes;
    return { name, shape, values };
  });
  const digest = digestWeights(tensors);
  if (digest !== description.weightsDigest)
    throw corrupt(path, `its digest is ${digest}, ${DESCRIPTION_FILE} says ${description.weightsDigest}`);
  return tensors;
}

function readVocabulary(path: string): string[] {
  const checked = z.array(z.string()).safeParse(readJson(path));
  if (checked.success) return checked.data;
  throw corrupt(path, 'it is no list of words');
}

function readJson(path: string): unknown {
  const text = readBytes(path).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt(path, 'it is not JSON', cause);
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw corrupt(path, 'it cannot be read', cause);
  }
}

function corrupt(path: string, what: string, cause?: unknown): SweepError {
  return new SweepError('EXPORT_CORRUPT', `the exported model cannot be used: ${path}: ${what}`, {
    path,
    hint: 'export the model again: sweep export STUDY --best-model DIR',
    cause,
  });
}
