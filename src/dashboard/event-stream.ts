// Server-sent events of one study to one page. What is news is asked of the feed when it can be sent, so that a page which
// reads slowly gets fewer and larger messages and never a queue; one that stops reading is dropped, and takes up where it was
// by the id of its last event.
//
//   READY ──news, at most every FLUSH_MS──▶ write ──the socket is full──▶ FULL ──drain──▶ READY
//                                                                         └──STALLED_MS──▶ dropped
import type { ServerResponse } from 'node:http';
import type { StudyFeed } from './study-feed.js';

const FLUSH_MS = 250;
const READING_MS = 1_000;
const LOOK_MS = 2_000;
const STALLED_MS = 10_000;
/** Comments keep what lies between from closing a quiet connection. */
const HEARTBEAT_MS = 15_000;

export interface StreamTimes {
  readonly flushMs: number;
  readonly stalledMs: number;
}

/** Runs until the page is gone; resolves then. The head of the response was written. */
export function streamNews(
  response: ServerResponse,
  feed: StudyFeed,
  lastEventId: string | undefined,
  { flushMs, stalledMs }: StreamTimes = { flushMs: FLUSH_MS, stalledMs: STALLED_MS },
): Promise<void> {
  let version = feed.readVersion(lastEventId);
  let status: string | null = null;
  let flushing: NodeJS.Timeout | undefined;
  let stalled: NodeJS.Timeout | undefined;
  let sentAtMs = performance.now();

  const send = (text: string): void => {
    sentAtMs = performance.now();
    if (response.write(text)) return;
    stalled ??= setTimeout(() => response.destroy(), stalledMs);
  };
  const flush = (): void => {
    flushing = undefined;
    if (stalled !== undefined || response.destroyed) return;
    if (feed.failure !== null) {
      response.end('event: lost\ndata: {}\n\n');
      return;
    }
    const news = feed.newsSince(version, status);
    if (news === null) return;
    version = feed.readVersion(news.id);
    status = news.status;
    send(`id: ${news.id}\ndata: ${news.text}\n\n`);
  };
  const schedule = (): void => {
    // Each look at a log that is being read holds the reading up.
    flushing ??= setTimeout(flush, feed.isRead ? flushMs : READING_MS);
  };
  const onDrain = (): void => {
    clearTimeout(stalled);
    stalled = undefined;
    schedule();
  };
  const look = setInterval(() => {
    feed.lookAround().then(schedule, () => {});
    if (performance.now() - sentAtMs > HEARTBEAT_MS && stalled === undefined) send(': here\n\n');
  }, LOOK_MS);
  const forget = feed.onNews(schedule);
  response.on('drain', onDrain);
  flush();
  return new Promise((resolve) => {
    response.once('close', () => {
      clearTimeout(flushing);
      clearTimeout(stalled);
      clearInterval(look);
      forget();
      resolve();
    });
  });
}
