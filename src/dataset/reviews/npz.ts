// A numpy archive (.npz): a zip of .npy files. Reads what Keras' text data sets hold: arrays of lists of whole numbers, and
// plain arrays of whole numbers. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { type Entry, open, type ZipFile } from 'yauzl';
import { SweepError } from '../../errors.js';
import { readPickledLists } from './pickled-lists.js';

/** A zip may claim anything: an array of more than this is not read. */
const LARGEST_ARRAY_BYTES = 1 << 29;

/** The `.npy` bytes of the arrays called `names`. Throws DATASET_CORRUPT (no zip, an array missing or too large). */
export async function readNpz<Name extends string>(
  path: string,
  names: readonly Name[],
): Promise<Record<Name, Buffer>> {
  try {
    const zip = await openZip(path);
    try {
      const found = await readEntries(zip, new Set(names.map((name) => `${name}.npy`)));
      const missing = names.filter((name) => !found.has(`${name}.npy`));
      if (missing.length > 0) throw new Error(`it has no array ${missing.join(', ')}`);
      return Object.fromEntries(names.map((name) => [name, found.get(`${name}.npy`)])) as Record<
        Name,
        Buffer
      >;
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (cause instanceof SweepError) throw cause;
    throw corrupt(path, (cause as Error).message, cause);
  }
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

function readEntries(zip: ZipFile, names: ReadonlySet<string>): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const found = new Map<string, Buffer>();
    zip.on('error', reject);
    zip.on('end', () => resolve(found));
    zip.on('entry', (entry: Entry) => {
      if (!names.has(entry.fileName)) {
        zip.readEntry();
        return;
      }
      readEntry(zip, entry).then((bytes) => {
        found.set(entry.fileName, bytes);
        zip.readEntry();
      }, reject);
    });
    zip.readEntry();
  });
}

/** yauzl checks that no more comes out than the entry claims. */
async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const { fileName, uncompressedSize } = entry;
  if (uncompressedSize > LARGEST_ARRAY_BYTES)
    throw new Error(`${fileName} holds ${uncompressedSize} bytes, more than ${LARGEST_ARRAY_BYTES}`);
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface NpyArray {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly body: Buffer;
}

/** A one-dimensional array of lists, one a sequence. `name` is for errors. Throws DATASET_CORRUPT. */
export function readLists(npy: Buffer, name: string): readonly (readonly number[])[] {
  const { descr, shape, body } = readNpy(npy, name);
  if (descr !== '|O') throw corrupt(name, `its elements are "${descr}", not lists ("|O")`);
  const lists = readPickledLists(body, name);
  if (shape.length !== 1 || shape[0] !== lists.length)
    throw corrupt(name, `it holds ${lists.length} lists, its header says ${shape.join(' × ')}`);
  return lists;
}

/** A one-dimensional array of integers, booleans or floats. Throws DATASET_CORRUPT. */
export function readNumbers(npy: Buffer, name: string): readonly number[] {
  const { descr, shape, body } = readNpy(npy, name);
  const type = NUMBER_TYPES[descr];
  if (type === undefined || shape.length !== 1)
    throw corrupt(name, `"${descr}" × ${shape.length} axes is no list of numbers`);
  const count = shape[0]!;
  if (body.length !== count * type.sizeBytes)
    throw corrupt(name, `it has ${body.length} bytes for ${count} numbers of ${type.sizeBytes}`);
  return Array.from({ length: count }, (_, at) => type.read(body, at * type.sizeBytes));
}

const NUMBER_TYPES: Readonly<
  Record<string, { readonly sizeBytes: number; readonly read: (bytes: Buffer, at: number) => number }>
> = {
  '|b1': { sizeBytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
  '|u1': { sizeBytes: 1, read: (bytes, at) => bytes.readUInt8(at) },
  '|i1': { sizeBytes: 1, read: (bytes, at) => bytes.readInt8(at) },
  '<i4': { sizeBytes: 4, read: (bytes, at) => bytes.readInt32LE(at) },
  '<i8': { sizeBytes: 8, read: (bytes, at) => Number(bytes.readBigInt64LE(at)) },
  '<f4': { sizeBytes: 4, read: (bytes, at) => bytes.readFloatLE(at) },
  '<f8': { sizeBytes: 8, read: (bytes, at) => bytes.readDoubleLE(at) },
};

function readNpy(npy: Buffer, name: string): NpyArray {
  if (npy.length < 12 || npy.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw corrupt(name, 'it is no .npy file');
  const isLong = npy[6]! > 1;
  const start = isLong ? 12 : 10;
  const length = isLong ? npy.readUInt32LE(8) : npy.readUInt16LE(8);
  const header = npy.toString('latin1', start, start + length);
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (descr === undefined || shape === undefined || /'fortran_order':\s*True/.test(header))
    throw corrupt(name, `its header is ${JSON.stringify(header.slice(0, 120).trim())}`);
  return {
    descr,
    shape: shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)])),
    body: npy.subarray(start + length),
  };
}

function corrupt(path: string, what: string, cause?: unknown): SweepError {
  return new SweepError('DATASET_CORRUPT', `${path} cannot be read as a numpy archive: ${what}`, {
    path,
    hint: 'it holds x_train, y_train, x_test and y_test as the imdb.npz of Keras does',
    cause,
  });
}
