// TensorFlow's record files: the checksums that its reader looks at, and where lengths and records stand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c, encodeRecords, maskedCrc } from '../../../src/report/exports/record-file.js';

test('Castagnoli’s checksum of the known texts', () => {
  // RFC 3720, B.4, and the check value of the catalogue of parametrised CRC algorithms.
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
});

test('a record has its length, its bytes and a masked checksum of both', () => {
  const bytes = Buffer.from(encodeRecords([Buffer.from('abc'), Buffer.alloc(0)]));
  assert.equal(bytes.length, 2 * 16 + 3);
  assert.equal(bytes.readBigUInt64LE(0), 3n);
  assert.equal(bytes.readUInt32LE(8), maskedCrc(bytes.subarray(0, 8)));
  assert.equal(bytes.toString('latin1', 12, 15), 'abc');
  assert.equal(bytes.readUInt32LE(15), maskedCrc(Buffer.from('abc')));
  assert.equal(bytes.readBigUInt64LE(19), 0n);
});
