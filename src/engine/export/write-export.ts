// Writes an exported model as a folder: the LayersModel, sweep.json, for reviews the vocabulary, and a README. All or nothing:
// a new folder is made under a temporary name beside its place and renamed. In one that is there, sweep.json goes first and
// comes last, so that what is left of an interrupted write is no model.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asSweepError, SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import { taskOf, VOCABULARY_FILES } from '../../task/registry.js';
import { describeFolder } from './export-readme.js';
import { DESCRIPTION_FILE, type ExportedModel, MODEL_FILE, WEIGHTS_FILE } from './exported-model.js';
import { encodeLayersModel } from './layers-model.js';

export interface WriteExportOptions {
  /** What stands in the folder and is not of the model's study is overwritten; files of other names stay. */
  readonly isForced: boolean;
}

/** Returns the names of the files. Throws EXPORT_IMPOSSIBLE, and USAGE where something stands that is not of the study. */
export function writeExport(
  folder: string,
  exported: ExportedModel,
  { isForced }: WriteExportOptions = { isForced: false },
): string[] {
  const { description, vocabulary } = exported;
  const vocabularyFile = taskOf(description.task).vocabularyFile(description.task);
  const { model, weights } = encodeLayersModel(exported);
  const isThere = checkFolder(folder, description.study, isForced);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    [MODEL_FILE, json(model)],
    [WEIGHTS_FILE, weights],
    [DESCRIPTION_FILE, json(description)],
    ...(vocabularyFile === null ? [] : [[vocabularyFile, json(vocabulary)] as const]),
    [README_FILE, describeFolder(description)],
  ];
  const names = files.map(([name]) => name);
  makeParent(folder);
  const temporary = join(dirname(folder), `.${basename(folder)}.${randomUUID()}.tmp`);
  mkdirSync(temporary);
  try {
    for (const [name, content] of files) writeFileSync(join(temporary, name), content);
    if (isThere) replaceFiles(folder, temporary, names);
    else renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return names;
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

const README_FILE = 'README.md';
const FILES = [MODEL_FILE, WEIGHTS_FILE, ...VOCABULARY_FILES, README_FILE, DESCRIPTION_FILE];

/** Nothing of an earlier model is left, not even the vocabulary that this one lacks. */
function replaceFiles(folder: string, from: string, names: readonly string[]): void {
  rmSync(join(folder, DESCRIPTION_FILE), { force: true });
  for (const name of FILES) {
    if (names.includes(name)) renameSync(join(from, name), join(folder, name));
    else rmSync(join(folder, name), { force: true });
  }
}

/** Whether something stands in the folder, which then may be overwritten. Throws USAGE where it may not. */
function checkFolder(folder: string, study: string, isForced: boolean): boolean {
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (!status.isDirectory())
    throw new SweepError('USAGE', `${folder} is not a folder`, { hint: 'name another one' });
  if (readdirSync(folder).length === 0) return false;
  const owner = studyOfExport(folder);
  if (isForced || owner === study) return true;
  throw new SweepError(
    'USAGE',
    owner === null
      ? `${folder} exists, is not empty and holds no model of this study`
      : `${folder} holds a model of study ${owner}`,
    { hint: 'name another folder, or overwrite it with --force' },
  );
}

function studyOfExport(folder: string): string | null {
  try {
    const described = JSON.parse(readFileSync(join(folder, DESCRIPTION_FILE), 'utf8')) as {
      readonly format?: unknown;
      readonly study?: unknown;
    };
    return described.format === 'sweep-model' && typeof described.study === 'string' ? described.study : null;
  } catch {
    // Damaged or foreign: nobody's model.
    return null;
  }
}
