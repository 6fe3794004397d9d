// Imports the objective of a module, once a thread; what stands in the way is said with the next step, as Node's own words name
// places of the worker's cache and no remedy.
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SweepError } from '../../src/errors.js';
import type { ObjectiveFunction } from '../../src/program/define-objective.js';
import type { ModuleConfig } from '../../src/study/trial/trial.js';
import { thrownWords } from './module-failure.js';
import { filesFolder } from './program-files.js';

/** Of Node's errors, what each means to whoever wrote the module. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  ERR_MODULE_NOT_FOUND:
    'what it imports must be among objective.files, by its whole name: "./model.mjs"; of packages there is "sweep" alone',
  ERR_UNSUPPORTED_DIR_IMPORT: 'name the file in that folder: "./model/index.mjs"',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Node only leaves types out: no enums, namespaces or parameter properties; or compile it (npx tsc) and name what comes out',
  ERR_INVALID_TYPESCRIPT_SYNTAX: 'look at it with: npx tsc --noEmit',
};
const TYPESCRIPT = /\.[cm]?ts$/;
const COMPILE_IT =
  'run Sweep with Node 22.18 or later, which reads TypeScript, or compile it (npx tsc) and name the .js that comes out';

/** Throws TRIAL_BAD_INPUT. */
export async function importObjective(
  config: ModuleConfig,
  cacheDirectory: string,
): Promise<ObjectiveFunction> {
  const folder = filesFolder(config, cacheDirectory) ?? '';
  let loaded: Readonly<Record<string, unknown>>;
  try {
    loaded = await import(pathToFileURL(join(folder, config.module)).href);
  } catch (thrown) {
    throw importFailure(config.module, folder, thrown);
  }
  const found = loaded[config.export];
  if (typeof found === 'function') return found as ObjectiveFunction;
  const names = Object.keys(loaded).join(', ');
  throw new SweepError(
    'TRIAL_BAD_INPUT',
    config.export in loaded
      ? `"${config.export}" of ${config.module} is no function`
      : `${config.module} has no function "${config.export}"; it exports ${names === '' ? 'nothing' : names}`,
    { hint: 'export default async (params, { report }) => …, or name it: "export": "name"' },
  );
}

function importFailure(module: string, folder: string, thrown: unknown): SweepError {
  const { message, stack } = thrownWords(thrown);
  const said = withoutPlace(message, folder);
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const details = { cause: thrown, output: stack };
  const isUnread = code === 'ERR_UNKNOWN_FILE_EXTENSION';
  if (isUnread && TYPESCRIPT.test(module))
    return new SweepError(
      'TRIAL_BAD_INPUT',
      `${module} is TypeScript, which Node ${process.version} does not read`,
      { ...details, hint: COMPILE_IT },
    );
  const hint = isUnread
    ? `of JavaScript there are .mjs, .js and .cjs; of TypeScript: ${COMPILE_IT}`
    : NEXT_STEPS[code];
  return new SweepError('TRIAL_BAD_INPUT', `${module} cannot be imported: ${said}`, { ...details, hint });
}

/** The folder is the worker's, and of no use to whoever wrote the module. */
function withoutPlace(text: string, folder: string): string {
  return text.replaceAll(`${pathToFileURL(folder).href}/`, '').replaceAll(folder + sep, '');
}
