// The event log on JetStream, as it is read: one stream for all studies, one subject per study and trial, one more for messages
// that hold events of several trials (event-writer.ts). Numbers `1, 2, 3 …` of one study are given on reading, in stream
// order, the same for every reader: void and foreign messages (fence.ts, event-record.ts) get none, unreadable records do.

import { nuid } from 'nats';
import { SweepError } from '../../../errors.js';
import type { LoggedEvent, StudyEvent } from '../../../study/events.js';
import type { ReadEventsOptions } from '../../bus.js';
import { type EventAuthor, markOf, SIGNATURE_HEADER, SignatureCheck } from '../../event-author.js';
import {
  EVENTS_STREAM,
  eventBatchSubject,
  eventsOfStudy,
  eventsOfStudyItself,
  eventsOfTrial,
  fenceSubject,
  parseEventAuthor,
  signedEventBatches,
  signedEventsOfTrial,
} from '../../subjects.js';
import { unreadable } from '../../unreadable-record.js';
import type { JetStream } from '../jetstream/jetstream.js';
import type { StoredMessage } from '../jetstream/stored-message.js';
import { readWindow } from '../jetstream/window.js';
import type { SetAside } from '../set-aside.js';
import { BatchIndex } from './batch-index.js';
import { numberOf } from './event-batch.js';
import { decodeRecord, isBatchSubject } from './event-record.js';
import { EventWriter } from './event-writer.js';
import { Fence, type FencedWriter, LEASE_HEADER } from './fence.js';
import { assertLogReadable, readLastSequence, readWhole } from './log-health.js';

/** Requests in flight while catching up; at the end of the log a follower asks for about as many as come between two looks. */
const WINDOW = { least: 4, first: 16, most: 128 } as const;
/** Asked for at once, by what the messages before had: what a slow line brings within the time of one request. */
const WINDOW_BYTES = 4 * 1024 * 1024;
/** How soon a follower looks again: at once after news, less and less often in silence. */
const LOOK_AGAIN_MS = { first: 4, longest: 100 } as const;
/** So long without news, a reader asks whether there can be any. */
const DOUBT_MS = 3_000;
/** Single messages that the leader is asked for. */
const ASKED_AT_ONCE = 32;

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
  private readonly batches = new BatchIndex();
  private readonly signatures = new SignatureCheck();
  private readonly writer: EventWriter;

  constructor(
    private readonly jetStream: JetStream,
    private readonly setAside: SetAside,
    private readonly closing: AbortSignal,
    /** A worker's, on a secured server: signs its events. */
    author: EventAuthor | null = null,
  ) {
    this.writer = new EventWriter(jetStream, author);
  }

  /** Resolves with a number that grows in the order of the log. `writer`: null without a lease. */
  append(study: string, event: StudyEvent, writer: FencedWriter | null = null): Promise<number> {
    return this.writer.append(study, event, writer);
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
    const end = follow ? Number.POSITIVE_INFINITY : await readLastSequence(this.jetStream, filter);
    let size: number = WINDOW.first;
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
      size = nextSize(messages, size, isEnd);
      for (const message of messages) {
        if (message.sequence > end || isOver()) return;
        const { next, logged } = this.advance(study, position, message);
        position = next;
        this.remember(study, position);
        for (const event of logged) if (event.seq >= from) yield event;
      }
      waitMs = messages.length > 0 ? LOOK_AGAIN_MS.first : Math.min(waitMs * 1.5, LOOK_AGAIN_MS.longest);
      // Before the end, nothing found means that a replica lags.
      if (isEnd && position.sequence < end) {
        await pause(waitMs, [this.closing, options.signal]);
      }
    }
  }

  /** What happened to the study itself; `seq` grows with the order but is not the number that `read` gives. */
  async studyEvents(study: string): Promise<LoggedEvent[]> {
    return this.judgeAll(study, await this.readAll(study, eventsOfStudyItself(study)));
  }

  /**
   * What happened to one trial; `seq` as above. Of messages that hold events of several trials those before the number
   * `since` are passed over, and those that were read here before and do not tell of it.
   */
  async trialEvents(study: string, trial: string, since = 0): Promise<LoggedEvent[]> {
    const own = [eventsOfTrial(study, trial), signedEventsOfTrial(study, trial)];
    const shared = [eventBatchSubject(study), signedEventBatches(study)];
    const first = Math.max(0, Math.floor(since) - 1);
    const known = this.batches.find(study, trial);
    const after = Math.max(first, known.end);
    const found = await Promise.all([
      ...own.map((subject) => this.readAll(study, subject)),
      this.readEach(
        study,
        known.sequences.filter((sequence) => sequence > first),
      ),
      ...shared.map((subject) => this.readAll(study, subject, { after, naming: trial })),
    ]);
    const logged = await this.judgeAll(study, found.flat());
    return logged.filter(({ event }) => 'trial' in event && event.trial === trial);
  }

  async removeStudy(study: string): Promise<void> {
    this.reached.delete(study);
    this.batches.forget(study);
    const body = { filter: eventsOfStudy(study) };
    await this.jetStream.api(`STREAM.PURGE.${EVENTS_STREAM}`, body, `removing the events of ${study}`);
  }

  private advance(
    study: string,
    position: Position,
    message: StoredMessage,
  ): { readonly next: Position; readonly logged: readonly LoggedEvent[] } {
    const fence = new Fence(position.epoch);
    const events = this.judge(study, message, fence);
    const { sequence, subject } = message;
    const trials = isBatchSubject(study, subject) ? events.flatMap(trialsOf) : [];
    this.batches.take(study, position.sequence, sequence, trials);
    return {
      next: { sequence, number: position.number + events.length, epoch: fence.passedEpoch },
      logged: events.map((event, place) => loggedEvent(position.number + 1 + place, message, event)),
    };
  }

  /** Those of the messages, with the marks of the study among them. Numbers grow with the order. */
  private async judgeAll(study: string, messages: readonly StoredMessage[]): Promise<LoggedEvent[]> {
    const marks = await this.readAll(study, fenceSubject(study));
    const fence = new Fence();
    const ordered = [...messages, ...marks].sort((one, other) => one.sequence - other.sequence);
    return ordered.flatMap((message) =>
      this.judge(study, message, fence).flatMap((event, place) =>
        event.type === 'log.unreadable'
          ? []
          : [loggedEvent(numberOf(message.sequence, place), message, event)],
      ),
    );
  }

  /** The events of a message; none of what holds no event of the log: a mark, void, foreign. */
  private judge(study: string, message: StoredMessage, fence: Fence): readonly StudyEvent[] {
    const { sequence, subject } = message;
    if (subject === fenceSubject(study)) {
      fence.pass(message);
      return [];
    }
    if (fence.isVoid(message)) return [];
    if (!this.isGenuine(message)) {
      this.setAside.count('signature', subject, sequence);
      return [unreadable(`${EVENTS_STREAM}:${sequence}`, 'its signature does not verify')];
    }
    const events = decodeRecord(message, EVENTS_STREAM, study);
    if (events === null) this.setAside.count('event', subject, sequence);
    for (const event of events ?? [])
      if (event.type === 'log.unreadable') this.setAside.count('event', subject, event.reason);
    return events ?? [];
  }

  private isGenuine({ subject, data, headers }: StoredMessage): boolean {
    const author = parseEventAuthor(subject);
    if (author === null) return true;
    return this.signatures.isGenuine(author, subject, data, headers?.get(SIGNATURE_HEADER) ?? '');
  }

  private remember(study: string, position: Position): void {
    if (position.sequence > (this.reached.get(study)?.sequence ?? 0)) this.reached.set(study, position);
  }

  /** Messages that were read before; what is gone since is an error wherever the log is read whole. */
  private async readEach(study: string, sequences: readonly number[]): Promise<readonly StoredMessage[]> {
    const found: StoredMessage[] = [];
    for (let from = 0; from < sequences.length; from += ASKED_AT_ONCE) {
      const messages = await Promise.all(
        sequences
          .slice(from, from + ASKED_AT_ONCE)
          .map((seq) => this.jetStream.readFromLeader(EVENTS_STREAM, { seq })),
      );
      found.push(
        ...(await readWhole(
          this.jetStream,
          study,
          messages.filter((one) => one !== null),
        )),
      );
    }
    return found;
  }

  /**
   * All messages of a filter that the leader has now; with `naming` those that hold the text. Throws BUS_UNREACHABLE when a
   * replica lags too long.
   */
  private async readAll(
    study: string,
    filter: string,
    { after: first = 0, naming }: { readonly after?: number; readonly naming?: string } = {},
  ): Promise<StoredMessage[]> {
    const end = await readLastSequence(this.jetStream, filter);
    const found: StoredMessage[] = [];
    let size: number = WINDOW.least;
    let trustedAtMs = performance.now();
    for (let after = first; after < end; ) {
      const { messages: window } = await readWindow(this.jetStream, {
        stream: EVENTS_STREAM,
        filter,
        after,
        size,
      });
      const messages = await readWhole(this.jetStream, study, window);
      found.push(
        ...messages.filter(
          ({ sequence, data }) => sequence <= end && (naming === undefined || isNaming(data, naming)),
        ),
      );
      after = messages.at(-1)?.sequence ?? after;
      if (messages.length > 0) {
        size = nextSize(messages, size, false);
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

function trialsOf(event: StudyEvent): readonly string[] {
  return 'trial' in event ? [event.trial] : [];
}

function isNaming(data: Uint8Array, text: string): boolean {
  return Buffer.from(data.buffer, data.byteOffset, data.length).includes(text);
}

/** At the end of the log what is asked for in vain costs as much as what is found; before it a sparse log needs a wide look. */
function nextSize(messages: readonly StoredMessage[], size: number, isEnd: boolean): number {
  const found = messages.length;
  const bytes = messages.reduce((sum, { data }) => sum + data.length, 0);
  const most = Math.min(WINDOW.most, Math.max(WINDOW.least, Math.floor((WINDOW_BYTES * found) / bytes) || 0));
  if (isEnd) return Math.min(most, found + 1);
  return Math.min(most, Math.max(WINDOW.least, found < size ? found * 2 : Math.ceil(found * 1.5)));
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
