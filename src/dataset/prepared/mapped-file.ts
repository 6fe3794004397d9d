// Maps a prepared dataset into memory: the only file that knows memory mapping (koffi). One map of one file costs its
// pages once, however many threads and processes read it. Where there is no mmap, one SharedArrayBuffer a process.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import { SweepError } from '../../errors.js';
import type { MappedDataset, Mapping } from '../dataset.js';
import { corrupt, type PreparedHeader, readPrepared } from './prepared-format.js';

const PROT_READ = 1;
const MAP_SHARED = 1;
/** mmap's error value, (void *) −1, as an unsigned address. */
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;

interface MemoryMapping {
  /** Address of the first byte. */
  map(file: number, sizeBytes: number): bigint;
  view(address: bigint, sizeBytes: number): ArrayBuffer;
  unmap(address: bigint, sizeBytes: number): void;
}

/**
 * Opens the dataset `digest` for reading: O(1), pages are read as they are touched. The caller closes it.
 * Throws DATASET_NOT_FOUND, DATASET_CORRUPT (header, size or metadata do not fit; contents are not
 * hashed here but by verifyPrepared, once a process and study).
 * With `shared-array-buffer` the thread that opens first owns the copy: threads started after that see the same one.
 */
export function openDataset(
  cacheDirectory: string,
  digest: string,
  mapping: Mapping = availableMapping(),
): MappedDataset {
  const { path, header, metadata } = readPrepared(cacheDirectory, digest);
  if (mapping === 'shared-array-buffer') {
    const bytes = sharedCopy(path, digest, header);
    return openView(metadata, mapping, floats(bytes, header), () => {});
  }
  const memory = memoryMapping();
  if (memory === null) {
    throw new SweepError('INTERNAL', 'memory mapping was asked for, but this platform has none', {
      hint: 'open the dataset without naming a mapping',
    });
  }
  const sizeBytes = header.dataOffset + header.rows * header.features * 4;
  const file = openSync(path, 'r');
  let address: bigint;
  try {
    address = memory.map(file, sizeBytes);
  } catch (thrown) {
    closeSync(file);
    throw thrown;
  }
  const values = floats(memory.view(address, sizeBytes), header);
  // Kept open to ask for the size of this very file: another one may have taken its name.
  const checkSize = (): void => {
    const found = fstatSync(file).size;
    if (found < sizeBytes)
      throw corrupt(path, `it was cut to ${found} of ${sizeBytes} bytes while it was in use`);
  };
  const release = (): void => {
    memory.unmap(address, sizeBytes);
    closeSync(file);
  };
  return openView(metadata, mapping, values, release, checkSize);
}

/** What openDataset uses on this machine. */
export function availableMapping(): Mapping {
  return memoryMapping() === null ? 'shared-array-buffer' : 'mmap';
}

function openView(
  metadata: MappedDataset['metadata'],
  mapping: Mapping,
  view: Float32Array,
  release: () => void,
  checkSize: () => void = () => {},
): MappedDataset {
  let open = true;
  return {
    metadata,
    mapping,
    // A view that koffi made cannot be detached, and reading it after munmap would end the process: so each use
    // asks here first (once per gathered batch, not per value).
    get values() {
      if (!open) throw new SweepError('INTERNAL', `dataset ${metadata.digest} was used after it was closed`);
      // Reading behind the end of a file that was cut would end the process, too.
      checkSize();
      return view;
    },
    close() {
      if (!open) return;
      open = false;
      release();
    },
  };
}

function floats(bytes: ArrayBufferLike, header: PreparedHeader): Float32Array {
  return new Float32Array(bytes, header.dataOffset, header.rows * header.features);
}

/** One copy a process: environment data reaches every thread that starts later, and shares the buffer with it. */
function sharedCopy(path: string, digest: string, header: PreparedHeader): SharedArrayBuffer {
  const key = `sweep-dataset-${digest}`;
  const known: unknown = getEnvironmentData(key);
  if (known instanceof SharedArrayBuffer) return known;
  const bytes = new SharedArrayBuffer(header.dataOffset + header.rows * header.features * 4);
  const target = new Uint8Array(bytes);
  const file = openSync(path, 'r');
  try {
    for (let at = 0; at < target.length; ) {
      const read = readSync(file, target, at, Math.min(1 << 20, target.length - at), at);
      if (read === 0) throw corrupt(path, `it ends after ${at} bytes`);
      at += read;
    }
  } finally {
    closeSync(file);
  }
  setEnvironmentData(key, bytes);
  return bytes;
}

/** null where there is no mmap (Windows) or koffi has no binary for this platform. */
let loaded: MemoryMapping | null | undefined;
function memoryMapping(): MemoryMapping | null {
  if (loaded === undefined) loaded = loadMemoryMapping();
  return loaded;
}

function loadMemoryMapping(): MemoryMapping | null {
  if (process.platform === 'win32') return null;
  let koffi: typeof import('koffi');
  let mmap: (
    at: null,
    size: number,
    protection: number,
    flags: number,
    file: number,
    offset: number,
  ) => bigint;
  let munmap: (at: bigint, size: number) => number;
  try {
    koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const library = koffi.load(null);
    mmap = library.func(
      'void *mmap(void *at, size_t size, int protection, int flags, int file, int64_t offset)',
    );
    munmap = library.func('int munmap(void *at, size_t size)');
  } catch {
    // No binary or no symbol: `doctor` shows which mapping is in use, so this is not silent.
    return null;
  }
  return {
    map(file, sizeBytes) {
      const address = mmap(null, sizeBytes, PROT_READ, MAP_SHARED, file, 0);
      if (koffi.address(address) === MAP_FAILED) {
        throw new SweepError('INTERNAL', `mmap of ${sizeBytes} bytes failed with error ${koffi.errno()}`, {
          hint: 'the address space or the limit on mapped memory is used up: see "ulimit -v"',
        });
      }
      return address;
    },
    view: (address, sizeBytes) => koffi.view(address, sizeBytes),
    unmap(address, sizeBytes) {
      if (munmap(address, sizeBytes) !== 0) {
        throw new SweepError('INTERNAL', `munmap of ${sizeBytes} bytes failed with error ${koffi.errno()}`);
      }
    },
  };
}
