// Where the engine's arena may begin: the first byte after the module's own constants.
export function heapBase(): usize {
  return __heap_base;
}
