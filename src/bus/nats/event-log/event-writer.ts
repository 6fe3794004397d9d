// Appends events to the stream. What comes while an answer of the stream is awaited waits for it and then goes together:
// events of trials as one message (event-batch.ts), those of the study itself alone. So a log that is written seldom has a
// message an event at once, and one that is written faster than the server answers costs it fewer and larger messages.
//
// Line, one a study and lease:   idle ─append─▶ planned (this turn) ─▶ in flight ─answered─▶ in flight with what waited, or idle
//   That a trial has started is no news that hurries: where nothing else waits it waits for what comes of it, if that comes soon.
//   A line whose answer fails fails what waits behind it, too: whoever repeats it repeats it in order. What fills a message
//   does not wait, so that a distant server is not asked for one message at a time.
import { nuid } from 'nats';
import { asSweepError } from '../../../errors.js';
import type { StudyEvent } from '../../../study/events.js';
import { type EventAuthor, SIGNATURE_HEADER } from '../../event-author.js';
import { studyEventCodec } from '../../messages.js';
import { EVENTS_STREAM, eventBatchSubject, eventSubject, signedSubject } from '../../subjects.js';
import type { JetStream } from '../jetstream/jetstream.js';
import { batchOverheadBytes, encodeBatch, MAX_BATCH_EVENTS, numberOf } from './event-batch.js';
import { CHECKSUM_HEADER, checksumOf } from './event-record.js';
import { type FencedWriter, LEASE_HEADER } from './fence.js';

/** Well below what servers take by default. */
const MAX_BATCH_BYTES = 128 * 1024;
/** Of what a server takes, for the headers: checksum, signature, identity. */
const HEADERS_BYTES = 1024;
/** How long the start of a trial waits for company. */
const START_WAITS_MS = 5;

interface Waiting {
  readonly event: StudyEvent;
  readonly data: Uint8Array;
  /** An event of the study itself; one that the server did not take with others. */
  readonly isAlone: boolean;
  resolve(number: number): void;
  reject(thrown: unknown): void;
}

export class EventWriter {
  private readonly lines = new Map<string, EventLine>();

  constructor(
    private readonly jetStream: JetStream,
    /** A worker's, on a secured server: signs its events. */
    private readonly author: EventAuthor | null,
  ) {}

  /** Resolves with a number that grows in the order of the log. `writer`: null without a lease. */
  async append(study: string, event: StudyEvent, writer: FencedWriter | null): Promise<number> {
    const data = studyEventCodec.encode(event);
    // A name that cannot be used is refused before anything is sent.
    eventSubject(study, event);
    writer?.assertHeld();
    const key = `${study} ${writer?.epoch ?? ''}`;
    let line = this.lines.get(key);
    if (line === undefined) {
      line = new EventLine(this.jetStream, study, {
        author: this.author,
        writer,
        onIdle: () => this.lines.delete(key),
      });
      this.lines.set(key, line);
    }
    return line.append(event, data);
  }
}

interface LineOptions {
  readonly author: EventAuthor | null;
  readonly writer: FencedWriter | null;
  onIdle(): void;
}

class EventLine {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private inFlight = 0;
  private isPlanned = false;
  private patience: NodeJS.Timeout | null = null;

  constructor(
    private readonly jetStream: JetStream,
    private readonly study: string,
    private readonly options: LineOptions,
  ) {}

  append(event: StudyEvent, data: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, data, isAlone: !('trial' in event), resolve, reject });
      this.waitingBytes += data.length;
      this.plan();
    });
  }

  private get isFull(): boolean {
    return this.waiting.length >= MAX_BATCH_EVENTS || this.waitingBytes >= this.mostBytes;
  }

  private get mostBytes(): number {
    const limit = this.jetStream.connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
    return Math.min(MAX_BATCH_BYTES, limit - HEADERS_BYTES);
  }

  /** With the end of this turn of the event loop, so that what one turn brings goes together. */
  private plan(): void {
    if (this.isPlanned || this.waiting.length === 0 || (this.inFlight > 0 && !this.isFull)) return;
    if (this.waiting.every(({ event }) => event.type === 'trial.started')) {
      this.patience ??= setTimeout(() => this.sendWaiting(), START_WAITS_MS);
      return;
    }
    this.isPlanned = true;
    setImmediate(() => {
      this.isPlanned = false;
      this.sendWaiting();
    });
  }

  private sendWaiting(): void {
    if (this.patience !== null) clearTimeout(this.patience);
    this.patience = null;
    while (this.waiting.length > 0 && (this.inFlight === 0 || this.isFull)) void this.send(this.take());
  }

  /** What goes as the next message: one event that goes alone, or as many others as follow each other and fit. */
  private take(): readonly Waiting[] {
    const { mostBytes } = this;
    let count = 0;
    let bytes = 0;
    for (const { data, isAlone } of this.waiting) {
      if (count > 0 && (isAlone || count === MAX_BATCH_EVENTS)) break;
      bytes += data.length;
      if (count > 0 && bytes + batchOverheadBytes(count + 1) > mostBytes) break;
      count += 1;
      if (isAlone) break;
    }
    const taken = this.waiting.slice(0, count);
    this.waiting = this.waiting.slice(count);
    this.waitingBytes -= taken.reduce((sum, { data }) => sum + data.length, 0);
    return taken;
  }

  private async send(events: readonly Waiting[]): Promise<void> {
    this.inFlight += 1;
    try {
      const sequence = await this.publish(events);
      // After the write: still the holder now means that no mark preceded it.
      await this.options.writer?.confirm();
      for (const [place, { resolve }] of events.entries()) resolve(numberOf(sequence, place));
    } catch (thrown) {
      const isMessageRefused = asSweepError(thrown).code === 'MESSAGE_MALFORMED';
      if (isMessageRefused && events.length > 1) this.partAgain(events);
      else for (const { reject } of events) reject(thrown);
      if (!isMessageRefused) this.failWaiting(thrown);
    } finally {
      this.inFlight -= 1;
      this.plan();
      if (this.inFlight === 0 && this.waiting.length === 0) this.options.onIdle();
    }
  }

  private async publish(events: readonly Waiting[]): Promise<number> {
    const [first] = events;
    if (first === undefined) throw new RangeError('a message without events');
    const { author, writer } = this.options;
    // It may be known to be lost by now.
    writer?.assertHeld();
    const isAlone = events.length === 1;
    const data = isAlone ? first.data : encodeBatch(events.map((waiting) => waiting.data));
    const place = isAlone ? eventSubject(this.study, first.event) : eventBatchSubject(this.study);
    const signer = 'trial' in first.event ? author : null;
    const subject = signer === null ? place : signedSubject(place, signer.publicKey);
    const ack = await this.jetStream.publish(subject, data, {
      stream: EVENTS_STREAM,
      // Only for the repetition of this very call after a time-out.
      messageId: nuid.next(),
      headers: {
        [CHECKSUM_HEADER]: checksumOf(data),
        ...(signer === null ? {} : { [SIGNATURE_HEADER]: signer.sign(subject, data) }),
        ...(writer === null ? {} : { [LEASE_HEADER]: String(writer.epoch) }),
      },
    });
    return ack.sequence;
  }

  /** What is too much for the server together, it may take one by one. */
  private partAgain(events: readonly Waiting[]): void {
    this.waiting = [...events.map((event) => ({ ...event, isAlone: true })), ...this.waiting];
    this.waitingBytes += events.reduce((sum, { data }) => sum + data.length, 0);
  }

  private failWaiting(thrown: unknown): void {
    const { waiting } = this;
    this.waiting = [];
    this.waitingBytes = 0;
    for (const { reject } of waiting) reject(thrown);
  }
}
