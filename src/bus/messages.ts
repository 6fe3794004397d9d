// What crosses the bus, as bytes: JSON objects with a format version `v`, checked by schema on the way out and in.
// What does not fit is MESSAGE_MALFORMED, to be set aside and counted by the reader. Formats only grow: a field is added
// as optional; `v` rises only when an old reader could not do without it. The golden file of each version keeps decoding.
import type { z } from 'zod';
import { SweepError, type WireError } from '../errors.js';
import { type StudyEvent, studyEventSchema } from '../study/events.js';
import {
  type CachedResult,
  type ControlMessage,
  cachedResultSchema,
  controlMessageSchema,
  type StudyRecord,
  studyRecordSchema,
  type TrialMessage,
  trialMessageSchema,
  type WorkerInfo,
  workerInfoSchema,
} from './message-schemas.js';

export const MESSAGE_VERSION = 1;

/** Below the 1 MiB that a NATS server takes by default, headers included. */
export const MAX_MESSAGE_BYTES = 1_000_000;

/** A failure must be told even when its message is huge. */
const MAX_ERROR_TEXT = 4_000;
const MAX_OTHER_ERRORS = 20;

export interface Codec<T> {
  /** Throws MESSAGE_MALFORMED for a value outside the schema: it is refused before anything is sent. */
  encode(value: T): Uint8Array;
  /** Throws MESSAGE_MALFORMED for anything that `encode` of this version or an older one does not write. */
  decode(bytes: Uint8Array): T;
  /** The same on a JSON value, for what stands inside a larger record. */
  toJson(value: T): unknown;
  fromJson(json: unknown): T;
}

export const trialMessageCodec: Codec<TrialMessage> = createCodec('trial message', trialMessageSchema);
export const studyEventCodec: Codec<StudyEvent> = createCodec('event', studyEventSchema, clipEvent);
export const controlMessageCodec: Codec<ControlMessage> = createCodec(
  'control message',
  controlMessageSchema,
);
export const workerInfoCodec: Codec<WorkerInfo> = createCodec('worker info', workerInfoSchema);
export const studyRecordCodec: Codec<StudyRecord> = createCodec('study record', studyRecordSchema);
export const cachedResultCodec: Codec<CachedResult> = createCodec('cached result', cachedResultSchema);

/** The fields of a message that a later version wrote, unchecked; null for any other. It is not damaged, only not for us. */
export function readLaterVersion(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  if (bytes.length > MAX_MESSAGE_BYTES) return null;
  try {
    const fields = objectOf('message', parseJson('message', bytes));
    return typeof fields.v === 'number' && fields.v > MESSAGE_VERSION ? fields : null;
  } catch {
    // No message at all.
    return null;
  }
}

/** The fields of a message of the format version `v`, unchecked. Throws MESSAGE_MALFORMED for any other. */
export function objectOfVersion(
  kind: string,
  bytes: Uint8Array,
  v: number,
): Readonly<Record<string, unknown>> {
  if (bytes.length > MAX_MESSAGE_BYTES) throw tooLarge(kind, bytes.length);
  const fields = objectOf(kind, parseJson(kind, bytes));
  if (fields.v === v) return fields;
  throw malformed(kind, `its format version is ${JSON.stringify(fields.v)}, this program reads ${v}`, 'v');
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function createCodec<T extends object>(
  kind: string,
  schema: z.ZodType<T>,
  prepare: (value: T) => T = (value) => value,
): Codec<T> {
  const check = (json: unknown): T => {
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw malformed(kind, `${issue?.message ?? 'it does not fit'}`, issue?.path.map(String).join('.'));
  };
  const codec: Codec<T> = {
    toJson: (value) => ({ v: MESSAGE_VERSION, ...check(prepare(value)) }),
    fromJson(json) {
      const { v, ...rest } = objectOf(kind, json);
      if (v === MESSAGE_VERSION) return check(rest);
      throw malformed(
        kind,
        `its format version is ${JSON.stringify(v)}, this program reads ${MESSAGE_VERSION}`,
        'v',
      );
    },
    encode(value) {
      const bytes = encoder.encode(JSON.stringify(codec.toJson(value)));
      if (bytes.length > MAX_MESSAGE_BYTES) throw tooLarge(kind, bytes.length);
      return bytes;
    },
    decode(bytes) {
      if (bytes.length > MAX_MESSAGE_BYTES) throw tooLarge(kind, bytes.length);
      return codec.fromJson(parseJson(kind, bytes));
    },
  };
  return codec;
}

function parseJson(kind: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw malformed(kind, `it is not JSON in UTF-8 (${bytes.length} bytes)`, undefined, cause);
  }
}

function objectOf(kind: string, json: unknown): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw malformed(kind, 'it is not a JSON object');
}

function malformed(kind: string, what: string, path?: string, cause?: unknown): SweepError {
  return new SweepError('MESSAGE_MALFORMED', `a ${kind} cannot be used: ${what}`, {
    path: path === '' ? undefined : path,
    hint: 'was it written by another version, or by another program? it is set aside',
    cause,
  });
}

function tooLarge(kind: string, sizeBytes: number): SweepError {
  return malformed(kind, `it has ${sizeBytes} bytes, at most ${MAX_MESSAGE_BYTES} are allowed`);
}

function clipEvent(event: StudyEvent): StudyEvent {
  if (event.type !== 'trial.failed') return event;
  return { ...event, error: clipError(event.error) };
}

function clipError(error: WireError): WireError {
  const { message, path, hint, output, others } = error;
  return {
    ...error,
    message: clipText(message),
    ...(path === undefined ? {} : { path: clipText(path) }),
    ...(hint === undefined ? {} : { hint: clipText(hint) }),
    ...(output === undefined ? {} : { output: output.slice(-MAX_ERROR_TEXT) }),
    ...(others === undefined ? {} : { others: others.slice(0, MAX_OTHER_ERRORS).map(clipOther) }),
  };
}

/** One level of further errors is told, not a tree. */
function clipOther({ others: _, ...error }: WireError): WireError {
  return clipError(error);
}

function clipText(text: string): string {
  return text.length <= MAX_ERROR_TEXT ? text : `${text.slice(0, MAX_ERROR_TEXT - 1)}…`;
}
