// A message of a stream as the server gives it, by its API (JSON, base64) or by the direct API (as a message of its own).
import { headers as createHeaders, type Msg, type MsgHdrs } from 'nats';
import { SweepError } from '../../../errors.js';

export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
  /** ISO 8601 by the server's clock, nanoseconds: compared with other times of the server alone. */
  readonly storedAt: string;
}

/** As two answers tell of it; null: there is none. */
export function isSameStored(one: StoredMessage | null, other: StoredMessage | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.sequence === other.sequence &&
    one.subject === other.subject &&
    Buffer.from(one.data).equals(other.data) &&
    String(one.headers) === String(other.headers)
  );
}

/** What the server answers in place of what was asked. */
export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

export interface RawStored {
  readonly error?: ApiError;
  readonly message?: {
    readonly subject: string;
    readonly seq: number;
    readonly hdrs?: string;
    readonly data?: string;
    readonly time: string;
  };
}

export function decodeStored(message: NonNullable<RawStored['message']>): StoredMessage {
  if (!Number.isSafeInteger(message.seq)) throw new Error('a message without its sequence');
  if (typeof message.subject !== 'string') throw new Error('a message without its subject');
  return {
    subject: message.subject,
    sequence: message.seq,
    headers:
      message.hdrs === undefined ? undefined : parseHeaders(Buffer.from(message.hdrs, 'base64').toString()),
    data: Buffer.from(message.data ?? '', 'base64'),
    storedAt: message.time,
  };
}

function parseHeaders(text: string): MsgHdrs {
  const head = createHeaders();
  for (const line of text.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) head.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return head;
}

export function decodeDirect(reply: Msg, stream: string): StoredMessage | null {
  const head = reply.headers;
  const code = head?.code ?? 0;
  if (code === 404) return null;
  if (code !== 0) {
    throw new SweepError(
      'BUS_UNREACHABLE',
      `NATS: ${code} ${head?.description ?? ''} while reading from ${stream}`,
    );
  }
  const sequence = Number(head?.get('Nats-Sequence'));
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw new Error('a message without its sequence');
  const subject = head?.get('Nats-Subject') ?? '';
  if (subject === '') throw new Error('a message without its subject');
  return {
    subject,
    sequence,
    headers: head,
    data: reply.data,
    storedAt: head?.get('Nats-Time-Stamp') ?? '',
  };
}
