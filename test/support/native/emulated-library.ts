// The native kernels of another architecture under an emulator: kernels.c, cross-compiled into a program that is told over
// a pipe which kernel to call, with a file for its memory. As slow as that sounds, and with the bits of that architecture.
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NATIVE_FLAGS } from '../../../src/build/native-flags.js';
import { type InstructionSet, instructionSetsOf } from '../../../src/kernels/native/instruction-set.js';
import {
  argumentType,
  KERNEL_ARGUMENTS,
  NATIVE_KERNEL_NAMES,
  type NativeKernelName,
} from '../../../src/kernels/native/kernel-arguments.js';
import type { NativeLibrary } from '../../../src/kernels/native/native-library.js';

const SOURCE = fileURLToPath(new URL('../../../../src/kernels/native/kernels.c', import.meta.url));
/** Larger than the memory that any case takes. */
const MEMORY_BYTES = 4 * 2 ** 20;
const MOST_ARGUMENTS = 12;

export interface EmulatedLibrary extends Pick<NativeLibrary, 'instructionSet' | 'functions' | 'addressOf'> {
  stop(): void;
}

/** arm64's kernels, from `compiler` (such as aarch64-linux-gnu-gcc), run by `emulator` (such as qemu-aarch64). */
export function emulateArm64(compiler: string, emulator: string): EmulatedLibrary {
  const [instructionSet] = instructionSetsOf('arm64');
  if (instructionSet === undefined) throw new Error('arm64 has no native kernels');
  const directory = mkdtempSync(join(tmpdir(), 'sweep-emulated-'));
  const program = compile(compiler, instructionSet, directory);
  const memoryFile = join(directory, 'memory');
  const memory = openSync(memoryFile, 'w+');
  ftruncateSync(memory, MEMORY_BYTES);
  const pipes = ['orders', 'answers'].map((name) => join(directory, name));
  must('mkfifo', pipes);
  // Open for reading and writing, a pipe waits for nobody; `r+` on both ends, so that neither side blocks the other.
  const [orders, answers] = pipes.map((pipe) => openSync(pipe, 'r+')) as [number, number];
  const child = spawn(emulator, [program, memoryFile], { stdio: [orders, answers, 'inherit'] });
  child.unref();
  const order = Buffer.alloc(8 * (1 + MOST_ARGUMENTS));
  const answer = Buffer.alloc(1);
  let buffer: ArrayBuffer | null = null;

  const call = (index: number, values: readonly number[]): void => {
    if (buffer === null) throw new Error('no memory was named');
    const bytes = new Uint8Array(buffer);
    if (bytes.byteLength > MEMORY_BYTES) throw new Error('the memory is larger than the emulated one');
    writeSync(memory, bytes, 0, bytes.byteLength, 0);
    order.fill(0);
    [index, ...values].forEach((value, at) => {
      order.writeDoubleLE(value, 8 * at);
    });
    writeSync(orders, order);
    readSync(answers, answer);
    readSync(memory, bytes, 0, bytes.byteLength, 0);
  };
  const functions = Object.fromEntries(
    NATIVE_KERNEL_NAMES.map((name, index) => [
      name,
      (_memory: bigint, ...values: number[]) => call(index, values),
    ]),
  ) as unknown as Record<NativeKernelName, NativeLibrary['functions'][NativeKernelName]>;
  return {
    instructionSet,
    functions,
    addressOf(of) {
      buffer = of as ArrayBuffer;
      return 0n;
    },
    stop() {
      child.kill('SIGKILL');
      for (const descriptor of [memory, orders, answers]) closeSync(descriptor);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function compile(compiler: string, { lanes, compilerFlags }: InstructionSet, directory: string): string {
  const source = join(directory, 'emulated.c');
  const program = join(directory, 'emulated');
  writeFileSync(source, programSource());
  const flags = NATIVE_FLAGS.filter((flag) => flag !== '-shared' && flag !== '-fPIC');
  must(compiler, [...flags, '-static', `-DWIDTH=${lanes}`, ...compilerFlags, source, '-o', program]);
  return program;
}

/** Orders are doubles: which kernel, then its arguments; each is answered by a byte. */
function programSource(): string {
  const calls = NATIVE_KERNEL_NAMES.map((name, index) => {
    const values = [...KERNEL_ARGUMENTS[name]].map((kind, at) => `(${argumentType(kind)})order[${at + 1}]`);
    return `    case ${index}: ${name}(${['memory', ...values].join(', ')}); break;`;
  });
  return `#include "${SOURCE}"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
int main(int count, char **names) {
  char *memory = mmap(0, ${MEMORY_BYTES}, PROT_READ | PROT_WRITE, MAP_SHARED, open(names[count - 1], O_RDWR), 0);
  if (memory == MAP_FAILED) return 1;
  double order[${1 + MOST_ARGUMENTS}];
  while (read(0, order, sizeof order) == sizeof order) {
    switch ((int)order[0]) {
${calls.join('\n')}
    default: return 2;
    }
    if (write(1, "", 1) != 1) return 3;
  }
  return 0;
}
`;
}

function must(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
}
