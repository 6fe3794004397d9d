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
/** Node reserves it before it runs a line; each kernel memory reserves its guard pages on top. */
const BASE_ADDRESS_BYTES = 24 * 2 ** 30;
/** A thread loads the kernels once, and the engine's arena reserves 4 GiB and as much again as guard. */
const ADDRESS_BYTES_PER_THREAD = 12 * 2 ** 30;

/** What keeps every command from running; null: nothing. */
export function findTightLimit(limits: string): TightLimit | null {
  const files = readLimit(limits, 'Max open files');
  if (files < FILES_NEEDED) {
    return {
      message: `this shell allows a process ${files} open files, and sweep needs ${FILES_NEEDED}`,
      hint: 'raise it: ulimit -n 1024 (LimitNOFILE= in a systemd unit, --ulimit nofile=1024 of docker run)',
    };
  }
  return null;
}

/** What keeps a process from training on `threads` threads; null: nothing. */
export function findTightAddressSpace(limits: string, threads: number): TightLimit | null {
  const bytes = readLimit(limits, 'Max address space');
  const needed = BASE_ADDRESS_BYTES + threads * ADDRESS_BYTES_PER_THREAD;
  if (bytes >= needed) return null;
  return {
    message: `this shell allows a process ${gigabytes(bytes)} GB of address space, and WebAssembly reserves up to ${gigabytes(needed)} GB for ${threads === 1 ? '1 thread' : `${threads} threads`} (reserved, not used)`,
    hint: 'raise it: ulimit -v unlimited (LimitAS=infinity in a systemd unit); to bound what is used, limit the memory of its cgroup',
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
