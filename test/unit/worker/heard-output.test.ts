// What is kept of a program's lines for whoever asks why it failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeardOutput } from '../../../worker/runners/command/heard-output.js';
import { LineReader } from '../../../worker/runners/command/output.js';

test('a line of metrics that is too long to be one is told as that', () => {
  const heard = new HeardOutput(undefined);
  const found: string[] = [];
  const reader = new LineReader((lines) => {
    for (const { line } of heard.inMetrics(lines)) found.push(line);
  });
  reader.push(Buffer.from(`{"loss": 1, "${'x'.repeat(100_000)}": 2}\n{"loss": 3}\n`));
  assert.deepEqual(found, ['{"loss": 3}']);
  assert.match(heard.tail.text ?? '', /longer than 65536 characters was cut there: it tells of no metrics/);
});

test('a progress bar that is drawn over itself without end hides no metrics', () => {
  const heard = new HeardOutput(undefined);
  const found: string[] = [];
  const reader = new LineReader((lines) => {
    for (const { line } of heard.inOutput(lines, true)) found.push(line);
  });
  for (let step = 0; step < 2_000; step += 1) reader.push(Buffer.from(`\r${step} of 2000 ${'#'.repeat(60)}`));
  reader.push(Buffer.from(' ::sweep {"loss": 3}\n'));
  assert.equal(found.length, 1);
  assert.match(found[0] ?? '', /1999 of 2000 #+ ::sweep \{"loss": 3\}$/);
});

test('a long line whose end comes in halves is told as too long', () => {
  const heard = new HeardOutput(undefined);
  const reader = new LineReader((lines) => void heard.inMetrics(lines));
  reader.push(Buffer.from(`${'x'.repeat(70_000)}\r`));
  reader.push(Buffer.from('\n'));
  assert.match(heard.tail.text ?? '', /longer than 65536 characters was cut there/);
});

test('of a progress bar that is drawn over itself what was drawn last is heard by the pattern, and kept', () => {
  const heard = new HeardOutput('epoch (?<epoch>\\d+) loss=(?<loss>\\S+)');
  const bar = (epoch: number): string =>
    Array.from({ length: 101 }, (_, step) => `\r${step}% epoch ${epoch} loss=${epoch}.${101 - step}`).join(
      '',
    );
  const lines = [bar(1), `${bar(2)}\rdone`, bar(3)];
  assert.deepEqual(
    heard.inOutput(lines, true).map(({ found, line }) => [found.epoch, found.metrics, line]),
    [
      [1, { loss: 1.1 }, '100% epoch 1 loss=1.1'],
      [2, { loss: 2.1 }, '100% epoch 2 loss=2.1'],
      [3, { loss: 3.1 }, '100% epoch 3 loss=3.1'],
    ],
  );
  assert.equal(heard.tail.text, '100% epoch 1 loss=1.1\ndone\n100% epoch 3 loss=3.1');
});

test('each mark of a line that is drawn over itself is heard', () => {
  const heard = new HeardOutput(undefined).inOutput(
    ['10%\r::sweep {"loss": 2}\r50% ::sweep {"loss": 1}'],
    true,
  );
  assert.deepEqual(
    heard.map(({ found }) => found.metrics.loss),
    [2, 1],
  );
});

test('a pattern of optional parts finds nothing in what was wiped out, and goes on to what was drawn before', () => {
  for (const wiped of ['\r', '\r   \r', '\rdone']) {
    const [heard] = new HeardOutput('(?:loss=(?<loss>[\\d.]*))?').inOutput(
      [`loss=2\rloss=1${wiped}`, ''],
      true,
    );
    assert.deepEqual(heard?.found.metrics, { loss: 1 }, JSON.stringify(wiped));
  }
});

test('a metric is not lost to an epoch alone that is drawn after it', () => {
  const cases = [
    [
      'epoch (?<epoch>\\d+)(?:.*val=(?<val>\\S+))?',
      'epoch 1: 100%| val=0.5\repoch 2:   0%|',
      { val: 0.5 },
      1,
    ],
    ['loss=(?<loss>\\S+)|epoch=(?<epoch>\\d+)', 'loss=0.25\repoch=2', { loss: 0.25 }, null],
    ['epoch=(?<epoch>\\d+)', 'epoch=1\repoch=2', {}, 2],
  ] as const;
  for (const [pattern, line, metrics, epoch] of cases) {
    const [heard] = new HeardOutput(pattern).inOutput([line], true);
    assert.deepEqual([heard?.found.metrics, heard?.found.epoch], [metrics, epoch], line);
  }
});
