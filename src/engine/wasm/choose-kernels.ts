// Which kernels run under the wasm engine: the widest native ones that this processor runs and that give the bits of the
// WebAssembly kernels here, else WebAssembly. That they do is checked once a build and machine, and remembered in a file.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';
import { compileKernels } from '../../kernels/load-kernels.js';
import { type InstructionSet, instructionSetsOf } from '../../kernels/native/instruction-set.js';
import {
  availableInstructionSets,
  type NativeLibrary,
  openNativeLibrary,
} from '../../kernels/native/native-library.js';
import { makeDirectories } from '../../make-directories.js';
import { findDifference } from './native-check.js';

/** SWEEP_KERNELS: `auto`, `wasm`, `native` (the widest, or an error), or the name of an instruction set. */
export type KernelChoice = string;

export interface KernelOptions {
  readonly choice: KernelChoice;
  /** Where the outcome of the check is remembered; null: check anew. */
  readonly cacheDirectory: string | null;
  readonly onWarning: (message: string) => void;
}

/** Null: WebAssembly. Throws USAGE for a choice that is none, ENGINE_UNAVAILABLE for one that this machine cannot have. */
export async function chooseKernels(options: KernelOptions): Promise<NativeLibrary | null> {
  const { choice, onWarning } = options;
  if (choice === 'wasm') return null;
  const known = instructionSetsOf(process.arch).map(({ name }) => name);
  if (!['auto', 'native', ...known].includes(choice))
    throw new SweepError('USAGE', `SWEEP_KERNELS is "${choice}"`, {
      hint: `on ${process.arch} it is one of auto, wasm, native, ${known.join(', ')}`,
    });
  const available = availableInstructionSets();
  const wanted = available.find(({ name }) => choice === 'auto' || choice === 'native' || choice === name);
  if (wanted === undefined) {
    if (choice === 'auto') return null;
    throw new SweepError('ENGINE_UNAVAILABLE', `SWEEP_KERNELS is "${choice}", which is not to be had here`, {
      hint: `${describeAvailable(available)}; "auto" takes the best there is`,
    });
  }
  const library = openNativeLibrary(wanted);
  const difference = await recall(library, options.cacheDirectory, onWarning);
  if (difference === null) return library;
  onWarning(
    `the ${wanted.name} kernels do not give the bits of the WebAssembly kernels on this machine (${difference}): WebAssembly runs instead, slower`,
  );
  return null;
}

/** In a thread of a process that has chosen: the same, unchecked. */
export function reopenKernels(name: string | null): NativeLibrary | null {
  const set = instructionSetsOf(process.arch).find((candidate) => candidate.name === name);
  return set === undefined ? null : openNativeLibrary(set);
}

function describeAvailable(available: readonly InstructionSet[]): string {
  if (available.length === 0) return 'the build had no C compiler: run "npm run build" where there is one';
  return `there is ${available.map(({ name }) => name).join(', ')}`;
}

/** The check's outcome, from the file that remembers it: one for each build of the kernels and processor. */
async function recall(
  library: NativeLibrary,
  cacheDirectory: string | null,
  onWarning: (message: string) => void,
): Promise<string | null> {
  const check = async (): Promise<string | null> => findDifference(await compileKernels(), library);
  if (cacheDirectory === null) return check();
  const wasm = new URL('../../kernels/kernels.wasm', import.meta.url);
  const hash = createHash('sha256').update(readFileSync(library.path)).update(readFileSync(wasm));
  const key = hash.update(`${arch()} ${cpus()[0]?.model} ${process.version}`).digest('hex').slice(0, 32);
  const directory = join(cacheDirectory, 'kernels');
  const file = join(directory, `${library.instructionSet.name}-${key}`);
  // Only what passed is remembered: a difference is looked at, and warned of, each time.
  if (existsSync(file)) return null;
  const difference = await check();
  if (difference !== null) return difference;
  try {
    makeDirectories(directory);
    writeFileSync(file, '');
  } catch (thrown) {
    onWarning(
      `that the ${library.instructionSet.name} kernels passed their check could not be kept: ${thrown}`,
    );
  }
  return null;
}
