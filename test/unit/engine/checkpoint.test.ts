// Checkpoint bytes: decode(encode(x)) = x, and anything else than what was written is refused.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import type { NamedTensor } from '../../../src/engine/engine.js';
import {
  type Checkpoint,
  decodeCheckpoint,
  digestWeights,
  encodeCheckpoint,
} from '../../../src/engine/training/checkpoint.js';
import { SweepError } from '../../../src/errors.js';
import { randomValues } from '../../support/fakes/array-samples.js';

const tensor = (name: string, shape: number[], seed: number): NamedTensor => ({
  name,
  shape,
  values: randomValues(
    shape.reduce((product, size) => product * size, 1),
    seed,
  ),
});

const checkpoint: Checkpoint = {
  config: 'c0ffee',
  epoch: 3,
  durationMs: 1_234.5,
  best: { epoch: 2, objective: 0.25, interval: [0.2, 0.3], metrics: { validationMae: 0.25, trainLoss: 0.2 } },
  weights: [tensor('0.gru/kernel', [3, 15], 1), tensor('0.gru/bias', [15], 2)],
  optimizer: [tensor('meanSquare/0.gru/kernel', [3, 15], 3)],
  bestWeights: [tensor('0.gru/kernel', [3, 15], 4), tensor('0.gru/bias', [15], 5)],
};
const HEADER_LENGTH_AT = 8;
const HEADER_AT = 12;
const DIGEST_BYTES = 32;

function assertCorrupt(bytes: Uint8Array, what: string, config?: string): void {
  assert.throws(
    () => decodeCheckpoint(bytes, config),
    (error) => error instanceof SweepError && error.code === 'CHECKPOINT_CORRUPT' && !error.retryable,
    what,
  );
}

/** The bytes with another header or payload and a checksum that fits: what only a different writer produces. */
function rewrite(change: (header: Record<string, unknown>) => string, payload?: (all: Buffer) => Buffer) {
  const bytes = Buffer.from(encodeCheckpoint(checkpoint));
  const size = bytes.readUInt32LE(HEADER_LENGTH_AT);
  const header = Buffer.from(change(JSON.parse(bytes.subarray(HEADER_AT, HEADER_AT + size).toString())));
  const values = bytes.subarray(HEADER_AT + size, bytes.length - DIGEST_BYTES);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const parts = [bytes.subarray(0, HEADER_LENGTH_AT), length, header, payload ? payload(values) : values];
  return sealed(Buffer.concat(parts));
}

function sealed(body: Buffer): Buffer {
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

describe('a checkpoint', () => {
  it('comes back as it was written', () => {
    assert.deepEqual(decodeCheckpoint(encodeCheckpoint(checkpoint)), checkpoint);
    assert.deepEqual(decodeCheckpoint(encodeCheckpoint(checkpoint), 'c0ffee'), checkpoint);
    const first = { ...checkpoint, best: null, optimizer: [], bestWeights: [] };
    assert.deepEqual(decodeCheckpoint(encodeCheckpoint(first)), first);
  });

  it('keeps every bit of its values', () => {
    const values = Float32Array.of(0, -0, 1e-45, 3.4e38, Math.fround(Math.PI), -1);
    const odd = { ...checkpoint, weights: [{ name: 'w', shape: [6], values }] };
    const [back] = decodeCheckpoint(encodeCheckpoint(odd)).weights;
    assert.deepEqual(
      new Uint32Array((back as NamedTensor).values.slice().buffer),
      new Uint32Array(values.buffer),
    );
  });

  it('is read from within a larger buffer, and its values are copies', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const larger = new Uint8Array(bytes.length + 20).fill(7);
    larger.set(bytes, 3);
    const decoded = decodeCheckpoint(larger.subarray(3, 3 + bytes.length));
    larger.fill(0);
    assert.deepEqual(decoded, checkpoint);
  });

  it('is refused when cut short anywhere', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++)
      assertCorrupt(bytes.subarray(0, length), `${length} bytes`);
  });

  it('is refused when a bit of any byte flips', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      assertCorrupt(flipped, `byte ${at}`);
    }
  });

  it('is refused when bytes follow it', () => {
    assertCorrupt(Buffer.concat([encodeCheckpoint(checkpoint), Buffer.of(0)]), 'one byte more');
  });

  it('of a later version is refused, although its checksum fits', () => {
    decodeCheckpoint(rewrite((header) => JSON.stringify(header)));
    assertCorrupt(
      rewrite((header) => JSON.stringify({ ...header, version: 2 })),
      'version 2',
    );
    assertCorrupt(
      rewrite((header) => JSON.stringify({ ...header, added: 1 })),
      'a field more',
    );
  });

  it('with a header that does not fit its bytes is refused, although its checksum fits', () => {
    assertCorrupt(
      rewrite(() => '{'),
      'not JSON',
    );
    assertCorrupt(
      rewrite(() => 'null'),
      'no object',
    );
    assertCorrupt(
      rewrite((header) => JSON.stringify({ ...header, epoch: -1 })),
      'negative epoch',
    );
    const whole = (header: Record<string, unknown>) => JSON.stringify(header);
    assertCorrupt(
      rewrite(whole, (values) => values.subarray(4)),
      'a value less',
    );
    assertCorrupt(
      rewrite(whole, (values) => Buffer.concat([values, Buffer.alloc(4)])),
      'a value more',
    );
    const body = Buffer.from(encodeCheckpoint(checkpoint)).subarray(0, -DIGEST_BYTES);
    const long = Buffer.from(body);
    long.writeUInt32LE(0xffff_ffff, HEADER_LENGTH_AT);
    assertCorrupt(sealed(long), 'a header longer than all bytes');
  });

  it('of another trial is refused', () => {
    assertCorrupt(encodeCheckpoint(checkpoint), 'another config', 'decaf');
  });
});

it('the digest of weights depends on every value and on their order', () => {
  const { weights } = checkpoint;
  const [kernel, bias] = weights as [NamedTensor, NamedTensor];
  const digest = digestWeights(weights);
  assert.match(digest, /^sha256:[0-9a-f]{64}$/);
  assert.equal(digestWeights(weights.map((t) => ({ ...t, values: t.values.slice() }))), digest);
  assert.notEqual(digestWeights([bias, kernel]), digest);
  const changed = { ...kernel, values: kernel.values.map((value, i) => (i === 7 ? value + 1e-6 : value)) };
  assert.notEqual(digestWeights([changed, bias]), digest);
});
