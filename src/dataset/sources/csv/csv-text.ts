// The bytes of a CSV file as text in whole lines: unpacks .gz, finds the encoding, drops BOM and carriage returns.
// Owns decoding and memory bounds; knows nothing of fields.
import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SweepError } from '../../../errors.js';

/** Large enough that the cost per block vanishes, small enough for a core's cache. */
const BLOCK_BYTES = 1 << 18;
/** A line longer than this is no row, neither of numbers nor of a text, but a file without line ends. */
const LONGEST_LINE_BYTES = 1 << 22;

export interface TextBlock {
  /** One or more whole lines, each ended by "\n"; no "\r" before it. */
  readonly text: string;
  /** 1-based number of the first line. */
  readonly firstLine: number;
  readonly lineCount: number;
}

export interface TextSource {
  readonly path: string;
  /** Told of the raw bytes of the file as they are read: for the digest and for progress. */
  readonly onBytes: (bytes: Buffer) => void;
  /** Told once when the file turns out not to be UTF-8. */
  readonly onLatin1: () => void;
}

type Encoding = 'ascii' | 'utf8' | 'latin1';

/** Yields the file's lines in blocks. Throws CSV_SYNTAX for other encodings; memory is bounded by one block. */
export async function* readTextBlocks(source: TextSource): AsyncGenerator<TextBlock> {
  let encoding: Encoding = 'ascii';
  let line = 1;
  for await (const bytes of readWholeLines(source)) {
    const body = line === 1 ? withoutByteOrderMark(bytes, source.path) : bytes;
    if (!isAscii(body)) {
      const isValid = isUtf8(body);
      if (encoding === 'ascii') {
        encoding = isValid ? 'utf8' : 'latin1';
        if (!isValid) source.onLatin1();
      } else if (encoding === 'utf8' && !isValid) {
        throw new SweepError(
          'CSV_SYNTAX',
          `${source.path} begins as UTF-8 but has other bytes after line ${line}`,
          { path: `${source.path}:${line}`, hint: 'save it in one encoding, UTF-8 or Latin-1' },
        );
      }
    }
    // ASCII is decoded as Latin-1 too: one byte a character, no check.
    let text = encoding === 'utf8' ? body.toString('utf8') : body.toString('latin1');
    if (text.includes('\r')) text = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
    const lineCount = countLines(text);
    yield { text, firstLine: line, lineCount };
    line += lineCount;
  }
}

/** Byte blocks that end with a line end; the last line gets one if it has none. */
async function* readWholeLines(source: TextSource): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of openBytes(source)) {
    const joined = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = lastLineEnd(joined);
    if (end > 0) yield joined.subarray(0, end);
    rest = end > 0 ? Buffer.from(joined.subarray(end)) : joined;
    if (rest.length > LONGEST_LINE_BYTES) {
      throw new SweepError(
        'CSV_SYNTAX',
        `${source.path} has a line of more than ${LONGEST_LINE_BYTES} bytes`,
        {
          path: source.path,
          hint: 'no row of numbers and no review is that long: is this a table, one row a line?',
        },
      );
    }
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.from('\n')]);
}

/** Place after the last line end; a lone "\r" (old Macintosh files) counts unless a "\n" may still follow it. */
function lastLineEnd(bytes: Buffer): number {
  const lineFeed = bytes.lastIndexOf(10) + 1;
  if (lineFeed > 0) return lineFeed;
  return bytes.subarray(0, -1).lastIndexOf(13) + 1;
}

async function* openBytes(source: TextSource): AsyncGenerator<Buffer> {
  const bytes = readBytes(source);
  if (!source.path.endsWith('.gz')) {
    yield* bytes;
    return;
  }
  const unpacked = createGunzip({ chunkSize: BLOCK_BYTES });
  // The error reaches the reader below through `unpacked`: nothing is left to do for the callback.
  pipeline(Readable.from(bytes), unpacked, () => {});
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new SweepError('CSV_SYNTAX', `${source.path} cannot be unpacked: ${(cause as Error).message}`, {
      path: source.path,
      hint: 'the file is damaged or no gzip file: get it again',
      cause,
    });
  }
}

async function* readBytes(source: TextSource): AsyncGenerator<Buffer> {
  for await (const bytes of createReadStream(source.path, { highWaterMark: BLOCK_BYTES })) {
    source.onBytes(bytes as Buffer);
    yield bytes as Buffer;
  }
}

function withoutByteOrderMark(bytes: Buffer, path: string): Buffer {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16 || bytes.subarray(0, 64).includes(0)) {
    throw new SweepError('CSV_SYNTAX', `${path} is UTF-16 or no text at all`, {
      path: `${path}:1`,
      hint: 'save it as UTF-8 (or Latin-1) text',
    });
  }
  return bytes;
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
