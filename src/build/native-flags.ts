// What the compiler of the native kernels is told besides the vector width, here and where they are cross-compiled for a test.

/** No fused products and nothing else that rounds otherwise: the bits are those of the WebAssembly kernels. */
export const NATIVE_FLAGS = [
  '-std=gnu11',
  '-O3',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-strict-aliasing',
  '-fvisibility=hidden',
  '-fPIC',
  '-shared',
  '-Wno-psabi',
];
