// Tells an event log that is silent from one that the server lost or cannot read: nothing that follows the last event read
// would ever come, and the server says no word of it. Also tells a message damaged on its way from one damaged in the store.
import { SweepError } from '../../../errors.js';
import { EVENTS_STREAM, eventsOfStudy, eventsOfStudyItself, fenceSubject } from '../../subjects.js';
import { askUntilAgreed } from '../jetstream/agreed.js';
import type { JetStream } from '../jetstream/jetstream.js';
import { isSameStored, type StoredMessage } from '../jetstream/stored-message.js';
import { looksLikeBatch } from './event-batch.js';
import { CHECKSUM_HEADER, checksumOf, isBatchSubject } from './event-record.js';

const HINT =
  'restore the store of the server from a backup, or start the study again: finished trials come from the result cache';

/** Of the last message of the filter, 0 without one: a log that ends too early misses events in silence. */
export function readLastSequence(jetStream: JetStream, filter: string): Promise<number> {
  return askUntilAgreed(
    async () => (await jetStream.readLast(EVENTS_STREAM, filter))?.sequence ?? 0,
    (one, other) => one === other,
  );
}

/** Throws EVENT_LOG_CORRUPT when what the filter matched up to `after` is gone, or what follows cannot be read. */
export async function assertLogReadable(
  jetStream: JetStream,
  { study, filter, after }: { readonly study: string; readonly filter: string; readonly after: number },
): Promise<void> {
  const last = await readLastSequence(jetStream, filter);
  if (last === after) return;
  if (last < after) {
    throw new SweepError(
      'EVENT_LOG_CORRUPT',
      `the event log of ${study} in ${EVENTS_STREAM} ends at message ${last}, but ${after} was read before: the NATS server lost a part of its store`,
      { path: `${EVENTS_STREAM}:${last}`, hint: HINT },
    );
  }
  // From the leader: a replica that lags has nothing to do with damage.
  const next = await jetStream.readFromLeader(EVENTS_STREAM, { seq: after + 1, next_by_subj: filter });
  if (next !== null) return;
  throw new SweepError(
    'EVENT_LOG_CORRUPT',
    `the NATS server cannot read the event log of ${study} in ${EVENTS_STREAM} behind message ${after}, though it ends at ${last}: its store is damaged`,
    { path: `${EVENTS_STREAM}:${after + 1}`, hint: HINT },
  );
}

/** The messages as they are stored: one that does not fit itself is asked for again, as its way may have damaged it. What the leader says twice is so stored. */
export function readWhole(
  jetStream: JetStream,
  study: string,
  messages: readonly StoredMessage[],
): Promise<readonly StoredMessage[]> | readonly StoredMessage[] {
  if (messages.every((message) => isWhole(message, study))) return messages;
  return Promise.all(
    messages.map((message) =>
      askUntilAgreed(
        async () => (await jetStream.readFromLeader(EVENTS_STREAM, { seq: message.sequence })) ?? message,
        isSameStored,
        { first: message, isSure: (one) => one.sequence === message.sequence && isWhole(one, study) },
      ),
    ),
  );
}

/** Content by its checksum, subject by the content that names its trial or is a batch: at a fraction of the cost of decoding it. */
function isWhole({ headers, data, subject }: StoredMessage, study: string): boolean {
  // The mark of a change of coordinator has no content.
  if (data.length === 0) return subject === fenceSubject(study);
  if (headers?.get(CHECKSUM_HEADER) !== checksumOf(data)) return false;
  if (subject === eventsOfStudyItself(study)) return true;
  if (isBatchSubject(study, subject)) return looksLikeBatch(data);
  const root = eventsOfStudy(study).slice(0, -1);
  if (!subject.startsWith(root)) return false;
  const [trial = ''] = subject.slice(root.length).split('.');
  return Buffer.from(data.buffer, data.byteOffset, data.length).includes(trial);
}
