// The one home of names on the bus: streams, buckets, subjects, keys, message ids, and the directories of the local bus.
// Every part of a name passes checkToken first: a space, `*`, `>`, `..` or CR LF in a name would be a command to someone.
import { SweepError } from '../errors.js';
import { isDigest, isToken } from '../schema/wire.js';
import type { StudyEvent } from '../study/events.js';
import { type Requirement, requirementSchema } from '../study/trial/trial.js';
import type { BlobOwner, ControlMessage } from './bus.js';

export const TRIALS_STREAM = 'SWEEP_TRIALS';
export const EVENTS_STREAM = 'SWEEP_EVENTS';
/** Study records (`record.<study>`) and coordinator leases (`lease.<study>`). */
export const STUDIES_BUCKET = 'SWEEP_STUDIES';
export const WORKERS_BUCKET = 'SWEEP_WORKERS';
/** Results of finished trials across studies, by result key. */
export const RESULTS_BUCKET = 'SWEEP_RESULTS';
export const BLOBS_BUCKET = 'SWEEP_BLOBS';

export const REQUIREMENTS: readonly Requirement[] = requirementSchema.options;

export const TRIALS_SUBJECTS = 'sweep.trials.>';
export const EVENTS_SUBJECTS = 'sweep.events.>';
export const CONTROL_SUBJECTS = 'sweep.control.>';
export const BLOBS_SUBJECTS = 'sweep.blobs.>';

/** By which an account without streams asks the one that has them (deploy/nats/roles.conf). */
const MAPPED_API = 'sweep.api.';
/** Stands where a trial id would, for events of the study itself; trial ids are hex and never spell it. */
const STUDY_LEVEL = 'study';
/** Stands where a trial id would, for the marks that a change of coordinator leaves in the log. */
const FENCE_LEVEL = 'fence';
/** Stands where a trial id would, for events of several trials in one message. */
const BATCH_LEVEL = 'batch';

/** Returns `text` when it may be part of a name. Throws USAGE; nothing was sent or written. */
export function checkToken(kind: string, text: string): string {
  if (isToken(text)) return text;
  throw new SweepError('USAGE', `${kind} ${quote(text)} cannot be used as a name`, {
    hint: 'use 1 to 64 letters, digits, "_" or "-"',
  });
}

/** Returns `digest` when it is a SHA-256 in lower-case hex. Throws USAGE. */
export function checkDigest(digest: string): string {
  if (isDigest(digest)) return digest;
  throw new SweepError('USAGE', `${quote(digest)} is not the digest of a blob`, {
    hint: 'a digest is 64 lower-case hex digits',
  });
}

function quote(text: unknown): string {
  return JSON.stringify(String(text).slice(0, 80));
}

/** Where a trial waits: one subject per requirement, study and trial. */
export function trialSubject(requires: Requirement, study: string, trial: string): string {
  return `sweep.trials.${checkToken('requirement', requires)}.${checkToken('study', study)}.${checkToken('trial', trial)}`;
}

/** The way back from trialSubject; null for a subject that it never builds. */
export function parseTrialSubject(
  subject: string,
): { readonly study: string; readonly trial: string } | null {
  const [root, room, , study, trial, ...rest] = subject.split('.');
  if (root !== 'sweep' || room !== 'trials' || rest.length > 0 || !isToken(study) || !isToken(trial))
    return null;
  return { study, trial };
}

/** What the consumer of one requirement filters for. */
export function trialsOfRequirement(requires: Requirement): string {
  return `sweep.trials.${checkToken('requirement', requires)}.>`;
}

/** All waiting trials of a study, whatever they require: to count and to remove them. */
export function trialsOfStudy(study: string): string {
  return `sweep.trials.*.${checkToken('study', study)}.>`;
}

/** One trial, whatever it requires. */
export function trialOfStudy(study: string, trial: string): string {
  return `sweep.trials.*.${checkToken('study', study)}.${checkToken('trial', trial)}`;
}

/** Durable pull consumer of one requirement. */
export function consumerName(requires: Requirement): string {
  return `workers-${checkToken('requirement', requires)}`;
}

/** Identity of one delivery in the stream's de-duplication. */
export function trialMessageId(study: string, trial: string, attempt: number): string {
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    throw new SweepError('USAGE', `attempt ${attempt} of trial ${quote(trial)} is not a whole number ≥ 1`);
  }
  return `${checkToken('study', study)}:${checkToken('trial', trial)}:${attempt}`;
}

/** Subject of an event: the trial it is about, or `study`. */
export function eventSubject(study: string, event: StudyEvent): string {
  const about = 'trial' in event ? event.trial : STUDY_LEVEL;
  return `sweep.events.${checkToken('study', study)}.${checkToken('trial', about)}`;
}

/**
 * Subject of an event that a worker signs: one name longer, by the public key. Only on these may workers of a secured
 * server write (deploy/nats), on the shorter ones only coordinators.
 */
export function signedEventSubject(study: string, event: StudyEvent, author: string): string {
  return signedSubject(eventSubject(study, event), author);
}

/** `subject` as one of eventSubject or eventBatchSubject. */
export function signedSubject(subject: string, author: string): string {
  return `${subject}.${checkToken('author', author)}`;
}

/** Subject of several events of trials in one message. */
export function eventBatchSubject(study: string): string {
  return `sweep.events.${checkToken('study', study)}.${BATCH_LEVEL}`;
}

/** What workers of a secured server signed: not on eventBatchSubject. */
export function signedEventBatches(study: string): string {
  return `${eventBatchSubject(study)}.*`;
}

/** The public key in a subject of signedSubject; null for other subjects. */
export function parseEventAuthor(subject: string): string | null {
  const [, , , , author, ...rest] = subject.split('.');
  return rest.length === 0 && isToken(author) ? author : null;
}

export function eventsOfStudy(study: string): string {
  return `sweep.events.${checkToken('study', study)}.>`;
}

/** Everything about one trial. */
export function eventsOfTrial(study: string, trial: string): string {
  return `sweep.events.${checkToken('study', study)}.${checkToken('trial', trial)}`;
}

/** What workers of a secured server signed about one trial: not among eventsOfTrial. */
export function signedEventsOfTrial(study: string, trial: string): string {
  return `${eventsOfTrial(study, trial)}.*`;
}

/** Everything about the study itself. */
export function eventsOfStudyItself(study: string): string {
  return `sweep.events.${checkToken('study', study)}.${STUDY_LEVEL}`;
}

/** Where a new holder of a study's lease marks the log: what an earlier holder writes after the mark is void. */
export function fenceSubject(study: string): string {
  return `sweep.events.${checkToken('study', study)}.${FENCE_LEVEL}`;
}

export function controlSubject(message: ControlMessage): string {
  return message.type === 'quarantine'
    ? `sweep.control.worker.${checkToken('worker', message.worker)}`
    : `sweep.control.study.${checkToken('study', message.study)}`;
}

export function recordKey(study: string): string {
  return `record.${checkToken('study', study)}`;
}

/** The study whose record a key of the studies bucket holds; null for other keys. */
export function parseRecordKey(key: string): string | null {
  const [kind, study, ...rest] = key.split('.');
  return kind === 'record' && rest.length === 0 && isToken(study) ? study : null;
}

export function leaseKey(study: string): string {
  return `lease.${checkToken('study', study)}`;
}

export function workerKey(worker: string): string {
  return checkToken('worker', worker);
}

/** The stream behind a key-value bucket, by the convention of NATS: its tools find it. */
export function bucketStream(bucket: string): string {
  return `KV_${checkToken('bucket', bucket)}`;
}

export function bucketSubjects(bucket: string): string {
  return `$KV.${checkToken('bucket', bucket)}.>`;
}

/** `key` is one that a function of this file built. */
export function bucketSubject(bucket: string, key: string): string {
  for (const token of key.split('.')) checkToken('key', token);
  return `$KV.${checkToken('bucket', bucket)}.${key}`;
}

/** Chunk `index` of a blob, from 0. */
export function blobChunkSubject(digest: string, index: number, owner?: BlobOwner): string {
  return `${blobPlace(digest, owner)}.${index}`;
}

/** What tells that a blob is whole, and its size: written last. */
export function blobHeadSubject(digest: string, owner?: BlobOwner): string {
  return `${blobPlace(digest, owner)}.head`;
}

export function blobSubjects(digest: string, owner?: BlobOwner): string {
  return `${blobPlace(digest, owner)}.>`;
}

/** `sweep.blobs.<digest>`, or `sweep.blobs.of.<study>.<trial>.<digest>`: no digest spells `of`. */
function blobPlace(digest: string, owner: BlobOwner | undefined): string {
  const root = owner === undefined ? 'sweep.blobs' : blobRootOf(owner);
  return `${root}.${checkDigest(digest)}`;
}

function blobRootOf({ study, trial }: BlobOwner): string {
  return `sweep.blobs.of.${checkToken('study', study)}.${checkToken('trial', trial)}`;
}

/** All blobs that a trial owns. */
export function blobsOfTrial(owner: BlobOwner): string {
  return `${blobRootOf(owner)}.>`;
}

/** All blobs that trials of a study own. */
export function blobsOfStudy(study: string): string {
  return `sweep.blobs.of.${checkToken('study', study)}.>`;
}

/** The owner of a blob's part; null for a blob that all may use. */
export function parseBlobOwner(subject: string): BlobOwner | null {
  const [, , level, study, trial] = subject.split('.');
  return level === 'of' && isToken(study) && isToken(trial) ? { study, trial } : null;
}

/** Written to be stamped by the server: see server-clock in nats-workers. Worker ids have no dot. */
export function clockKey(role: string): string {
  return `clock.${checkToken('role', role)}`;
}

/** Where a coordinator names its public key; like clock keys, no worker's. */
export function signerKey(publicKey: string): string {
  return `signer.${checkToken('public key', publicKey)}`;
}

/** Whether a key in the workers' bucket is a worker's: neither a clock nor a signer. */
export function isWorkerKey(key: string): boolean {
  return !key.startsWith('clock.') && !key.startsWith('signer.');
}

/** What we published to, of a subject that the server names by its account's mapping. */
export function unmapApiSubject(subject: string): string {
  return subject.startsWith(MAPPED_API) ? `$JS.API.${subject.slice(MAPPED_API.length)}` : subject;
}
