import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Bus, ControlMessage } from '../../../src/bus/bus.js';
import { openLocalBus } from '../../../src/bus/local/bus.js';
import { acquireLock, readHolder } from '../../../src/bus/local/lock.js';
import { createLogger } from '../../../src/log.js';
import { result, studyRecord, trialAt, workerInfo } from '../../support/fixtures/study-events.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';
import { waitUntil } from '../../support/processes/wait-until.js';

const STUDY = 'grid-7f3a';
const HOLD_LEASE = fileURLToPath(new URL('../../support/processes/hold-lease.js', import.meta.url));

type After = { after(callback: () => Promise<void> | void): void };

function openBus(test: After, home: string, lines: string[] = []): Bus {
  const logger = createLogger(
    (line) => lines.push(line),
    'warn',
    () => new Date(),
  );
  const bus = openLocalBus(home, { pollMs: 10, logger });
  test.after(() => bus.close());
  return bus;
}

describe('local lease between processes', () => {
  it('refuses while the holder lives, naming its pid, and goes over at once when it is killed', async (test) => {
    const home = temporaryDirectory(test);
    const bus = openBus(test, home);
    await bus.createStudy(studyRecord(STUDY));
    const child = spawn(process.execPath, [HOLD_LEASE, home, STUDY], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    test.after(() => child.kill('SIGKILL'));
    const [epoch] = (await once(child.stdout, 'data')) as [Buffer];
    const named = { code: 'STUDY_LOCKED', message: new RegExp(`process ${child.pid} on `) };
    await assert.rejects(bus.acquireLease(STUDY, 'coordinator-b'), named);
    await assert.rejects(bus.append(STUDY, { type: 'study.opened', coordinator: 'b' }), named);
    await assert.rejects(bus.removeStudy(STUDY), named);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lease = await bus.acquireLease(STUDY, 'coordinator-b');
    assert.equal(lease.epoch, Number(epoch.toString()) + 1);
    assert.equal(await lease.append({ type: 'study.opened', coordinator: 'b' }), 2);
  });
});

describe('local lease in a race', () => {
  it('goes to one of several processes that start at once', async (test) => {
    const home = temporaryDirectory(test);
    await openBus(test, home).createStudy(studyRecord(STUDY));
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, [HOLD_LEASE, home, STUDY], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        test.after(() => child.kill('SIGKILL'));
        let refusal = '';
        child.stderr.on('data', (chunk: Buffer) => {
          refusal += chunk.toString();
        });
        const got = once(child.stdout, 'data').then(() => 'holds');
        return Promise.race([got, once(child, 'close').then(() => refusal)]);
      }),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'holds').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome.includes('STUDY_LOCKED')).length, 3);
  });
});

describe('acquireLock', () => {
  const write = (directory: string, epoch: number, fields: object): void => {
    mkdirSync(directory, { recursive: true });
    const holder = {
      holder: 'other',
      pid: process.pid,
      host: hostname(),
      processStart: null,
      since: '',
      released: false,
    };
    writeFileSync(join(directory, String(epoch)), JSON.stringify({ ...holder, ...fields }));
  };

  it('takes over from a process whose pid now belongs to another one', (test) => {
    const directory = join(temporaryDirectory(test), 'lock');
    write(directory, 4, { processStart: 'boot:1' });
    const attempt = acquireLock(directory, 'me');
    assert.ok(attempt.type === 'acquired' && attempt.lock.epoch === 5);
    assert.deepEqual(readdirSync(directory), ['5']);
  });

  it('leaves the lock of another host alone: its processes cannot be seen from here', (test) => {
    const directory = join(temporaryDirectory(test), 'lock');
    write(directory, 1, { host: 'elsewhere.example', pid: 1 });
    const attempt = acquireLock(directory, 'me');
    assert.ok(attempt.type === 'refused' && attempt.by.host === 'elsewhere.example');
  });

  it('takes over a file that a power cut left empty', (test) => {
    const directory = join(temporaryDirectory(test), 'lock');
    mkdirSync(directory);
    writeFileSync(join(directory, '7'), '');
    const attempt = acquireLock(directory, 'me');
    assert.ok(attempt.type === 'acquired' && attempt.lock.epoch === 8);
  });

  it('is lost as soon as a higher number exists, before and after the lower one is removed', (test) => {
    const directory = join(temporaryDirectory(test), 'lock');
    const attempt = acquireLock(directory, 'me');
    assert.ok(attempt.type === 'acquired');
    assert.equal(attempt.lock.isHeld(), true);
    write(directory, 2, {});
    assert.equal(attempt.lock.isHeld(), false);
    attempt.lock.release();
    assert.equal(readHolder(directory)?.holder, 'other');
  });
});

describe('local blobs', () => {
  it('refuses a blob whose bytes changed on disk', async (test) => {
    const home = temporaryDirectory(test);
    const bus = openBus(test, home);
    const digest = await bus.putBlob(Buffer.from('a checkpoint'));
    const path = join(home, 'blobs', digest.slice(0, 2), digest);
    chmodSync(path, 0o644);
    for (const bytes of ['a chEckpoint', 'a check', '']) {
      writeFileSync(path, bytes);
      await assert.rejects(bus.getBlob(digest), { code: 'BLOB_CORRUPT', path });
    }
  });

  it('leaves no temporary file behind', async (test) => {
    const home = temporaryDirectory(test);
    const bus = openBus(test, home);
    await bus.createStudy(studyRecord(STUDY));
    await bus.acquireLease(STUDY, 'a');
    await bus.putBlob(Buffer.from('x'));
    await bus.heartbeat(workerInfo('w1'));
    await bus.writeCachedResult(trialAt(1), { result: result(0.2), worker: 'w1' });
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
    assert.deepEqual(
      files.filter((file) => file.includes('.tmp')),
      [],
    );
  });
});

describe('local result cache', () => {
  it('treats a damaged entry as absent, reports it, and takes a new one', async (test) => {
    const home = temporaryDirectory(test);
    const lines: string[] = [];
    const bus = openBus(test, home, lines);
    const key = `${trialAt(1)}-0a1b2c3d`;
    const cached = { result: result(0.27), worker: 'w1' };
    await bus.writeCachedResult(key, cached);
    const path = join(home, 'results', key.slice(0, 2), `${key}.json`);
    const whole = readFileSync(path, 'utf8');
    for (const damaged of [whole.replace('0.27', '0.17'), whole.slice(0, 50), '', 'null\n']) {
      writeFileSync(path, damaged);
      lines.length = 0;
      assert.equal(await bus.readCachedResult(key), null);
      assert.equal(lines.length, 1);
    }
    await bus.writeCachedResult(key, cached);
    assert.deepEqual(await bus.readCachedResult(key), cached);
  });

  it('does not take the entry of another key for its own', async (test) => {
    const home = temporaryDirectory(test);
    const bus = openBus(test, home);
    const [key, other] = [`${trialAt(1)}-0a1b2c3d`, `${trialAt(1)}-ffffffff`];
    await bus.writeCachedResult(key, { result: result(0.27), worker: 'w1' });
    const directory = join(home, 'results', key.slice(0, 2));
    writeFileSync(join(directory, `${other}.json`), readFileSync(join(directory, `${key}.json`)));
    assert.equal(await bus.readCachedResult(other), null);
  });
});

describe('local control and heartbeats between buses', () => {
  it('reaches listeners of another bus on the same directory, once, and not those who come later', async (test) => {
    const home = temporaryDirectory(test);
    const [sender, listener] = [openBus(test, home), openBus(test, home)];
    const heard: ControlMessage[] = [];
    listener.onControl((message) => heard.push(message));
    await sender.sendControl({ type: 'cancel', study: STUDY });
    await sender.sendControl({ type: 'cancel', study: 'grid-0001' });
    await waitUntil('both messages', () => heard.length >= 2);
    assert.deepEqual(
      heard.map((message) => message.type === 'cancel' && message.study),
      [STUDY, 'grid-0001'],
    );
    const late: ControlMessage[] = [];
    const lateBus = openBus(test, home);
    lateBus.onControl((message) => late.push(message));
    await sender.sendControl({ type: 'cancel', study: 'grid-0002' });
    await waitUntil('the third message', () => late.length > 0 && heard.length === 3);
    assert.equal(late.length, 1);
  });

  it('sets aside what is not a control message, and goes on', async (test) => {
    const home = temporaryDirectory(test);
    const lines: string[] = [];
    const listener = openBus(test, home, lines);
    const heard: ControlMessage[] = [];
    listener.onControl((message) => heard.push(message));
    mkdirSync(join(home, 'control'), { recursive: true });
    writeFileSync(join(home, 'control', `${Date.now()}-1-1.json`), '{"v":1,"type":"explode"}');
    await waitUntil('the report', () => lines.length === 1);
    await openBus(test, home).sendControl({ type: 'cancel', study: STUDY });
    await waitUntil('the next message', () => heard.length === 1);
  });

  it('lists the workers of another bus, and reports a heartbeat that cannot be read', async (test) => {
    const home = temporaryDirectory(test);
    const lines: string[] = [];
    await openBus(test, home).heartbeat(workerInfo('w1'));
    writeFileSync(join(home, 'workers', 'w2.json'), '{');
    const workers = await openBus(test, home, lines).workers();
    assert.deepEqual(
      workers.map(({ worker }) => worker),
      ['w1'],
    );
    assert.equal(lines.length, 1);
  });
});

describe('local studies', () => {
  it('lists a record that cannot be read with its damage, and says so', async (test) => {
    const home = temporaryDirectory(test);
    const lines: string[] = [];
    const bus = openBus(test, home, lines);
    await bus.createStudy(studyRecord(STUDY));
    await bus.createStudy(studyRecord('grid-0001'));
    writeFileSync(join(home, 'studies', STUDY, 'study.json'), '{"v":1');
    assert.deepEqual(
      new Map((await bus.listStudies()).map(({ study, damage }) => [study, damage !== undefined])),
      new Map([
        [STUDY, true],
        ['grid-0001', false],
      ]),
    );
    assert.equal(lines.length, 1);
    await assert.rejects(bus.readStudy(STUDY), { code: 'EVENT_LOG_CORRUPT' });
  });

  it('lists by time of creation', async (test) => {
    const bus = openBus(test, temporaryDirectory(test));
    await bus.createStudy(studyRecord('a-0001', { createdAt: '2026-01-02T00:00:00.000Z' }));
    await bus.createStudy(studyRecord('b-0001', { createdAt: '2026-01-01T00:00:00.000Z' }));
    assert.deepEqual(
      (await bus.listStudies()).map(({ study }) => study),
      ['b-0001', 'a-0001'],
    );
  });

  it('says what to do when the home cannot be written', async (test) => {
    const home = join(temporaryDirectory(test), 'home');
    writeFileSync(home, 'a file where a directory should be');
    await assert.rejects(openBus(test, home).createStudy(studyRecord(STUDY)), {
      code: 'BUS_CONFIGURATION',
      hint: /--home/,
    });
  });
});
