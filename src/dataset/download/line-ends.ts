// A text file with its line ends turned into others, in bounded memory; all else stays byte for byte.
import { createReadStream } from 'node:fs';

const BLOCK_BYTES = 1 << 20;

/** Yields the bytes of the file at `path` with each of its line ends (LF, CRLF or CR) as `lineEnd`. */
export async function* withLineEnds(path: string, lineEnd: '\n' | '\r\n'): AsyncGenerator<Buffer> {
  let rest = '';
  // As Latin-1 each byte is one character, whatever the encoding: UTF-8 has no CR or LF inside a character.
  for await (const chunk of createReadStream(path, { highWaterMark: BLOCK_BYTES, encoding: 'latin1' })) {
    const text = rest + (chunk as string);
    // The LF of a CR at the end may come with the next block.
    rest = text.endsWith('\r') ? '\r' : '';
    yield turned(text.slice(0, text.length - rest.length), lineEnd);
  }
  yield turned(rest, lineEnd);
}

function turned(text: string, lineEnd: string): Buffer {
  return Buffer.from(text.replaceAll(/\r\n?|\n/g, lineEnd), 'latin1');
}
