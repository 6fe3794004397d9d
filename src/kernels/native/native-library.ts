// The native kernel libraries: which of them the build left, which this processor runs, and their functions, called
// without copies. The only file of the kernels that knows koffi, which it loads when a library is opened.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SweepError } from '../../errors.js';
import { RECURRENT_PLAN_BYTES } from '../recurrent-plan.js';
import { type InstructionSet, instructionSetsOf, libraryFile } from './instruction-set.js';
import {
  argumentType,
  KERNEL_ARGUMENTS,
  NATIVE_KERNEL_NAMES,
  type NativeKernelName,
} from './kernel-arguments.js';

export type NativeFunction = (memory: bigint, ...values: number[]) => void;

export interface NativeLibrary {
  readonly instructionSet: InstructionSet;
  /** The file, for those who remember what they found out about it. */
  readonly path: string;
  readonly functions: Readonly<Record<NativeKernelName, NativeFunction>>;
  /** After the addresses of memory and series and the indices: the arguments of `gatherWindows` in kernels.ts. */
  readonly gatherWindows: (
    memory: bigint,
    values: bigint,
    indices: Uint32Array,
    ...numbers: number[]
  ) => void;
  /** Where the first byte of a buffer lies. */
  addressOf(buffer: ArrayBufferLike): bigint;
}

type Koffi = typeof import('koffi');

/** Null where koffi has no binary for this platform. */
let loaded: Koffi | null | undefined;
function koffi(): Koffi | null {
  if (loaded !== undefined) return loaded;
  try {
    loaded = createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    // `doctor` and the worker say which kernels run, so this is not silent.
    loaded = null;
  }
  return loaded;
}

function libraryPath(instructionSet: InstructionSet): string {
  return fileURLToPath(new URL(`./${libraryFile(instructionSet)}`, import.meta.url));
}

/** What the build left and this processor runs, widest first; empty without a build. */
export function availableInstructionSets(): InstructionSet[] {
  const built = instructionSetsOf(process.arch).filter((set) => existsSync(libraryPath(set)));
  // The narrowest runs on every processor of its architecture, and is asked about the others.
  const narrowest = built.at(-1);
  const ffi = koffi();
  if (narrowest === undefined || ffi === null) return [];
  const runsWidth = ffi.load(libraryPath(narrowest)).func('int32_t runsWidth(int32_t width)') as (
    width: number,
  ) => number;
  return built.filter(({ lanes }) => runsWidth(lanes) !== 0);
}

/** Throws ENGINE_UNAVAILABLE when the file cannot be loaded, INTERNAL when it is of another build. */
export function openNativeLibrary(instructionSet: InstructionSet): NativeLibrary {
  const path = libraryPath(instructionSet);
  const ffi = koffi();
  if (ffi === null) throw unavailable(instructionSet, 'koffi has no binary for this platform');
  try {
    const library = ffi.load(path);
    const planBytes = library.func('int32_t recurrentPlanBytes()') as () => number;
    const width = library.func('int32_t vectorWidth()') as () => number;
    if (planBytes() !== RECURRENT_PLAN_BYTES || width() !== instructionSet.lanes)
      throw new SweepError('INTERNAL', `${path} is of another build: run "npm run build"`);
    const functions = Object.fromEntries(
      NATIVE_KERNEL_NAMES.map((name) => {
        const types = [...KERNEL_ARGUMENTS[name]].map(argumentType);
        return [name, library.func(name, 'void', ['void *', ...types])];
      }),
    );
    return {
      instructionSet,
      path,
      functions: functions as unknown as Record<NativeKernelName, NativeFunction>,
      gatherWindows: library.func('gatherWindows', 'void', [
        ...['void *', 'void *', 'uint32_t *'],
        ...Array(10).fill('int64_t'),
      ]) as unknown as NativeLibrary['gatherWindows'],
      addressOf: (buffer) => ffi.address(buffer as ArrayBuffer),
    };
  } catch (thrown) {
    if (thrown instanceof SweepError) throw thrown;
    throw unavailable(instructionSet, thrown instanceof Error ? thrown.message : String(thrown), thrown);
  }
}

function unavailable({ name }: InstructionSet, why: string, cause?: unknown): SweepError {
  return new SweepError('ENGINE_UNAVAILABLE', `the ${name} kernels cannot be loaded: ${why}`, {
    hint: 'run "npm run build" where there is a C compiler, or leave SWEEP_KERNELS out',
    ...(cause === undefined ? {} : { cause }),
  });
}
