// What the system allows this process, from the text of /proc/self/limits, and what sweep needs of it. Pure, and without
// imports: it is asked before anything else is loaded.

export interface TightLimit {
  readonly message: string;
  /** The command that raises it. */
  readonly hint: string;
}

/** Loading the modules of a command opens about 100 files at once. */
const FILES_NEEDED = 128;
/** A thread's event loop, its channels and the files of its trial. */
const FILES_PER_THREAD = 8;
// Addresses, not memory in use: peaks of VmSize, measured (Node 20, x64) with 1, 2 and 4 threads. What runs is not refused, so
// each is rather too small; a process just above says the same when it meets the limit.
/** Node itself, with the modules of a command. */
const PROCESS_ADDRESS_BYTES = 1.04 * 2 ** 30;
/** A thread's heap, stack and code range. */
const THREAD_ADDRESS_BYTES = 0.58 * 2 ** 30;
/** One WebAssembly memory: 8 GiB that its code can name and a guard of 2 GiB. A thread has one, and so has the coordinator. */
const MEMORY_ADDRESS_BYTES = 10 * 2 ** 30;
/** With less Node may abort while it loads. */
const ADDRESS_BYTES_TO_START = 2 ** 30;

const RAISE_ADDRESS_SPACE =
  'raise it: ulimit -v unlimited (LimitAS=infinity in a systemd unit); to bound what is used, limit the memory of its cgroup';

export interface AddressUsers {
  readonly threads: number;
  /** WebAssembly memories at one time. */
  readonly memories: number;
}

/** What keeps every command from running; null: nothing. */
export function findTightLimit(limits: string): TightLimit | null {
  const files = readLimit(limits, 'Max open files');
  if (files < FILES_NEEDED) {
    return {
      message: `this shell allows a process ${files} open files, and sweep needs ${FILES_NEEDED}`,
      hint: 'raise it: ulimit -n 1024 (LimitNOFILE= in a systemd unit, --ulimit nofile=1024 of docker run)',
    };
  }
  const bytes = readLimit(limits, 'Max address space');
  if (bytes >= ADDRESS_BYTES_TO_START) return null;
  return {
    message: `this shell allows a process ${gigabytes(bytes)} GB of address space, and Node.js needs 1 GB to start (reserved, not used)`,
    hint: RAISE_ADDRESS_SPACE,
  };
}

/** What keeps a process from running so many threads and memories; null: nothing. */
export function findTightAddressSpace(
  limits: string,
  { threads, memories }: AddressUsers,
): TightLimit | null {
  const bytes = readLimit(limits, 'Max address space');
  const needed = PROCESS_ADDRESS_BYTES + threads * THREAD_ADDRESS_BYTES + memories * MEMORY_ADDRESS_BYTES;
  if (bytes >= needed) return null;
  const who = threads === 1 ? '1 thread' : `${threads} threads`;
  return {
    message: `this shell allows a process ${gigabytes(bytes)} GB of address space, and ${who} of sweep need ${gigabytes(needed)} GB (reserved, not used)`,
    hint:
      memories === 0
        ? RAISE_ADDRESS_SPACE
        : `${RAISE_ADDRESS_SPACE}; or do without guard pages, slower: NODE_OPTIONS=--disable-wasm-trap-handler`,
  };
}

/** Threads that the open files are enough for. */
export function threadsWithin(limits: string): number {
  const files = readLimit(limits, 'Max open files');
  return Math.max(1, Math.floor((files - FILES_NEEDED) / FILES_PER_THREAD));
}

/** The soft limit; infinite where there is none, or none is told. */
function readLimit(limits: string, name: string): number {
  const line = limits.split('\n').find((text) => text.startsWith(name));
  const soft = line?.slice(name.length).trim().split(/\s+/)[0];
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
