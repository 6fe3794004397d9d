// The work queue on JetStream: publishing, counting and removing trials, and what a holder may do with a delivery.
// An acknowledgement proves nothing about ownership (a stale one counts): results are fenced by (trial, attempt).
import type { Msg } from 'nats';
import type { Delivery, PullOptions, TrialMessage } from '../../bus.js';
import { readLaterVersion, trialMessageCodec } from '../../messages.js';
import {
  parseTrialSubject,
  TRIALS_STREAM,
  trialMessageId,
  trialOfStudy,
  trialSubject,
  trialsOfStudy,
} from '../../subjects.js';
import { translateNatsError } from '../connection/nats-errors.js';
import type { JetStream } from '../jetstream/jetstream.js';
import { listSubjects } from '../jetstream/subject-list.js';
import type { SetAside } from '../set-aside.js';
import type { TrialPuller } from './puller.js';

const NANOS_PER_MS = 1_000_000;
const NOTHING = 'nothing';
/** A trial that this version cannot read is left to others for this long. */
const LATER_VERSION_DELAY_MS = 15_000;
/** What cannot be read may have been damaged on its way: it is asked for once more. */
const READ_AGAIN_DELAY_MS = 500;

export class NatsTrials {
  /** Revision of a study's record: tells a study from an earlier one of the same name. */
  private readonly incarnations = new Map<string, Promise<number>>();

  constructor(
    private readonly jetStream: JetStream,
    private readonly puller: TrialPuller,
    private readonly setAside: SetAside,
    private readonly readIncarnation: (study: string) => Promise<number>,
  ) {}

  async publish(message: TrialMessage): Promise<void> {
    const { study, trial, attempt, requires } = message;
    const data = trialMessageCodec.encode(message);
    const subject = trialSubject(requires, study, trial);
    const id = trialMessageId(study, trial, attempt);
    // De-duplication outlives a purge: without the incarnation, a study that was removed and started again within two
    // minutes would lose its trials.
    const messageId = `${id}:${await this.incarnationOf(study)}`;
    await this.jetStream.publish(subject, data, { stream: TRIALS_STREAM, messageId });
  }

  async pull(options: PullOptions): Promise<Delivery | null> {
    const startedAtMs = performance.now();
    for (;;) {
      const expiresMs = options.expiresMs - (performance.now() - startedAtMs);
      if (expiresMs <= 0) return null;
      const message = await this.puller.pull({ ...options, expiresMs });
      if (message === null) return null;
      const isFirst = deliveryCount(message.reply ?? '') === 1;
      const isLater = isOfLaterVersion(message);
      const decoded = this.decode(message, isFirst && !isLater);
      if (decoded !== NOTHING) return new NatsDelivery(this.jetStream, message, decoded);
      // Workers of that version may be among the nodes.
      if (isLater) message.respond(nakWord(LATER_VERSION_DELAY_MS));
      else if (isFirst) message.respond(nakWord(READ_AGAIN_DELAY_MS));
      // Bare: 2.9 takes "+TERM reason" for something else and delivers again.
      else message.respond('+TERM');
    }
  }

  async listPending(study: string, trial?: string): Promise<ReadonlySet<string>> {
    const trials = new Set<string>();
    const action = `listing the trials of ${study}`;
    const filter = trial === undefined ? trialsOfStudy(study) : trialOfStudy(study, trial);
    for await (const [subject] of listSubjects(this.jetStream, TRIALS_STREAM, filter, action))
      trials.add(subject.slice(subject.lastIndexOf('.') + 1));
    return trials;
  }

  async clear(study: string): Promise<void> {
    const body = { filter: trialsOfStudy(study) };
    await this.jetStream.api(`STREAM.PURGE.${TRIALS_STREAM}`, body, `removing the trials of ${study}`);
  }

  async removeStudy(study: string): Promise<void> {
    this.incarnations.delete(study);
    await this.clear(study);
  }

  /** A study of this name begins. */
  forgetIncarnation(study: string): void {
    this.incarnations.delete(study);
  }

  private incarnationOf(study: string): Promise<number> {
    let incarnation = this.incarnations.get(study);
    if (incarnation === undefined) {
      incarnation = this.readIncarnation(study);
      this.incarnations.set(study, incarnation);
      incarnation.catch(() => this.incarnations.delete(study));
    }
    return incarnation;
  }

  private decode(message: Msg, comesAgain: boolean): TrialMessage | typeof NOTHING {
    try {
      const decoded = trialMessageCodec.decode(message.data);
      const subject = trialSubject(decoded.requires, decoded.study, decoded.trial);
      if (subject !== message.subject) throw new Error('it came on the subject of another');
      return decoded;
    } catch (thrown) {
      if (comesAgain) return NOTHING;
      this.setAside.count(
        'trial',
        message.subject,
        thrown instanceof Error ? thrown.message : String(thrown),
      );
      return NOTHING;
    }
  }
}

class NatsDelivery implements Delivery {
  readonly redelivered: boolean;
  private readonly replySubject: string;

  constructor(
    private readonly jetStream: JetStream,
    private readonly source: Msg,
    readonly message: TrialMessage,
  ) {
    this.replySubject = source.reply ?? '';
    this.redelivered = deliveryCount(this.replySubject) !== 1;
  }

  /** Not confirmed by the server: one that is lost costs another delivery, which finds the trial's end in the log. */
  async ack(): Promise<void> {
    try {
      this.source.respond('+ACK');
    } catch (thrown) {
      throw translateNatsError(thrown, `acknowledging trial ${this.message.trial}`);
    }
  }

  nak(delayMs: number): Promise<void> {
    return this.answer(nakWord(delayMs), 'giving back');
  }

  term(): Promise<void> {
    return this.answer('+TERM', 'terminating');
  }

  extend(): void {
    this.source.respond('+WPI');
  }

  private answer(word: string, doing: string): Promise<void> {
    return this.jetStream.confirm(
      TRIALS_STREAM,
      this.replySubject,
      word,
      `${doing} trial ${this.message.trial}`,
    );
  }
}

/** A trial on its own subject, in a format that this version cannot read. */
function isOfLaterVersion({ data, subject }: Msg): boolean {
  const fields = readLaterVersion(data);
  const named = parseTrialSubject(subject);
  return fields !== null && named !== null && named.study === fields.study && named.trial === fields.trial;
}

function nakWord(delayMs: number): string {
  const delay = Math.round(delayMs * NANOS_PER_MS);
  return delay > 0 ? `-NAK ${JSON.stringify({ delay })}` : '-NAK';
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>.…`, with domain and account before the stream in newer servers; 0: unknown. */
function deliveryCount(reply: string): number {
  const tokens = reply.split('.');
  const count = Number(tokens[tokens.length >= 11 ? 6 : 4]);
  return Number.isSafeInteger(count) ? count : 0;
}
