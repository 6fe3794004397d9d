// Writes a study's event log, `events.jsonl`: append-only, one writing process at a time (its lock is held from the first
// append to close). Appends that come while a write is under way form the next group: one write, and one fdatasync if the
// group holds an event that must outlive a power cut. All I/O is asynchronous: a report costs its caller microseconds.
import { type FileHandle, open } from 'node:fs/promises';
import { SweepError } from '../../errors.js';
import type { StudyEvent } from '../../study/events.js';
import { studyEventCodec } from '../messages.js';
import { wholeLines } from './event-reader.js';
import { formatRecord, parseRecord } from './event-record.js';
import { asFileError, removedError } from './files.js';
import { acquireLock, type HeldLock } from './lock.js';
import { LogOrder } from './log-order.js';

const TAIL_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

interface PendingAppend {
  readonly eventJson: string;
  readonly isVital: boolean;
  resolve(seq: number): void;
  reject(error: SweepError): void;
}

/** Reports and checkpoints can be computed again; these cannot, or the study would act on what is not recorded. */
function isVital(event: StudyEvent): boolean {
  switch (event.type) {
    case 'study.created':
    case 'study.opened':
    case 'study.state':
    case 'study.tested':
    case 'trial.finished':
    case 'trial.failed':
      return true;
    case 'trial.queued':
    case 'trial.started':
    case 'trial.report':
    case 'trial.checkpoint':
    case 'trial.stop':
    case 'trial.paused':
    case 'trial.returned':
    case 'log.unreadable':
      return false;
  }
}

export class LocalEventLog {
  #pending: PendingAppend[] = [];
  #flushing: Promise<void> | null = null;
  #isClosed = false;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly lock: HeldLock,
    private readonly onGrowth: () => void,
    private readonly now: () => Date,
    private offset: number,
    private lastSeq: number,
  ) {}

  /**
   * Opens the log for writing and cuts off a torn last record; damaged ones stay where they are. Throws STUDY_LOCKED when
   * another process writes it.
   */
  static async open(
    path: string,
    lockDirectory: string,
    study: string,
    onGrowth: () => void,
    now: () => Date,
  ): Promise<LocalEventLog> {
    const attempt = acquireLock(lockDirectory, `writer-${process.pid}`);
    if (attempt.type === 'refused') {
      const { pid, host } = attempt.by;
      throw new SweepError(
        'STUDY_LOCKED',
        `process ${pid} on ${host} writes the event log of study ${study}`,
        {
          hint: `wait until it ends, or stop it: kill ${pid}`,
        },
      );
    }
    let opened: FileHandle | undefined;
    try {
      await (await open(path, 'a')).close();
      // Not in append mode: a write that failed half-way is overwritten by the next one.
      const handle = await open(path, 'r+');
      opened = handle;
      const { offset, lastSeq } = await recoverTail(handle, path);
      return new LocalEventLog(path, handle, attempt.lock, onGrowth, now, offset, lastSeq);
    } catch (thrown) {
      await opened?.close();
      attempt.lock.release();
      throw asFileError(thrown, path);
    }
  }

  /** Resolves with the sequence number once the record is written, and synced if it is vital. */
  append(event: StudyEvent): Promise<number> {
    if (this.#isClosed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      // Throws MESSAGE_MALFORMED here, in the caller's own call.
      const eventJson = JSON.stringify(studyEventCodec.toJson(event));
      this.#pending.push({ eventJson, isVital: isVital(event), resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Writes what is pending, then gives the lock back. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#flushing;
    await this.handle.close();
    this.lock.release();
  }

  async #flush(): Promise<void> {
    // One turn of the event loop later, so that the appends of this turn make one group.
    await new Promise(setImmediate);
    while (this.#pending.length > 0) {
      const group = this.#pending;
      this.#pending = [];
      await this.#write(group);
    }
    this.#flushing = null;
  }

  async #write(group: readonly PendingAppend[]): Promise<void> {
    const at = this.now().toISOString();
    const lines = group.map((append, place) => formatRecord(this.lastSeq + 1 + place, at, append.eventJson));
    let bytes = Buffer.from(lines.join(''), 'utf8');
    try {
      const { size, nlink } = await this.handle.stat();
      // A file that lost its name would take what nobody ever reads.
      if (nlink === 0) throw removedError(this.path);
      if (size !== this.offset) {
        // Someone else wrote to it, or cut it: the records begin a line of their own, behind what is there.
        this.offset = Math.max(size, this.offset);
        bytes = Buffer.concat([Buffer.of(NEWLINE), bytes]);
      }
      await writeFully(this.handle, bytes, this.offset);
      if (group.some((append) => append.isVital)) await this.handle.datasync();
    } catch (thrown) {
      const error = asFileError(thrown, this.path);
      await this.#cutBack();
      for (const append of group) append.reject(error);
      return;
    }
    const first = this.lastSeq + 1;
    this.offset += bytes.length;
    this.lastSeq += group.length;
    this.onGrowth();
    for (const [place, append] of group.entries()) append.resolve(first + place);
  }

  /** Best effort: what stays of a failed write is overwritten by the next one, or cut off when the log is opened. */
  async #cutBack(): Promise<void> {
    await this.handle.truncate(this.offset).catch(() => undefined);
  }
}

export function closedError(): SweepError {
  return new SweepError('INTERNAL', 'the bus is closed');
}

async function writeFully(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Where the next record goes, and its number. What follows the last newline is torn: it is cut off. */
async function recoverTail(handle: FileHandle, path: string): Promise<{ offset: number; lastSeq: number }> {
  const { size } = await handle.stat();
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
  await handle.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf(NEWLINE);
  const [secondLast, last] = tail.toString('utf8', 0, Math.max(0, end)).split('\n').slice(-2);
  const offset = size - tail.length + end + 1;
  // Two records that follow each other: so it was left. Anything else is looked at from the start.
  const lastSeq = seqOf(last);
  if (end < 0 || lastSeq === null || seqOf(secondLast) !== lastSeq - 1) return recoverWhole(handle, path);
  if (offset < size) await handle.truncate(offset);
  return { offset, lastSeq };
}

function seqOf(line: string | undefined): number | null {
  try {
    return parseRecord(line ?? '', '').seq;
  } catch {
    // Damaged, or no line at all.
    return null;
  }
}

async function recoverWhole(handle: FileHandle, path: string): Promise<{ offset: number; lastSeq: number }> {
  const order = new LogOrder(path);
  let offset = 0;
  for await (const { text, end } of wholeLines(handle, 0)) {
    order.take(text);
    offset = end;
  }
  if (offset < (await handle.stat()).size) await handle.truncate(offset);
  return { offset, lastSeq: order.nextSeq - 1 };
}
