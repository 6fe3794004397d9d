// The coordinator's lease: a key changed only by compare-and-set, renewed while the holder's process runs.
// Expiry needs no common clock: whoever wants the lease watches its revision for as long as the holder promised to renew
// it, by its own clock; a revision that does not move means that the holder is gone.
//
//   free ──create/replace──▶ held(epoch) ──renew──▶ held(epoch)
//                             │   └── unmoved for leaseMs, seen by another ──▶ held(epoch + 1) by the other
//                             └──release──▶ released(epoch) ──replace──▶ held(epoch + 1)
import { nuid } from 'nats';
import { z } from 'zod';
import { asSweepError, SweepError } from '../../../errors.js';
import type { StudyEvent } from '../../../study/events.js';
import type { Lease } from '../../bus.js';
import { leaseKey } from '../../subjects.js';
import type { BucketEntry, NatsBucket } from '../jetstream/bucket.js';
import type { NatsEvents } from './events.js';
import type { FencedWriter } from './fence.js';

const leaseRecordSchema = z.object({
  holder: z.string(),
  /** Tells two holders of the same name apart. */
  token: z.string(),
  epoch: z.number().int().min(1),
  leaseMs: z.number().int().min(1),
  released: z.boolean(),
});
type LeaseRecord = z.infer<typeof leaseRecordSchema>;

export const DEFAULT_LEASE_MS = 10_000;
/** Renewals within one lease: two may be lost. */
const RENEWALS = 3;
const LOOKS_PER_LEASE = 20;

export interface LeaseContext {
  readonly bucket: NatsBucket;
  readonly leaseMs: number;
  onLost(study: string): void;
  /** Where a holder writes, and marks its takeover. */
  readonly events: Pick<NatsEvents, 'append' | 'markTakeover'>;
}

/** The caller marks the log next (fence.ts). Throws STUDY_LOCKED naming the holder as soon as it shows life; a dead one's lease is taken after its term. */
export async function acquireNatsLease(
  context: LeaseContext,
  study: string,
  holder: string,
): Promise<NatsLease> {
  const { bucket, leaseMs } = context;
  const key = leaseKey(study);
  const found = await bucket.readAgreed(key);
  const current = found === null ? null : decodeLease(found, study);
  if (found !== null && current !== null && !current.released) await outlive(bucket, study, found, current);
  const record: LeaseRecord = {
    holder,
    token: nuid.next(),
    epoch: (current?.epoch ?? 0) + 1,
    leaseMs,
    released: false,
  };
  const data = encodeLease(record);
  let revision =
    found === null ? await bucket.create(key, data) : await bucket.replace(key, data, found.revision);
  if (revision === null) {
    // Someone was faster, or the answer to our own write was lost.
    const now = await bucket.readAgreed(key);
    const winner = now === null ? null : decodeLease(now, study);
    if (now === null || winner === null || winner.token !== record.token) {
      throw locked(study, winner?.holder ?? 'another coordinator');
    }
    revision = now.revision;
  }
  return new NatsLease(context, study, record, revision);
}

export class NatsLease implements Lease, FencedWriter {
  isOver = false;
  private renewing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;
  private checking: Promise<void> | null = null;
  private nextCheck: Promise<void> | null = null;

  constructor(
    private readonly context: LeaseContext,
    readonly study: string,
    private readonly record: LeaseRecord,
    private revision: number,
  ) {
    // A failed renewal is either a lost lease, which the next use reports, or a server that is away for a while.
    this.timer = setInterval(() => void this.renew().catch(() => {}), context.leaseMs / RENEWALS).unref();
  }

  get holder(): string {
    return this.record.holder;
  }

  get epoch(): number {
    return this.record.epoch;
  }

  append(event: StudyEvent): Promise<number> {
    return this.context.events.append(this.study, event, this);
  }

  renew(): Promise<void> {
    // One at a time: each needs the revision of the one before.
    this.renewing = this.renewing.catch(() => {}).then(() => this.replace(this.record));
    return this.renewing;
  }

  async release(): Promise<void> {
    if (this.isOver) return;
    clearInterval(this.timer);
    await this.renewing.catch(() => {});
    try {
      await this.replace({ ...this.record, released: true });
    } catch (thrown) {
      // Taken over meanwhile: nothing is left to give back.
      if (asSweepError(thrown).code !== 'LEASE_LOST') throw thrown;
    }
    this.isOver = true;
  }

  /** Stops renewing without giving it back, as if the process had died. */
  abandon(): void {
    clearInterval(this.timer);
    this.isOver = true;
  }

  /** Throws LEASE_LOST when it is known to be. */
  assertHeld(): void {
    if (this.isOver) throw lost(this.study, this.record);
  }

  /** Throws LEASE_LOST unless the lease was still ours at a moment after this call. Calls share a look at the key. */
  confirm(): Promise<void> {
    this.assertHeld();
    if (this.checking === null) return this.startCheck();
    // The look under way may have begun before this call: share the one that follows it.
    this.nextCheck ??= this.checking
      .catch(() => {})
      .then(() => {
        this.nextCheck = null;
        return this.startCheck();
      });
    return this.nextCheck;
  }

  private startCheck(): Promise<void> {
    this.checking = this.check().finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  private async check(): Promise<void> {
    this.assertHeld();
    if (!(await this.isOurs())) this.giveUp();
  }

  /** One look that finds our token is enough; that it is lost must be said twice: an answer may be damaged on its way. */
  private async isOurs(): Promise<boolean> {
    const entry = await this.context.bucket.read(leaseKey(this.study));
    if (entry !== null && parseLease(entry)?.token === this.record.token) return true;
    return (await this.lookTwice()) !== null;
  }

  /** null: it is not ours any more. */
  private async lookTwice(): Promise<BucketEntry | null> {
    const entry = await this.context.bucket.readAgreed(leaseKey(this.study));
    return entry !== null && decodeLease(entry, this.study).token === this.record.token ? entry : null;
  }

  private async replace(record: LeaseRecord): Promise<void> {
    this.assertHeld();
    const key = leaseKey(this.study);
    const data = encodeLease(record);
    let revision = await this.context.bucket.replace(key, data, this.revision);
    // Our own write may have arrived without its answer: then the key still carries our token.
    while (revision === null) {
      const entry = await this.lookTwice();
      if (entry === null) this.giveUp();
      else revision = await this.context.bucket.replace(key, data, entry.revision);
    }
    this.revision = revision;
  }

  private giveUp(): never {
    if (!this.isOver) this.context.onLost(this.study);
    this.abandon();
    throw lost(this.study, this.record);
  }
}

/** null when nobody holds it. `nowMs` and the stamps of the bucket are both the server's, so that no other clock matters. */
export async function readNatsLeaseHolder(
  bucket: NatsBucket,
  study: string,
  nowMs: number,
): Promise<string | null> {
  const entry = await bucket.read(leaseKey(study));
  const record = entry === null ? null : decodeLease(entry, study);
  if (entry === null || record === null || record.released) return null;
  return nowMs - entry.storedAtMs > record.leaseMs ? null : record.holder;
}

/** Returns when the lease stood still for its whole term. Throws STUDY_LOCKED when it moved. */
async function outlive(
  bucket: NatsBucket,
  study: string,
  seen: BucketEntry,
  record: LeaseRecord,
): Promise<void> {
  const deadlineMs = performance.now() + record.leaseMs;
  while (performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, record.leaseMs / LOOKS_PER_LEASE));
    const entry = await bucket.readAgreed(leaseKey(study));
    if (entry?.revision === seen.revision) continue;
    const next = entry === null ? null : decodeLease(entry, study);
    if (next?.released) {
      throw new SweepError('STUDY_LOCKED', `study ${study} was just given back by ${record.holder}`, {
        hint: 'try again',
      });
    }
    throw locked(study, next?.holder ?? record.holder);
  }
}

function encodeLease(record: LeaseRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** null: it is no lease. */
function parseLease({ value }: BucketEntry): LeaseRecord | null {
  try {
    return leaseRecordSchema.parse(JSON.parse(Buffer.from(value).toString('utf8')));
  } catch {
    return null;
  }
}

function decodeLease(entry: BucketEntry, study: string): LeaseRecord {
  const record = parseLease(entry);
  if (record !== null) return record;
  throw new SweepError('MESSAGE_MALFORMED', `the lease of study ${study} cannot be read`, {
    hint: `was it written by another program? remove the key ${entry.key} by hand if no coordinator runs`,
  });
}

function locked(study: string, holder: string): SweepError {
  return new SweepError('STUDY_LOCKED', `study ${study} is run by ${holder}`, {
    hint: 'stop that coordinator first, or watch it with "sweep status"',
  });
}

function lost(study: string, { holder, epoch }: LeaseRecord): SweepError {
  return new SweepError('LEASE_LOST', `${holder} no longer holds study ${study} (lease ${epoch})`, {
    hint: 'another coordinator took over; nothing more is written from here',
  });
}
