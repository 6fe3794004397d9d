// Live events: what is news, once; a page that stops reading is dropped, one that comes back is told what it missed.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { streamNews } from '../../../src/dashboard/event-stream.js';
import { StudyFeed } from '../../../src/dashboard/study-feed.js';
import { decodeRow, type StudyNews } from '../../../src/dashboard/wire.js';
import { trialId, writeStudy } from '../../support/fixtures/dashboard-studies.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const TIMES = { flushMs: 1, stalledMs: 60 };

/** A page's socket that takes `room` writes and then says that it is full. */
class Socket extends EventEmitter {
  readonly written: string[] = [];
  destroyed = false;

  constructor(public room = Number.POSITIVE_INFINITY) {
    super();
  }

  write(text: string): boolean {
    this.written.push(text);
    this.room -= 1;
    return this.room > 0;
  }

  end(text: string): void {
    this.written.push(text);
    this.destroy();
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }

  get news(): StudyNews[] {
    return this.written.flatMap((text) => {
      const data = /^data: (.*)$/m.exec(text)?.[1];
      return data === undefined ? [] : [JSON.parse(data) as StudyNews];
    });
  }

  asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }
}

async function openFeed(t: { after(action: () => unknown): void }, trials = 6) {
  const home = temporaryDirectory(t);
  const study = 'made-up-0001';
  await writeStudy(home, { study, trials, total: 50, state: 'running', failEvery: 4 });
  const bus = openLocalBus(home, { pollMs: 5 });
  const feed = new StudyFeed(bus, study);
  t.after(async () => {
    feed.close();
    await bus.close();
  });
  await feed.ready();
  const queue = (index: number) =>
    bus.append(study, {
      type: 'trial.queued',
      trial: trialId(index),
      index,
      params: { units: 8 },
      seed: 42,
      attempt: 1,
      requires: 'any',
    });
  return { feed, bus, study, queue };
}

test('a page is told all at first, then what changed alone', async (t) => {
  const { feed, queue } = await openFeed(t);
  const socket = new Socket();
  const streaming = streamNews(socket.asResponse(), feed, undefined, TIMES);
  const [first] = socket.news;
  assert.ok(first?.isWhole);
  const rows = first.rows.map(decodeRow);
  assert.equal(rows.length, 6);
  assert.deepEqual(
    rows.filter(({ state }) => state === 'FAILED').map(({ index }) => index),
    [3],
  );
  assert.equal(first.facts?.paramNames.includes('units'), true);
  await queue(6);
  const isRow = ({ rows: changed }: StudyNews): boolean => changed.length > 0;
  await waitUntil('the new row', () => socket.news.slice(1).some(isRow));
  const second = socket.news.slice(1).find(isRow)!;
  assert.equal(second.isWhole, false);
  assert.deepEqual(
    second.rows.map(decodeRow).map(({ index, state }) => [index, state]),
    [[6, 'PENDING']],
  );
  assert.equal(second.facts, undefined);
  socket.destroy();
  await streaming;
  assert.equal(feed.listeners, 0);
});

test('a page that comes back with the id of its last event is told what it missed', async (t) => {
  const { feed, queue } = await openFeed(t);
  const { id } = feed.newsSince(null, null)!;
  await queue(6);
  await waitUntil(
    'the new row',
    () => feed.newsSince(feed.readVersion(id), null)?.text.includes(trialId(6)) === true,
  );
  const back = new Socket();
  void streamNews(back.asResponse(), feed, id, TIMES);
  assert.equal(back.news[0]?.isWhole, false);
  assert.deepEqual(
    back.news[0]?.rows.map(decodeRow).map(({ index }) => index),
    [6],
  );
  for (const foreign of ['ffffffff-3', `${id}9x`, 'nonsense', '', '-1']) {
    const other = new Socket();
    void streamNews(other.asResponse(), feed, foreign, TIMES);
    assert.equal(other.news[0]?.isWhole, true, foreign);
    other.destroy();
  }
  back.destroy();
});

test('a page that stops reading gets nothing more and is dropped', async (t) => {
  const { feed, queue } = await openFeed(t);
  const socket = new Socket(1);
  const streaming = streamNews(socket.asResponse(), feed, undefined, TIMES);
  for (let index = 6; index < 20; index++) await queue(index);
  await streaming;
  assert.ok(socket.destroyed);
  assert.equal(socket.written.length, 1);
  assert.equal(feed.listeners, 0);
});

test('a page that reads again in time is told all that came meanwhile, in one', async (t) => {
  const { feed, queue } = await openFeed(t);
  const socket = new Socket(1);
  void streamNews(socket.asResponse(), feed, undefined, { flushMs: 1, stalledMs: 30_000 });
  for (let index = 6; index < 20; index++) await queue(index);
  await waitUntil('the feed has read them', () => feed.view.open.size === 14);
  assert.equal(socket.written.length, 1);
  socket.room = Number.POSITIVE_INFINITY;
  socket.emit('drain');
  await waitUntil('the news', () => socket.news.length > 1);
  assert.deepEqual(
    socket.news.slice(1).map(({ rows }) => rows.length),
    [14],
  );
  socket.destroy();
});

test('a study that is not there is an error, not an empty page', async (t) => {
  const home = temporaryDirectory(t);
  const bus = openLocalBus(home, { pollMs: 5 });
  const feed = new StudyFeed(bus, 'nothing-0000');
  t.after(async () => {
    feed.close();
    await bus.close();
  });
  await assert.rejects(feed.ready(), { code: 'EVENT_LOG_CORRUPT' });
});
