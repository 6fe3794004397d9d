// An event file of TensorBoard: records of TFRecord (uint64 length, its masked CRC-32C, bytes, their masked CRC-32C; all little
// endian), each one message `Event` of tensorboard/compat/proto/event.proto, encoded by protobufjs.
import protobuf from 'protobufjs';

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ type, id, rule: 'repeated' as const });

/** Field numbers as published: event, summary, tensor, plugins/hparams/{plugin_data,api}, google/protobuf/struct. */
const SCHEMA = {
  Event: {
    fields: {
      wallTime: one('double', 1),
      step: one('int64', 2),
      fileVersion: one('string', 3),
      summary: one('Summary', 5),
    },
  },
  Summary: { fields: { value: many('SummaryValue', 1) } },
  SummaryValue: {
    fields: { tag: one('string', 1), tensor: one('Tensor', 8), metadata: one('Metadata', 9) },
  },
  Metadata: { fields: { plugin: one('Plugin', 1), dataClass: one('int32', 4) } },
  Plugin: { fields: { name: one('string', 1), content: one('bytes', 2) } },
  Tensor: { fields: { dtype: one('int32', 1), shape: one('Shape', 2), floats: many('float', 5) } },
  Shape: { fields: { dim: many('Size', 2) } },
  Size: { fields: { size: one('int64', 1) } },
  HParams: {
    fields: {
      version: one('int32', 1),
      experiment: one('Experiment', 2),
      start: one('SessionStart', 3),
      end: one('SessionEnd', 4),
    },
  },
  Experiment: {
    fields: {
      description: one('string', 1),
      hparams: many('HParam', 4),
      metrics: many('Metric', 5),
      name: one('string', 6),
    },
  },
  HParam: { fields: { name: one('string', 1), type: one('int32', 4) } },
  Metric: { fields: { name: one('MetricName', 1), displayName: one('string', 3) } },
  MetricName: { fields: { group: one('string', 1), tag: one('string', 2) } },
  SessionStart: {
    fields: {
      hparams: { keyType: 'string', type: 'Value', id: 1 },
      groupName: one('string', 4),
      startSeconds: one('double', 5),
    },
  },
  SessionEnd: { fields: { status: one('int32', 1), endSeconds: one('double', 2) } },
  Value: {
    fields: { number: one('double', 2), string: one('string', 3), bool: one('bool', 4) },
    oneofs: { kind: { oneof: ['number', 'string', 'bool'] } },
  },
};

const FLOAT = 1;
const SCALAR = 1;
const TENSOR = 2;
const NOTHING = { dtype: FLOAT, shape: { dim: [{ size: 1 }] }, floats: [0] };

/** What an event says, besides when and at which step. */
export type Said =
  | { readonly scalar: string; readonly value: number }
  | { readonly hparams: 'experiment' | 'session_start_info' | 'session_end_info'; readonly content: object };

export interface TensorboardEvent {
  readonly atSeconds: number;
  readonly step: number;
  readonly said: Said;
}

export function encodeEventFile(events: readonly TensorboardEvent[]): Uint8Array {
  const root = protobuf.Root.fromJSON({ nested: SCHEMA });
  const encode = (type: string, message: object) => {
    const Message = root.lookupType(type);
    return Message.encode(Message.fromObject(message)).finish();
  };
  const describe = (said: Said): object => {
    if ('scalar' in said)
      return {
        tag: said.scalar,
        tensor: { dtype: FLOAT, shape: {}, floats: [said.value] },
        metadata: { plugin: { name: 'scalars' }, dataClass: SCALAR },
      };
    const content = encode('HParams', said.content);
    return {
      tag: `_hparams_/${said.hparams}`,
      tensor: NOTHING,
      metadata: { plugin: { name: 'hparams', content }, dataClass: TENSOR },
    };
  };
  const version = { wallTime: events[0]?.atSeconds ?? 0, fileVersion: 'brain.Event:2' };
  return Buffer.concat([
    ...recordOf(encode('Event', version)),
    ...events.flatMap(({ atSeconds, step, said }) =>
      recordOf(encode('Event', { wallTime: atSeconds, step, summary: { value: [describe(said)] } })),
    ),
  ]);
}

function recordOf(bytes: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return [length, maskedCrc(length), bytes, maskedCrc(bytes)];
}

/** Castagnoli's polynomial, bits reversed. */
const CRC_32C = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  return crc;
});

function maskedCrc(bytes: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_32C[(crc ^ byte) & 0xff] ?? 0);
  crc = ~crc >>> 0;
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
  return masked;
}
