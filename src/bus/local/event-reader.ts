// Reads a study's event log from disk, in this or another process than its writer's, and follows it as it grows.
// Constant memory: one chunk and the line that crosses its end.
import { type FileHandle, open } from 'node:fs/promises';
import type { LoggedEvent } from '../../study/events.js';
import type { ReadEventsOptions } from '../bus.js';
import { MAX_MESSAGE_BYTES } from '../messages.js';
import { asFileError, hasErrno } from './files.js';
import { LogOrder } from './log-order.js';

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
  readonly order: LogOrder;
}

/**
 * Events from `from` on, each once, in order; what cannot be read as `log.unreadable` with its place (`file:line`). Bytes
 * after the last newline are a record that is being written or was torn: they are left alone.
 */
export async function* readEventLog(
  path: string,
  { from = 1, follow = false, signal }: ReadEventsOptions,
  growth: LogGrowth,
): AsyncGenerator<LoggedEvent> {
  const position: Position = { offset: 0, order: new LogOrder(path) };
  while (signal?.aborted !== true) {
    const seen = growth.version();
    const handle = await openIfThere(path);
    // A log that was there and is gone was removed with its study.
    if (handle === null && (position.offset > 0 || !follow)) return;
    try {
      if (handle !== null) yield* readLines(handle, position, from, signal);
    } catch (thrown) {
      throw asFileError(thrown, path);
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

/** Yields what the whole lines after `position` give and moves it along. */
async function* readLines(
  handle: FileHandle,
  position: Position,
  from: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LoggedEvent> {
  for await (const { text, end } of wholeLines(handle, position.offset)) {
    const given = position.order.take(text);
    position.offset = end;
    for (const logged of given) if (logged.seq >= from) yield logged;
    if (signal?.aborted === true) return;
  }
}

/**
 * The lines of a file from `offset` on, without their newlines, and where each ends; not what follows the last newline.
 * A line that is longer than any record is given by its begin alone.
 */
export async function* wholeLines(
  handle: FileHandle,
  offset: number,
): AsyncGenerator<{ readonly text: string; readonly end: number }> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  /** The begin of a line whose end is not read yet, and how much of that line was dropped after it. */
  let partial: Buffer = Buffer.alloc(0);
  let dropped = 0;
  for (let at = offset; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, at + partial.length + dropped);
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([partial, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      at += end + 1 - start + dropped;
      dropped = 0;
      yield { text: bytes.toString('utf8', start, end), end: at };
      start = end + 1;
    }
    partial = Buffer.from(bytes.subarray(start));
    if (partial.length <= MAX_LINE_BYTES) continue;
    dropped += partial.length - MAX_LINE_BYTES;
    partial = partial.subarray(0, MAX_LINE_BYTES);
  }
}
