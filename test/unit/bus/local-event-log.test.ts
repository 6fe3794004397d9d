import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, it, type TestContext } from 'node:test';
import type { Bus } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { formatRecord } from '../../../src/bus/local/event-record.js';
import type { LoggedEvent, UnreadableRecord } from '../../../src/study/events.js';
import { created, finished, queued, reported, studyRecord } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';

async function readAll(bus: Bus): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const logged of bus.events(STUDY)) events.push(logged);
  return events;
}

describe('event log on disk', () => {
  let home: string;
  let path: string;

  beforeEach(async (context) => {
    home = temporaryDirectory(context as TestContext);
    path = join(home, 'studies', STUDY, 'events.jsonl');
    const bus = openLocalBus(home);
    await bus.createStudy(studyRecord(STUDY));
    for (let index = 0; index < 5; index += 1) await bus.append(STUDY, finished(index, 0.2 + index / 100));
    await bus.close();
  });

  const opened = (context: { after(callback: () => Promise<void>): void }): Bus => {
    const bus = openLocalBus(home, { pollMs: 10 });
    context.after(() => bus.close());
    return bus;
  };
  const lines = (): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
  const indicesOf = (events: readonly LoggedEvent[]): number[] =>
    events.flatMap(({ event }) => ('index' in event ? [event.index] : []));
  const asideOf = (events: readonly LoggedEvent[]): UnreadableRecord[] =>
    events.flatMap(({ event }) => (event.type === 'log.unreadable' ? [event] : []));

  it('reads whole records past a torn one at any byte, and goes on after cutting it off', async () => {
    const whole = readFileSync(path);
    const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (const cut of [lastStart, lastStart + 1, lastStart + 20, whole.length - 2, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, cut));
      const bus = openLocalBus(home);
      assert.equal((await readAll(bus)).length, 4, `cut at ${cut}`);
      assert.equal(await bus.append(STUDY, finished(9, 0.1)), 5);
      assert.equal((await readAll(bus)).length, 5);
      await bus.close();
    }
  });

  it('begins anew where even the first record was torn', async (context) => {
    truncateSync(path, 10);
    const bus = opened(context);
    assert.deepEqual(await readAll(bus), []);
    assert.equal(await bus.append(STUDY, created()), 1);
    assert.equal((await readAll(bus)).length, 1);
  });

  it('sets aside a record with any bit flipped, naming its line, and reads the others', async (context) => {
    const bus = opened(context);
    const whole = readFileSync(path);
    const start = whole.indexOf(0x0a) + 1;
    const end = whole.indexOf(0x0a, start);
    for (let at = start; at < end; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = damaged[at]! ^ (1 << (at % 8));
      writeFileSync(path, damaged);
      const events = await readAll(bus);
      assert.equal(asideOf(events)[0]?.place, `${path}:2`, `byte ${at - start}`);
      // A flip that makes a newline splits the line: both halves are set aside.
      assert.deepEqual(indicesOf(events), [0, 2, 3, 4]);
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, place) => place + 1),
      );
    }
  });

  it('sets aside lines that are missing, doubled or exchanged, and reads the others', async (context) => {
    const bus = opened(context);
    const [a, b, c, d, e] = lines();
    for (const [order, indices, reason] of [
      [[a, c, d, e], [0, 2, 3, 4], /record 2 is missing/],
      [[a, b, b, c, d, e], [0, 1, 2, 3, 4], /record 2 a second time/],
      [[a, c, b, d, e], [0, 2, 3, 4], /record 2 is missing/],
      [[a, e], [0, 4], /records 2 to 4 are missing/],
      [[a, b, '', c, d, e], [0, 1, 2, 3, 4], /does not end in a checksum/],
      [[a, b, `${c}${d}`, e], [0, 1, 4], /checksum does not fit/],
    ] as const) {
      writeFileSync(path, `${order.join('\n')}\n`);
      const events = await readAll(bus);
      assert.deepEqual(indicesOf(events), indices);
      assert.match(asideOf(events)[0]?.reason ?? '', reason);
    }
  });

  it('names a later version and an unknown type; a number from nowhere hides nothing behind it', async (context) => {
    const bus = opened(context);
    const at = '2026-01-01T00:00:00.000Z';
    const forged = [
      formatRecord(6, at, JSON.stringify({ v: 2, type: 'trial.report' })),
      formatRecord(7, at, JSON.stringify({ v: 1, type: 'trial.metric2' })),
      formatRecord(8, at, JSON.stringify({ v: 1, ...queued(0), index: -1 })),
      formatRecord(9_007_199_254_740_000, at, JSON.stringify({ v: 1, ...queued(0) })),
      formatRecord(9, 'soon', JSON.stringify({ v: 1, ...queued(0) })),
    ];
    appendFileSync(path, forged.join(''));
    await bus.append(STUDY, finished(9, 0.1));
    const events = await readAll(bus);
    assert.deepEqual(indicesOf(events), [0, 1, 2, 3, 4, 9]);
    const reasons = asideOf(events).map(({ reason }) => reason);
    assert.match(reasons[0] ?? '', /version 2, this program reads version 1/);
    assert.match(reasons[1] ?? '', /type "trial.metric2" is not one/);
    assert.match(reasons[2] ?? '', /index/);
    assert.equal(reasons.length, 5);
  });

  it('takes the line ends and the mark of an editor for no damage', async (context) => {
    writeFileSync(path, `\ufeff${lines().join('\r\n')}\r\n`);
    const bus = opened(context);
    assert.equal(asideOf(await readAll(bus)).length, 0);
    await bus.append(STUDY, finished(9, 0.1));
    assert.deepEqual(indicesOf(await readAll(bus)), [0, 1, 2, 3, 4, 9]);
  });

  it('goes on behind a damaged last record, and behind what others write or cut meanwhile', async (context) => {
    const [a, b, c, d, e] = lines();
    writeFileSync(path, `${[a, b, c, d, e?.replace('0.24', '0.14')].join('\n')}\n`);
    const bus = opened(context);
    assert.equal(await bus.append(STUDY, finished(9, 0.1)), 6);
    assert.deepEqual(indicesOf(await readAll(bus)), [0, 1, 2, 3, 9]);
    appendFileSync(path, 'what is this');
    await bus.append(STUDY, finished(10, 0.1));
    assert.deepEqual(indicesOf(await readAll(bus)), [0, 1, 2, 3, 9, 10]);
    truncateSync(path, 100);
    await bus.append(STUDY, finished(11, 0.1));
    assert.deepEqual(indicesOf(await readAll(bus)), [11]);
    await bus.close();
    const next = opened(context);
    await next.append(STUDY, finished(12, 0.1));
    assert.deepEqual(indicesOf(await readAll(next)), [11, 12]);
  });

  it('says in words that the log is no file', async (context) => {
    rmSync(path);
    mkdirSync(path);
    await assert.rejects(readAll(opened(context)), { code: 'BUS_CONFIGURATION', path });
  });

  it('follows the log of another bus on the same directory', async (context) => {
    const writer = opened(context);
    const reader = opened(context);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { seq } of reader.events(STUDY, { follow: true, signal: stop.signal })) seen.push(seq);
    })();
    await waitUntil('what was there', () => seen.length === 5);
    await writer.append(STUDY, queued(7));
    await writer.append(STUDY, queued(8));
    await waitUntil('what came', () => seen.length === 7);
    stop.abort();
    await following;
  });

  it('waits for the rest of a record that is being written', async (context) => {
    const reader = opened(context);
    const stop = new AbortController();
    const whole = readFileSync(path);
    truncateSync(path, whole.length - 40);
    const seen: number[] = [];
    const following = (async () => {
      for await (const { seq } of reader.events(STUDY, { follow: true, signal: stop.signal })) seen.push(seq);
    })();
    await waitUntil('the whole records', () => seen.length === 4);
    appendFileSync(path, whole.subarray(whole.length - 40));
    await waitUntil('the last record', () => seen.length === 5);
    stop.abort();
    await following;
  });

  it('ends a follower whose study is removed', async (context) => {
    const bus = opened(context);
    const following = (async () => {
      for await (const _ of bus.events(STUDY, { follow: true }));
    })();
    await bus.append(STUDY, queued(7));
    await bus.removeStudy(STUDY);
    await following;
  });

  it('lets one bus write at a time, and the next one when it is closed', async (context) => {
    const first = opened(context);
    const second = opened(context);
    await first.append(STUDY, queued(7));
    await assert.rejects(second.append(STUDY, queued(8)), { code: 'STUDY_LOCKED' });
    await first.close();
    assert.equal(await second.append(STUDY, queued(8)), 7);
  });

  it('takes records of many kilobytes and records in great number', async (context) => {
    const bus = opened(context);
    const spec = { text: 'ä'.repeat(200_000) };
    await bus.append(STUDY, created({ spec }));
    await Promise.all(Array.from({ length: 3_000 }, (_, at) => bus.append(STUDY, reported(0, at + 1, 0.3))));
    const events = await readAll(bus);
    assert.equal(events.length, 3_006);
    assert.deepEqual(events[5]?.event, created({ spec }));
    await bus.close();
    assert.equal(await opened(context).append(STUDY, created({ spec })), 3_007);
  });

  it('does not know a study that was never created', async (context) => {
    await assert.rejects(opened(context).append('grid-0000', created()), { code: 'STUDY_NOT_FOUND' });
  });

  it('refuses to work after close', async () => {
    const bus = openLocalBus(home);
    await bus.close();
    await assert.rejects(bus.append(STUDY, created()), { code: 'INTERNAL' });
  });
});
