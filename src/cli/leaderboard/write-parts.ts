// Writes a long text part by part, no faster than its reader reads: what waits in memory is one group of parts.
import { once } from 'node:events';
import type { Writable } from 'node:stream';

const GROUP_CHARACTERS = 64 * 1024;

export async function writeParts(stream: Writable, parts: Iterable<string>): Promise<void> {
  let group: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    const text = group.join('');
    group = [];
    length = 0;
    // A reader that goes away is an error of the stream: `once` throws it.
    if (text !== '' && !stream.write(text)) await once(stream, 'drain');
  };
  for (const part of parts) {
    group.push(part);
    length += part.length;
    if (length >= GROUP_CHARACTERS) await flush();
  }
  await flush();
}
