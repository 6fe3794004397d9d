// TensorFlow's record files: each record with its length and the masked CRC-32C of both. Pure.

const POLYNOMIAL = 0x82f63b78;
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** Castagnoli's. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** So that a record of records does not look like one. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

export function encodeRecords(records: Iterable<Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const record of records) {
    const head = Buffer.alloc(12);
    head.writeBigUInt64LE(BigInt(record.length));
    head.writeUInt32LE(maskedCrc(head.subarray(0, 8)), 8);
    const foot = Buffer.alloc(4);
    foot.writeUInt32LE(maskedCrc(record));
    parts.push(head, record, foot);
  }
  return Buffer.concat(parts);
}
