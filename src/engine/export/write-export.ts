// Writes an exported model as a folder: the LayersModel, sweep.json, for reviews the vocabulary, and a README. All or nothing:
// the folder is made under a temporary name beside its place and renamed.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import { taskOf } from '../../task/registry.js';
import { describeFolder } from './export-readme.js';
import { DESCRIPTION_FILE, type ExportedModel, MODEL_FILE, WEIGHTS_FILE } from './exported-model.js';
import { encodeLayersModel } from './layers-model.js';

/** Returns the names of the files. Throws EXPORT_IMPOSSIBLE, and USAGE where something stands already. */
export function writeExport(folder: string, exported: ExportedModel): string[] {
  const { description, vocabulary } = exported;
  const vocabularyFile = taskOf(description.task).vocabularyFile(description.task);
  const { model, weights } = encodeLayersModel(exported);
  requireFree(folder);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [MODEL_FILE, json(model)],
    [WEIGHTS_FILE, weights],
    [DESCRIPTION_FILE, json(description)],
    ...(vocabularyFile === null ? [] : [[vocabularyFile, json(vocabulary)] as const]),
    ['README.md', describeFolder(description)],
  ];
  makeParent(folder);
  const temporary = join(dirname(folder), `.${basename(folder)}.${randomUUID()}.tmp`);
  mkdirSync(temporary);
  try {
    for (const [name, content] of files) writeFileSync(join(temporary, name), content);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return files.map(([name]) => name);
}

function makeParent(folder: string): void {
  try {
    makeDirectories(dirname(folder));
  } catch (thrown) {
    throw new SweepError('USAGE', `cannot make the folder ${folder}: ${asSweepError(thrown).message}`, {
      hint: 'name another folder',
      cause: thrown,
    });
  }
}

/** An empty folder may be replaced, nothing else. */
function requireFree(folder: string): void {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined || (status.isDirectory() && readdirSync(folder).length === 0)) return;
  throw new SweepError('USAGE', `${folder} exists and is not empty`, {
    hint: 'name another folder, or remove that one: nothing is overwritten',
  });
}
