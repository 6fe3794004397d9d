// The streams, buckets and consumers on the server: what each must look like, created by a coordinator, checked by all.
// One that exists with another configuration is refused with a diff and never changed: someone may rely on it.
import { SweepError } from '../../../errors.js';
import {
  BLOBS_BUCKET,
  BLOBS_SUBJECTS,
  bucketStream,
  bucketSubjects,
  consumerName,
  EVENTS_STREAM,
  EVENTS_SUBJECTS,
  REQUIREMENTS,
  RESULTS_BUCKET,
  STUDIES_BUCKET,
  TRIALS_STREAM,
  TRIALS_SUBJECTS,
  trialsOfRequirement,
  WORKERS_BUCKET,
} from '../../subjects.js';
import type { JetStream } from './jetstream.js';
import { JetStreamRefusal } from './refusal.js';

/** What the coordinator may choose; what it leaves out is created by default and accepted as it is found. */
export interface NatsStorageOptions {
  /** Copies of every stream in a cluster: 1, 3 or 5. */
  readonly replicas?: number;
  readonly storage?: 'file' | 'memory';
  /** Upper limits in bytes; a full stream makes writers wait (BUS_FULL), it never drops what it holds. */
  readonly maxBytes?: { readonly trials?: number; readonly events?: number; readonly blobs?: number };
  /** After this long without an extension a trial is delivered to someone else. */
  readonly ackWaitMs?: number;
}

type Setting = string | number | boolean | readonly string[];
/** Settings by the server's own names. */
type Settings = Readonly<Record<string, Setting>>;

interface Plan {
  readonly name: string;
  /** Must hold as they are. */
  readonly fixed: Settings;
  /** Used when it is created. */
  readonly defaults: Settings;
  /** Asked for by the caller: as binding as `fixed`. */
  readonly asked: Settings;
}

const NANOS_PER_MS = 1_000_000;
export const DEFAULT_ACK_WAIT_MS = 30_000;
/** De-duplication must outlive an outage in which an acknowledgement was lost. */
const DUPLICATE_WINDOW_MS = 120_000;
/** A worker that is gone for a day is not listed any more. */
export const WORKER_MEMORY_MS = 24 * 3_600_000;
/**
 * Pulls waiting at one consumer: every worker of a large fleet holds one. Servers set no bound of their own, and keep a few
 * hundred bytes for each that waits; they fix the number when the consumer is made, so that an older one keeps its smaller.
 */
const MAX_WAITING_PULLS = 65_536;

/** No message can be deleted one by one, and no header may wipe a subject or, with `all`, a whole stream. */
const GUARDED: Settings = { deny_delete: true, allow_rollup_hdrs: false };

function planStreams(options: NatsStorageOptions): Plan[] {
  const asked = (maxBytes: number | undefined): Settings => ({
    ...(options.replicas === undefined ? {} : { num_replicas: options.replicas }),
    ...(options.storage === undefined ? {} : { storage: options.storage }),
    ...(maxBytes === undefined ? {} : { max_bytes: maxBytes }),
  });
  const defaults: Settings = { num_replicas: 1, storage: 'file', max_bytes: -1 };
  const stream = (name: string, fixed: Settings, maxBytes?: number): Plan => ({
    name,
    fixed: { discard: 'new', ...GUARDED, ...fixed },
    defaults,
    asked: asked(maxBytes),
  });
  const bucket = (name: string, fixed: Settings = {}): Plan =>
    stream(bucketStream(name), {
      subjects: [bucketSubjects(name)],
      retention: 'limits',
      max_msgs_per_subject: 1,
      allow_direct: true,
      deny_purge: true,
      ...fixed,
    });
  const window = { duplicate_window: DUPLICATE_WINDOW_MS * NANOS_PER_MS };
  return [
    stream(
      TRIALS_STREAM,
      { subjects: [TRIALS_SUBJECTS], retention: 'workqueue', ...window },
      options.maxBytes?.trials,
    ),
    // One message a chunk: storing the same chunk again replaces it, which mends a damaged one.
    stream(
      BLOBS_BUCKET,
      { subjects: [BLOBS_SUBJECTS], retention: 'limits', allow_direct: true, max_msgs_per_subject: 1 },
      options.maxBytes?.blobs,
    ),
    bucket(STUDIES_BUCKET),
    bucket(WORKERS_BUCKET, { max_age: WORKER_MEMORY_MS * NANOS_PER_MS }),
    bucket(RESULTS_BUCKET),
    // The last, as others wait for it: nats-server 2.9 crashes when a message is asked for of a stream that is being made.
    stream(
      EVENTS_STREAM,
      { subjects: [EVENTS_SUBJECTS], retention: 'limits', allow_direct: true, ...window },
      options.maxBytes?.events,
    ),
  ];
}

/** `max_deliver` stays unlimited: past it a message would lie in the queue, undeliverable and unseen. */
function planConsumers(options: NatsStorageOptions): Plan[] {
  return REQUIREMENTS.map((requires) => ({
    name: consumerName(requires),
    fixed: {
      durable_name: consumerName(requires),
      filter_subject: trialsOfRequirement(requires),
      ack_policy: 'explicit',
      deliver_policy: 'all',
      max_deliver: -1,
      max_ack_pending: -1,
    },
    defaults: { ack_wait: DEFAULT_ACK_WAIT_MS * NANOS_PER_MS, max_waiting: MAX_WAITING_PULLS },
    asked: options.ackWaitMs === undefined ? {} : { ack_wait: options.ackWaitMs * NANOS_PER_MS },
  }));
}

/** Creates what is missing and checks what is there. Throws BUS_CONFIGURATION with every difference found. */
export async function ensureStreams(jetStream: JetStream, options: NatsStorageOptions): Promise<void> {
  const differences: string[] = [];
  for (const plan of planStreams(options)) {
    const wrap = (config: Settings) => ({ name: plan.name, ...config });
    const found = await findConfig(jetStream, `STREAM.INFO.${plan.name}`);
    const config = found ?? (await createFrom(jetStream, plan, `STREAM.CREATE.${plan.name}`, wrap));
    differences.push(...describeDifferences(plan, config));
  }
  for (const { plan, config } of await ensureConsumers(jetStream, options)) {
    differences.push(...describeDifferences(plan, config));
  }
  if (differences.length === 0) return;
  throw new SweepError(
    'BUS_CONFIGURATION',
    `the NATS server has streams with other settings:\n${differences.map((line) => `  ${line}`).join('\n')}`,
    { hint: 'start with the settings found, or remove the stream with the nats tool if nothing needs it' },
  );
}

/** Consumers of the work queue that a server keeps for all workers. */
export const CONSUMER_COUNT = REQUIREMENTS.length;

/** Creates those that are missing; what is there is not changed. */
export async function ensureConsumers(
  jetStream: JetStream,
  options: NatsStorageOptions,
): Promise<{ readonly plan: Plan; readonly config: Settings; readonly isNew: boolean }[]> {
  const ensured = [];
  for (const plan of planConsumers(options)) {
    const path = `${TRIALS_STREAM}.${plan.name}`;
    const wrap = (config: Settings) => ({ stream_name: TRIALS_STREAM, config });
    const found = await findConfig(jetStream, `CONSUMER.INFO.${path}`);
    const config = found ?? (await createFrom(jetStream, plan, `CONSUMER.DURABLE.CREATE.${path}`, wrap));
    ensured.push({ plan, config, isNew: found === null });
  }
  return ensured;
}

/** Waits until a coordinator has created the streams. Throws BUS_EMPTY when that takes longer than the limit. */
export async function awaitStreams(jetStream: JetStream, withinMs: number | null, signal?: AbortSignal) {
  const startedAtMs = performance.now();
  for (let announced = false; ; announced = true) {
    if ((await findConfig(jetStream, `STREAM.INFO.${EVENTS_STREAM}`)) !== null) return;
    const expired = withinMs !== null && performance.now() - startedAtMs >= withinMs;
    if (expired || signal?.aborted) {
      throw new SweepError('BUS_EMPTY', `the NATS server has no stream ${EVENTS_STREAM}`, {
        hint: 'no study was started there yet: "sweep start FILE --nats URL" creates it',
      });
    }
    if (!announced) jetStream.log.info('waiting for the first "sweep start" on this server');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function findConfig(jetStream: JetStream, call: string): Promise<Settings | null> {
  try {
    const info = await jetStream.api<{ config: Settings }>(
      call,
      undefined,
      `looking at ${call.split('.')[2]}`,
    );
    return info.config;
  } catch (thrown) {
    if (thrown instanceof JetStreamRefusal && (thrown.isMissingStream || thrown.isMissingConsumer))
      return null;
    throw thrown;
  }
}

/** What the server made of it, which need not be what it was asked: the caller compares. */
async function createFrom(
  jetStream: JetStream,
  plan: Plan,
  call: string,
  wrap: (config: Settings) => unknown,
): Promise<Settings> {
  const wanted = { ...plan.defaults, ...plan.fixed, ...plan.asked };
  const made = await jetStream.api<{ config: Settings }>(call, wrap(wanted), `creating ${plan.name}`);
  return made.config;
}

function describeDifferences(plan: Plan, found: Settings): string[] {
  return Object.entries({ ...plan.fixed, ...plan.asked }).flatMap(([setting, wanted]) => {
    // The server leaves out what is false or zero.
    const has = found[setting] ?? (typeof wanted === 'boolean' ? false : typeof wanted === 'number' ? 0 : '');
    if (JSON.stringify(has) === JSON.stringify(wanted)) return [];
    return [`${plan.name} ${setting}: wanted ${JSON.stringify(wanted)}, found ${JSON.stringify(has)}`];
  });
}
