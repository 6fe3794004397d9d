// The event log on JetStream: one stream for all studies, one subject per study and trial. Appending is pipelined: any
// number may be in flight, each resolves when the stream acknowledged it. Numbers `1, 2, 3 …` of one study are given on
// reading, in stream order, the same for every reader: void and foreign messages (fence.ts, event-record.ts) get none,
// unreadable records do.

import { nuid } from 'nats';
import { SweepError } from '../../../errors.js';
import type { LoggedEvent, StudyEvent } from '../../../study/events.js';
import type { ReadEventsOptions } from '../../bus.js';
import { type EventAuthor, markOf, SIGNATURE_HEADER, SignatureCheck } from '../../event-author.js';
import { studyEventCodec } from '../../messages.js';
import {
  EVENTS_STREAM,
  eventSubject,
  eventsOfStudy,
  fenceSubject,
  parseEventAuthor,
  signedEventSubject,
} from '../../subjects.js';
import { unreadable } from '../../unreadable-record.js';
import type { JetStream } from '../jetstream/jetstream.js';
import type { StoredMessage } from '../jetstream/stored-message.js';
import { readWindow } from '../jetstream/window.js';
import type { SetAside } from '../set-aside.js';
import { CHECKSUM_HEADER, checksumOf, decodeRecord } from './event-record.js';
import { Fence, type FencedWriter, LEASE_HEADER } from './fence.js';
import { assertLogReadable, readWhole } from './log-health.js';

/** Requests in flight while catching up; at the end of the log a follower asks for about as many as come between two looks. */
const WINDOW = { least: 4, most: 128 } as const;
/** How soon a follower looks again: at once after news, less and less often in silence. */
const LOOK_AGAIN_MS = { first: 4, longest: 100 } as const;
/** So long without news, a reader asks whether there can be any. */
const DOUBT_MS = 3_000;
/** How often the end of a log is asked for at most. */
const MOST_ASKED = 5;

/** Where a reader stands in one study. */
interface Position {
  readonly sequence: number;
  /** Number of the last event given out. */
  readonly number: number;
  readonly epoch: number;
}

const START: Position = { sequence: 0, number: 0, epoch: 0 };

export class NatsEvents {
  /** The furthest position reached by any reader, so that `from` need not count from the start each time. */
  private readonly reached = new Map<string, Position>();
  private readonly signatures = new SignatureCheck();

  constructor(
    private readonly jetStream: JetStream,
    private readonly setAside: SetAside,
    private readonly closing: AbortSignal,
    /** A worker's, on a secured server: signs its events. */
    private readonly author: EventAuthor | null = null,
  ) {}

  /** Resolves with the stream's sequence number, which grows in the order of the log. `writer`: null without a lease. */
  async append(study: string, event: StudyEvent, writer: FencedWriter | null = null): Promise<number> {
    const data = studyEventCodec.encode(event);
    writer?.assertHeld();
    const author = 'trial' in event ? this.author : null;
    const subject =
      author === null ? eventSubject(study, event) : signedEventSubject(study, event, author.publicKey);
    const ack = await this.jetStream.publish(subject, data, {
      stream: EVENTS_STREAM,
      // Only for the repetition of this very call after a time-out.
      messageId: nuid.next(),
      headers: {
        [CHECKSUM_HEADER]: checksumOf(data),
        ...(author === null ? {} : { [SIGNATURE_HEADER]: author.sign(subject, data) }),
        ...(writer === null ? {} : { [LEASE_HEADER]: String(writer.epoch) }),
      },
    });
    // After the write: still the holder now means that no mark preceded it.
    await writer?.confirm();
    return ack.sequence;
  }

  /** Voids what holders of earlier epochs still write. */
  async markTakeover(study: string, epoch: number): Promise<void> {
    await this.jetStream.publish(fenceSubject(study), new Uint8Array(0), {
      stream: EVENTS_STREAM,
      messageId: `${study}:fence:${nuid.next()}`,
      headers: { [LEASE_HEADER]: String(epoch) },
    });
  }

  async *read(study: string, options: ReadEventsOptions = {}): AsyncGenerator<LoggedEvent> {
    const { from = 1, follow = false } = options;
    const filter = eventsOfStudy(study);
    const remembered = this.reached.get(study) ?? START;
    let position = remembered.number < from ? remembered : START;
    const end = follow ? Number.POSITIVE_INFINITY : await this.lastSequence(filter);
    let size: number = WINDOW.most;
    let waitMs: number = LOOK_AGAIN_MS.first;
    let trustedAtMs = performance.now();
    const isOver = () => this.closing.aborted || options.signal?.aborted === true;
    while (position.sequence < end && !isOver()) {
      const { messages: found, isEnd } = await readWindow(this.jetStream, {
        stream: EVENTS_STREAM,
        filter,
        after: position.sequence,
        size,
      });
      const messages = await readWhole(this.jetStream, study, found);
      if (messages.length > 0) trustedAtMs = performance.now();
      else if (performance.now() - trustedAtMs > DOUBT_MS) {
        await assertLogReadable(this.jetStream, { study, filter, after: position.sequence });
        trustedAtMs = performance.now();
      }
      size = nextSize(messages.length, size, isEnd);
      for (const message of messages) {
        if (message.sequence > end || isOver()) return;
        const { next, logged } = this.advance(study, position, message);
        position = next;
        this.remember(study, position);
        if (logged !== null && logged.seq >= from) yield logged;
      }
      waitMs = messages.length > 0 ? LOOK_AGAIN_MS.first : Math.min(waitMs * 1.5, LOOK_AGAIN_MS.longest);
      // Before the end, nothing found means that a replica lags.
      if (isEnd && position.sequence < end) {
        await pause(waitMs, [this.closing, options.signal]);
      }
    }
  }

  /**
   * What happened to one trial, or to the study itself; `seq` grows with the order but is not the number that `read` gives.
   */
  async readSubjects(study: string, subjects: readonly string[]): Promise<LoggedEvent[]> {
    const found = await Promise.all(
      [...subjects, fenceSubject(study)].map((subject) => this.readAll(study, subject)),
    );
    const fence = new Fence();
    const logged: LoggedEvent[] = [];
    for (const message of found.flat().sort((one, other) => one.sequence - other.sequence)) {
      const event = this.judge(study, message, fence);
      if (event !== null && event.type !== 'log.unreadable')
        logged.push(loggedEvent(message.sequence, message, event));
    }
    return logged;
  }

  async removeStudy(study: string): Promise<void> {
    this.reached.delete(study);
    const body = { filter: eventsOfStudy(study) };
    await this.jetStream.api(`STREAM.PURGE.${EVENTS_STREAM}`, body, `removing the events of ${study}`);
  }

  private advance(
    study: string,
    position: Position,
    message: StoredMessage,
  ): { next: Position; logged: LoggedEvent | null } {
    const fence = new Fence(position.epoch);
    const event = this.judge(study, message, fence);
    const number = position.number + (event === null ? 0 : 1);
    return {
      next: { sequence: message.sequence, number, epoch: fence.passedEpoch },
      logged: event === null ? null : loggedEvent(number, message, event),
    };
  }

  /** The event, or null for what is no event of the log: a mark, void, foreign. */
  private judge(study: string, message: StoredMessage, fence: Fence): StudyEvent | null {
    if (message.subject === fenceSubject(study)) {
      fence.pass(message);
      return null;
    }
    if (fence.isVoid(message)) return null;
    if (!this.isGenuine(message)) {
      this.setAside.count('signature', message.subject, message.sequence);
      return unreadable(`${EVENTS_STREAM}:${message.sequence}`, 'its signature does not verify');
    }
    const event = decodeRecord(message, EVENTS_STREAM, study);
    if (event === null || event.type === 'log.unreadable')
      this.setAside.count('event', message.subject, event?.reason ?? message.sequence);
    return event;
  }

  private isGenuine({ subject, data, headers }: StoredMessage): boolean {
    const author = parseEventAuthor(subject);
    if (author === null) return true;
    return this.signatures.isGenuine(author, subject, data, headers?.get(SIGNATURE_HEADER) ?? '');
  }

  private remember(study: string, position: Position): void {
    if (position.sequence > (this.reached.get(study)?.sequence ?? 0)) this.reached.set(study, position);
  }

  /** Asked until two answers agree: it stands in no checksum, and a log that ends too early misses events in silence. */
  private async lastSequence(filter: string): Promise<number> {
    const ask = async () => (await this.jetStream.readLast(EVENTS_STREAM, filter))?.sequence ?? 0;
    let end = await ask();
    // One that grows all the time has no end to agree on: the last answer will do.
    for (let asked = 1; asked < MOST_ASKED; asked += 1) {
      const again = await ask();
      if (again === end) break;
      end = again;
    }
    return end;
  }

  /** All messages of a filter that the leader has now. Throws BUS_UNREACHABLE when a replica lags too long. */
  private async readAll(study: string, filter: string): Promise<StoredMessage[]> {
    const end = await this.lastSequence(filter);
    const found: StoredMessage[] = [];
    let trustedAtMs = performance.now();
    for (let after = 0; after < end; ) {
      const { messages: window } = await readWindow(this.jetStream, {
        stream: EVENTS_STREAM,
        filter,
        after,
        size: WINDOW.least,
      });
      const messages = await readWhole(this.jetStream, study, window);
      found.push(...messages.filter(({ sequence }) => sequence <= end));
      after = messages.at(-1)?.sequence ?? after;
      if (messages.length > 0) {
        trustedAtMs = performance.now();
        continue;
      }
      if (performance.now() - trustedAtMs > DOUBT_MS) {
        await assertLogReadable(this.jetStream, { study, filter, after });
        trustedAtMs = performance.now();
      }
      if (this.closing.aborted) throw new SweepError('BUS_UNREACHABLE', 'the bus is closed');
      await pause(LOOK_AGAIN_MS.longest, [this.closing]);
    }
    return found;
  }
}

/** At the end of the log what is asked for in vain costs as much as what is found; before it a sparse log needs a wide look. */
function nextSize(found: number, size: number, isEnd: boolean): number {
  if (isEnd) return Math.min(WINDOW.most, found + 1);
  return Math.min(WINDOW.most, Math.max(WINDOW.least, found < size ? found * 2 : Math.ceil(found * 1.5)));
}

function loggedEvent(seq: number, message: StoredMessage, event: StudyEvent): LoggedEvent {
  const author = parseEventAuthor(message.subject);
  return { seq, at: message.storedAt, event, ...(author === null ? {} : { signedBy: markOf(author) }) };
}

function pause(ms: number, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const signal of signals) {
      if (signal?.aborted) return done();
      signal?.addEventListener('abort', done, { once: true });
    }
  });
}
