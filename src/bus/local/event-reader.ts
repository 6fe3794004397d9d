// Reads a study's event log from disk, in this or another process than its writer's, and follows it as it grows.
// Constant memory: one chunk and the line that crosses its end.
import { type FileHandle, open } from 'node:fs/promises';
import type { LoggedEvent } from '../../study/events.js';
import type { ReadEventsOptions } from '../bus.js';
import { MAX_MESSAGE_BYTES } from '../messages.js';
import { corrupt, parseRecord } from './event-record.js';
import { asFileError, hasErrno } from './files.js';

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
/** An event, and its frame. */
const MAX_LINE_BYTES = MAX_MESSAGE_BYTES + 1_000;

/** Tells followers in this process of new records at once, and those in others by looking again after a while. */
export interface LogGrowth {
  version(): number;
  /** Resolves when the version is no longer `seen`, when it is time to look anyway, or when `signal` aborts. */
  wait(seen: number, signal: AbortSignal | undefined): Promise<void>;
}

interface Position {
  /** Where the next line begins. */
  offset: number;
  /** Lines read so far; also the sequence number of the last record. */
  line: number;
}

/**
 * Events from `from` on, each once, in order. Bytes after the last newline are a record that is being written or was torn:
 * they are left alone. Throws EVENT_LOG_CORRUPT naming `file:line`.
 */
export async function* readEventLog(
  path: string,
  { from = 1, follow = false, signal }: ReadEventsOptions,
  growth: LogGrowth,
): AsyncGenerator<LoggedEvent> {
  const position: Position = { offset: 0, line: 0 };
  while (signal?.aborted !== true) {
    const seen = growth.version();
    const handle = await openIfThere(path);
    // A log that was there and is gone was removed with its study.
    if (handle === null && (position.offset > 0 || !follow)) return;
    try {
      if (handle !== null) yield* readLines(handle, path, position, from, signal);
    } finally {
      await handle?.close();
    }
    if (!follow) return;
    await growth.wait(seen, signal);
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (thrown) {
    if (hasErrno(thrown, 'ENOENT')) return null;
    throw asFileError(thrown, path);
  }
}

/** Yields the whole lines after `position` and moves it along. */
async function* readLines(
  handle: FileHandle,
  path: string,
  position: Position,
  from: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LoggedEvent> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  /** The begin of a line whose end is not read yet. */
  let partial: Buffer = Buffer.alloc(0);
  for (;;) {
    const { bytesRead } = await handle
      .read(chunk, 0, CHUNK_BYTES, position.offset + partial.length)
      .catch((thrown: unknown) => {
        throw asFileError(thrown, path);
      });
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([partial, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      position.line += 1;
      const logged = parseRecord(bytes.toString('utf8', start, end), `${path}:${position.line}`);
      if (logged.seq !== position.line) {
        throw corrupt(
          `${path}:${position.line}`,
          `it is record ${logged.seq}, not ${position.line}: lines are missing`,
        );
      }
      position.offset += end + 1 - start;
      start = end + 1;
      if (logged.seq >= from) yield logged;
      if (signal?.aborted === true) return;
    }
    partial = Buffer.from(bytes.subarray(start));
    if (partial.length > MAX_LINE_BYTES) {
      throw corrupt(`${path}:${position.line + 1}`, `the line has more than ${MAX_LINE_BYTES} bytes`);
    }
  }
}
