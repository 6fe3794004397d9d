// The order of a log's records: which of its lines count, and which number each has. Writer and readers of a log go
// through its lines by the same rules, so that all of them number it alike, whatever happened to it.
//
// Records count up by one. A damaged line stands for one of them. One that jumps ahead of what damaged lines explain tells
// of records that are gone; one that falls back is a copy, or out of its place, and counts for nothing.
import { asSweepError } from '../../errors.js';
import type { LoggedEvent } from '../../study/events.js';
import { unreadable } from '../unreadable-record.js';
import { parseRecord } from './event-record.js';

/** A record that claims to be further on than this was not written by a log that lost some of its lines. */
const LARGEST_JUMP = 1_000_000;
/** What is shown of a line whose own time cannot be read, before any could. */
const NO_TIME = '1970-01-01T00:00:00.000Z';

export class LogOrder {
  #line = 0;
  #given = 0;
  #lastSeq = 0;
  /** Damaged lines since the last record that counts. */
  #damaged = 0;
  #lastAt = NO_TIME;

  constructor(private readonly path: string) {}

  /** Lines taken so far. */
  get lines(): number {
    return this.#line;
  }

  /** What the next record is to be numbered in the file. */
  get nextSeq(): number {
    return this.#lastSeq + this.#damaged + 1;
  }

  /** The next line without its newline, as the events it gives, numbered by their place in what is read. */
  take(text: string): LoggedEvent[] {
    this.#line += 1;
    const place = `${this.path}:${this.#line}`;
    let parsed: LoggedEvent;
    try {
      parsed = parseRecord(text, place);
    } catch (thrown) {
      this.#damaged += 1;
      return [this.#aside(place, asSweepError(thrown).message)];
    }
    const { seq, at, event } = parsed;
    const missing = seq - this.nextSeq;
    if (seq <= this.#lastSeq)
      return [this.#aside(place, `it is record ${seq} a second time or out of its place`)];
    if (missing > LARGEST_JUMP)
      return [this.#aside(place, `it is record ${seq}, where ${this.nextSeq} would follow`)];
    const events: LoggedEvent[] = [];
    if (missing > 0) {
      const what = missing === 1 ? `record ${seq - 1} is` : `records ${seq - missing} to ${seq - 1} are`;
      events.push(this.#aside(place, `${what} missing before it`, missing));
    }
    this.#lastSeq = seq;
    this.#damaged = 0;
    this.#lastAt = at;
    this.#given += 1;
    events.push({ seq: this.#given, at, event });
    return events;
  }

  #aside(place: string, reason: string, records = 1): LoggedEvent {
    this.#given += 1;
    return { seq: this.#given, at: this.#lastAt, event: unreadable(place, reason, records) };
  }
}
