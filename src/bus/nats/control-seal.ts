// Proves to workers of a secured server that a control message is a coordinator's: workers share an account, where one of
// them could let the server speak on any subject. The sender signs; its public key stands in the workers' bucket under a
// name that only coordinators may write (deploy/nats).
import { headers, type MsgHdrs } from 'nats';
import { AUTHOR_HEADER, EventAuthor, SIGNATURE_HEADER, SignatureCheck } from '../event-author.js';
import { signerKey } from '../subjects.js';
import type { NatsBucket } from './jetstream/bucket.js';

/** Grows with each message of one sender, so that an old one is not taken for a new one. */
const ORDER_HEADER = 'Sweep-Order';
const EMPTY = new Uint8Array(0);
/** The bucket forgets after a day. */
const ANNOUNCE_EVERY_MS = 3_600_000;

/** A coordinator's side. */
export class ControlSealer {
  private readonly author = new EventAuthor();
  private announcedAtMs = Number.NEGATIVE_INFINITY;
  private order = Date.now();

  constructor(private readonly bucket: NatsBucket) {}

  /** The headers of a message. */
  async seal(subject: string, data: Uint8Array): Promise<MsgHdrs> {
    await this.announce();
    this.order += 1;
    const head = headers();
    head.set(AUTHOR_HEADER, this.author.publicKey);
    head.set(ORDER_HEADER, String(this.order));
    head.set(SIGNATURE_HEADER, this.author.sign(orderedSubject(subject, this.order), data));
    return head;
  }

  private async announce(): Promise<void> {
    if (performance.now() - this.announcedAtMs < ANNOUNCE_EVERY_MS) return;
    const startedAtMs = performance.now();
    await this.bucket.put(signerKey(this.author.publicKey), EMPTY);
    this.announcedAtMs = startedAtMs;
  }
}

/** A worker's side. */
export class ControlSeals {
  private readonly signatures = new SignatureCheck();
  /** Coordinators that were looked up, with the number of the last message. */
  private readonly known = new Map<string, number>();

  constructor(private readonly bucket: NatsBucket) {}

  /** Why the message is not to be obeyed; null: a coordinator sent it. Calls follow each other. */
  async findFault(subject: string, data: Uint8Array, head: MsgHdrs | undefined): Promise<string | null> {
    const author = head?.get(AUTHOR_HEADER) ?? '';
    const order = Number(head?.get(ORDER_HEADER));
    const signature = head?.get(SIGNATURE_HEADER) ?? '';
    if (author === '' || !Number.isSafeInteger(order)) return 'it is not signed';
    if (!this.signatures.isGenuine(author, orderedSubject(subject, order), data, signature))
      return 'its signature does not verify';
    const last = this.known.get(author) ?? (await this.lookUp(author));
    if (last === null) return 'who signed it is no coordinator';
    if (order <= last) return 'it is older than one that came before';
    this.known.set(author, order);
    return null;
  }

  private async lookUp(author: string): Promise<number | null> {
    return (await this.bucket.read(signerKey(author))) === null ? null : 0;
  }
}

function orderedSubject(subject: string, order: number): string {
  return `${subject} ${order}`;
}
