// The bytes of a checkpoint (resumable state) and of a model (weights of the objective's epoch). Owns their format:
//   magic "SWEEPCK\n" | u32 header bytes | header JSON | float32 payload, little-endian | SHA-256 of all before it
// Read by any engine: weights and optimiser slots are in Keras layout. A truncated, flipped or later file is refused.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SweepError } from '../../errors.js';
import { INTERVAL_REASONS } from '../../statistics/interval-reason.js';
import { type OutputErrors, outputErrorsSchema } from '../../study/trial/output-errors.js';
import type { NamedTensor } from '../engine.js';
import type { PatienceState } from './early-stopping.js';
import type { PlateauState } from './learning-rate.js';

const MAGIC = Buffer.from('SWEEPCK\n', 'latin1');
const FORMAT_VERSION = 1;
const DIGEST_BYTES = 32;
const LENGTH_BYTES = 4;

const tensorSchema = z.strictObject({ name: z.string(), shape: z.array(z.int().nonnegative()) });
const bestSchema = z.strictObject({
  epoch: z.int().nonnegative(),
  objective: z.number(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Absent with an interval, and in older checkpoints. */
  intervalReason: z.enum(INTERVAL_REASONS).exactOptional(),
  metrics: z.record(z.string(), z.number()),
  /** The errors of the objective by block (block-errors.ts). Absent in older checkpoints, and where it is no mean over samples. */
  errors: z
    .strictObject({ samples: z.int().positive(), overlap: z.int().positive(), blocks: z.string() })
    .exactOptional(),
  /** Of several steps, quantiles or classes. */
  outputs: outputErrorsSchema.exactOptional(),
});
const plateauSchema = z.strictObject({
  learningRate: z.number(),
  best: z.number().nullable(),
  wait: z.int().nonnegative(),
  cooldown: z.int().nonnegative(),
});
const patienceSchema = z.strictObject({ best: z.number().nullable(), wait: z.int().nonnegative() });
const inFlightSchema = z.strictObject({
  step: z.int().positive(),
  lossSum: z.number(),
  durationMs: z.number(),
  weightsDigest: z.string(),
});
const headerSchema = z.strictObject({
  version: z.literal(FORMAT_VERSION),
  /** Fits the checkpoint to its trial: content hash of its config. */
  config: z.string(),
  epoch: z.int().nonnegative(),
  durationMs: z.number(),
  best: bestSchema.nullable(),
  /** Absent unless the training has such a schedule, or stops early. */
  plateau: plateauSchema.optional(),
  patience: patienceSchema.optional(),
  /** Absent at the end of an epoch. */
  inFlight: inFlightSchema.optional(),
  /** Of the state that a training ended in: a longer one of the same line goes on from it. */
  line: z.string().optional(),
  /** Absent while every epoch was computed by an engine that gives the same bits on every machine. */
  bitExact: z.literal(false).optional(),
  groups: z.record(z.enum(['weights', 'optimizer', 'best']), z.array(tensorSchema)),
});

export type BestEpoch = Omit<z.infer<typeof bestSchema>, 'outputs'> & { readonly outputs?: OutputErrors };

/** How far the epoch after the last finished one had come. */
export interface EpochInFlight {
  /** Training steps done, at least one. */
  readonly step: number;
  /** The sum of the losses of those steps, added in their order; a smaller last batch counts by its share of a whole one. */
  readonly lossSum: number;
  readonly durationMs: number;
}

export interface Checkpoint {
  /** Content hash of the trial's config: a checkpoint of another trial is refused. */
  readonly config: string;
  /** Epochs done. */
  readonly epoch: number;
  readonly durationMs: number;
  readonly best: BestEpoch | null;
  /** The state of a reduceOnPlateau schedule; null or absent: the training has none. */
  readonly plateau?: PlateauState | null;
  /** The state of early stopping; null or absent: the training has none. */
  readonly patience?: PatienceState | null;
  /** Taken within an epoch, with the digest of the weights after the one before; null or absent: at an epoch's end. */
  readonly inFlight?: (EpochInFlight & { readonly weightsDigest: string }) | null;
  /** false: an engine that rounds by machine computed some of its epochs; absent: none did. */
  readonly bitExact?: boolean;
  /** The line of trainings (final-state.ts) any of which goes on from it; absent: its own trial alone. */
  readonly line?: string;
  readonly weights: readonly NamedTensor[];
  /** Empty in a model. */
  readonly optimizer: readonly NamedTensor[];
  /** Weights of the best epoch so far; empty when there is none, or they are `weights`. */
  readonly bestWeights: readonly NamedTensor[];
}

type Optional = Pick<Checkpoint, 'plateau' | 'patience' | 'inFlight' | 'bitExact' | 'line'>;

type Given<Fields> = { readonly [Name in keyof Fields]?: Fields[Name] | undefined };

/** What a training may have, where it has it: checkpoints without stay as they were in older versions. */
const withoutAbsent = ({ plateau, patience, inFlight, bitExact, line }: Given<Optional>): Optional => ({
  ...(plateau ? { plateau } : {}),
  ...(patience ? { patience } : {}),
  ...(inFlight ? { inFlight } : {}),
  ...(bitExact === false ? { bitExact } : {}),
  ...(line ? { line } : {}),
});

const describe = (tensors: readonly NamedTensor[]) =>
  tensors.map(({ name, shape }) => ({ name, shape: [...shape] }));

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { config, epoch, durationMs, best } = checkpoint;
  const tensors = [...checkpoint.weights, ...checkpoint.optimizer, ...checkpoint.bestWeights];
  const header = Buffer.from(
    JSON.stringify({
      version: FORMAT_VERSION,
      config,
      epoch,
      durationMs,
      best,
      ...withoutAbsent(checkpoint),
      groups: {
        weights: describe(checkpoint.weights),
        optimizer: describe(checkpoint.optimizer),
        best: describe(checkpoint.bestWeights),
      },
    }),
  );
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(header.length);
  const payload = tensors.map(({ values }) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  const body = Buffer.concat([MAGIC, length, header, ...payload]);
  // Copied into a buffer of its own, which can be transferred between threads.
  const bytes = new Uint8Array(body.length + DIGEST_BYTES);
  bytes.set(body);
  bytes.set(createHash('sha256').update(body).digest(), body.length);
  return bytes;
}

function corrupt(reason: string): SweepError {
  return new SweepError('CHECKPOINT_CORRUPT', `this checkpoint cannot be used: ${reason}`, {
    hint: 'the trial goes on from the checkpoint before it, or from its start',
  });
}

/**
 * Throws CHECKPOINT_CORRUPT. With `config`, also when it belongs to another trial that is not of the same `line`, and is not
 * what a training ended in after `parentEpoch` epochs.
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  config?: string,
  line: string | null = null,
  parentEpoch: number | null = null,
): Checkpoint {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerStart = MAGIC.length + LENGTH_BYTES;
  if (all.length < headerStart + DIGEST_BYTES) throw corrupt(`${all.length} bytes are too few`);
  if (!all.subarray(0, MAGIC.length).equals(MAGIC)) throw corrupt('it does not begin like one');
  const body = all.subarray(0, all.length - DIGEST_BYTES);
  if (!createHash('sha256').update(body).digest().equals(all.subarray(body.length)))
    throw corrupt('its checksum does not fit its bytes');
  const headerBytes = all.readUInt32LE(MAGIC.length);
  const header = parseHeader(body.subarray(headerStart, headerStart + headerBytes).toString('utf8'));
  const isOfLine = line !== null && header.line === line;
  const isParent = header.line !== undefined && header.epoch === parentEpoch;
  if (config !== undefined && header.config !== config && !isOfLine && !isParent)
    throw corrupt('it belongs to another trial');

  let at = headerStart + headerBytes;
  const readGroup = (tensors: readonly z.infer<typeof tensorSchema>[] = []): NamedTensor[] =>
    tensors.map(({ name, shape }) => {
      const sizeBytes = 4 * shape.reduce((product, size) => product * size, 1);
      if (at + sizeBytes > body.length) throw corrupt(`${name} lies past its end`);
      const values = new Float32Array(new Uint8Array(body.subarray(at, at + sizeBytes)).buffer);
      at += sizeBytes;
      return { name, shape, values };
    });
  const weights = readGroup(header.groups.weights);
  const optimizer = readGroup(header.groups.optimizer);
  const bestWeights = readGroup(header.groups.best);
  if (at !== body.length) throw corrupt('its header does not account for all of its bytes');
  const { epoch, durationMs, best } = header;
  return {
    config: header.config,
    epoch,
    durationMs,
    best,
    ...withoutAbsent(header),
    weights,
    optimizer,
    bestWeights,
  };
}

function parseHeader(text: string): z.infer<typeof headerSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SweepError('CHECKPOINT_CORRUPT', 'this checkpoint cannot be used: its header is not JSON', {
      cause: error,
    });
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw corrupt('its header is of another version or malformed');
  return header.data;
}

/** SHA-256 over the values of all weights in order, float32 little-endian: `sha256:<hex>`. */
export function digestWeights(weights: readonly NamedTensor[]): string {
  const hash = createHash('sha256');
  for (const { values } of weights)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return `sha256:${hash.digest('hex')}`;
}
