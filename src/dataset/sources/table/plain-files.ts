// The bytes of a text table before DuckDB reads them: hashed, and looked at for what it does not read, other encodings and line
// ends of several kinds. Such a file is written anew, as UTF-8 with line feeds, into a temporary one.
import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { SweepError } from '../../../errors.js';
import { requireText } from './file-kinds.js';
import { lenientMarks } from './number-sql.js';

const BLOCK_BYTES = 1 << 18;

export interface SurveyedText {
  /** As TextDecoder names it. */
  readonly encoding: string;
  /** Whether DuckDB reads it as it is. */
  readonly isPlain: boolean;
  /** NaN: not known. */
  readonly lines: number;
  /** See lenientMarks; NaN: not known. */
  readonly marks: number;
}

/**
 * One reading of the file; `onBytes` gets its raw bytes. Throws CSV_SYNTAX for what is no text, or text in two encodings.
 * `encoding`: as it is set; undefined: it is found.
 */
export async function surveyText(
  path: string,
  encoding: string | undefined,
  onBytes: (bytes: Buffer) => void,
): Promise<SurveyedText> {
  // What is packed by zstd cannot be looked into here: DuckDB tells when it is no UTF-8.
  const isOpaque = path.toLowerCase().endsWith('.zst');
  if (isOpaque) {
    for await (const bytes of rawBytes(path)) onBytes(bytes);
    return { encoding: encoding ?? 'utf-8', isPlain: true, lines: Number.NaN, marks: Number.NaN };
  }
  const survey = new Survey(path);
  for await (const bytes of unpackedBytes(path, onBytes)) survey.see(bytes);
  const found = survey.finish();
  const used = encoding ?? found;
  const isPlain = used === 'utf-8' && !survey.hasMixedLines;
  return { encoding: used, isPlain, lines: survey.lines, marks: isPlain ? survey.marks : Number.NaN };
}

class Survey {
  private isFirst = true;
  private line = 1;
  private isUtf8 = true;
  private hasOther = false;
  private utf16: string | null = null;
  private rest: Buffer = Buffer.alloc(0);
  private lineFeeds = 0;
  private returns = 0;
  private pairs = 0;
  private endsInReturn = false;
  private endsInLine = true;
  private endsInPlus = false;
  marks = 0;

  constructor(private readonly path: string) {}

  get lines(): number {
    const ends = this.lineFeeds + this.returns - this.pairs;
    return this.utf16 === null ? ends + (this.endsInLine ? 0 : 1) : Number.NaN;
  }

  get hasMixedLines(): boolean {
    return this.returns > 0 && !(this.returns === this.pairs && this.lineFeeds === this.pairs);
  }

  see(bytes: Buffer): void {
    if (this.isFirst) this.meetBegin(bytes);
    this.isFirst = false;
    this.countLines(bytes);
    if (this.utf16 !== null || (this.rest.length === 0 && isAscii(bytes))) return;
    const joined = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const end = wholeCharacters(joined);
    this.rest = Buffer.from(joined.subarray(end));
    this.meet(joined.subarray(0, end));
  }

  finish(): string {
    if (this.utf16 !== null) return this.utf16;
    if (this.rest.length > 0) this.meet(this.rest);
    return this.isUtf8 ? 'utf-8' : 'latin1';
  }

  private meet(bytes: Buffer): void {
    if (isAscii(bytes)) return;
    if (isUtf8(bytes)) {
      this.hasOther = true;
      return;
    }
    if (this.isUtf8 && this.hasOther)
      throw new SweepError(
        'CSV_SYNTAX',
        `${this.path} begins as UTF-8 but has other bytes about line ${this.line}`,
        { path: `${this.path}:${this.line}`, hint: 'save it in one encoding, UTF-8 or Latin-1' },
      );
    this.isUtf8 = false;
  }

  private meetBegin(bytes: Buffer): void {
    const [first, second] = bytes;
    requireText(bytes, this.path);
    if (first === 0xff && second === 0xfe) this.utf16 = 'utf-16le';
    else if (first === 0xfe && second === 0xff) this.utf16 = 'utf-16be';
    else if (bytes.subarray(0, 64).includes(0))
      throw new SweepError('CSV_SYNTAX', `${this.path} is UTF-16 or no text at all`, {
        path: `${this.path}:1`,
        hint: 'save it as UTF-8 (or Latin-1) text',
      });
  }

  private countLines(bytes: Buffer): void {
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) this.lineFeeds++;
    this.line = this.lineFeeds + 1;
    if (this.endsInReturn && bytes[0] === 10) this.pairs++;
    for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) {
      this.returns++;
      if (bytes[at + 1] === 10) this.pairs++;
    }
    this.marks += lenientMarks(bytes) + (this.endsInPlus && bytes[0] === 45 ? 1 : 0);
    this.endsInPlus = bytes.at(-1) === 43;
    this.endsInReturn = bytes.at(-1) === 13;
    this.endsInLine = this.endsInReturn || bytes.at(-1) === 10;
  }
}

/** Length without a character that the next block may end. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

/** Writes the file at `target` as UTF-8 with line feeds. Throws CSV_SYNTAX for an encoding that nobody knows. */
export async function writePlain(path: string, encoding: string, target: string): Promise<void> {
  const decoder = decoderOf(encoding, path);
  let heldReturn = '';
  async function* plain(): AsyncGenerator<string> {
    for await (const bytes of unpackedBytes(path, () => {})) {
      const text = heldReturn + decoder.decode(bytes, { stream: true });
      heldReturn = text.endsWith('\r') ? '\r' : '';
      yield withLineFeeds(heldReturn === '' ? text : text.slice(0, -1));
    }
    yield withLineFeeds(heldReturn + decoder.decode());
  }
  await pipe(Readable.from(plain()), createWriteStream(target, { mode: 0o600 }));
}

function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text;
}

function decoderOf(encoding: string, path: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    throw new SweepError('SPEC_INVALID', `${JSON.stringify(encoding)} is no encoding that is known`, {
      path: 'dataset.source.encoding',
      hint: `of ${path} give it as "utf-8", "latin1", "windows-1252", "utf-16le", "shift_jis", …`,
      cause,
    });
  }
}

async function* unpackedBytes(path: string, onBytes: (bytes: Buffer) => void): AsyncGenerator<Buffer> {
  const bytes = told(rawBytes(path), onBytes);
  if (!path.toLowerCase().endsWith('.gz')) {
    yield* bytes;
    return;
  }
  const unpacked = createGunzip({ chunkSize: BLOCK_BYTES });
  // The error reaches the reader below through `unpacked`: nothing is left to do for the callback.
  pipeline(Readable.from(bytes), unpacked, () => {});
  try {
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new SweepError('CSV_SYNTAX', `${path} cannot be unpacked: ${(cause as Error).message}`, {
      path,
      hint: 'the file is damaged or no gzip file: get it again',
      cause,
    });
  }
}

async function* told(
  blocks: AsyncIterable<Buffer>,
  onBytes: (bytes: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const bytes of blocks) {
    onBytes(bytes);
    yield bytes;
  }
}

export function rawBytes(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: BLOCK_BYTES }) as AsyncIterable<Buffer>;
}
