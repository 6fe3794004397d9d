// The vector widths that the native kernels are built for, by processor architecture: what the compiler is told, and how
// each is called in SWEEP_KERNELS, `doctor` and `status`.

export interface InstructionSet {
  readonly name: string;
  /** Float32 values of a vector. */
  readonly lanes: number;
  readonly compilerFlags: readonly string[];
}

const BY_ARCHITECTURE: Readonly<Record<string, readonly InstructionSet[]>> = {
  x64: [
    {
      name: 'avx512',
      lanes: 16,
      compilerFlags: ['-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw'],
    },
    { name: 'avx2', lanes: 8, compilerFlags: ['-mavx2'] },
    { name: 'sse2', lanes: 4, compilerFlags: ['-msse2'] },
  ],
  arm64: [{ name: 'neon', lanes: 4, compilerFlags: [] }],
};

/** Widest first; empty for an architecture the kernels are not written for. */
export function instructionSetsOf(architecture: string): readonly InstructionSet[] {
  return BY_ARCHITECTURE[architecture] ?? [];
}

/** Beside this file's compiled form. */
export function libraryFile({ name }: InstructionSet): string {
  return `kernels-${name}.so`;
}
