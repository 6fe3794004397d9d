// The state that a training ends in, from which one of more epochs goes on: which trainings may share it, and who owns it on
// the bus. Trainings that differ in nothing but their number of epochs are one line: each is the beginning of the longer ones.
import { z } from 'zod';
import { digest, epoch, milliseconds, token, type ValueOf } from '../../schema/wire.js';
import { hashJson } from '../canonical-json.js';
import { curvesSchema } from './curves.js';
import type { Objective, TrainConfig, TrialConfig } from './trial.js';
import { type EngineIdentity, resultKey } from './trial-id.js';

const LINE_DIGITS = 16;
/** Who owns a final state: `end-<trial>-<start of the blob>`. */
const OWNER = /^end-(.+)-([0-9a-f]{16})$/;
const TRIAL_LETTERS = 40;
const BLOB_DIGITS = 16;

const ownerSchema = z.object({ study: token, trial: token });

export const finalStateSchema = z.object({ owner: ownerSchema, blob: digest });
/** Where it lies on the bus. */
export type FinalState = ValueOf<typeof finalStateSchema>;

export const originSchema = finalStateSchema.extend({
  /** Epochs done. */
  epoch: epoch.min(1),
  /** What they took. */
  durationMs: milliseconds,
  /** What they reported. */
  curves: curvesSchema.exactOptional(),
});
/** The end of a shorter training that a trial goes on from. */
export type TrialOrigin = ValueOf<typeof originSchema>;

/** Who owns the final state of a trial: another one than of its checkpoints, which go with its end, and one for each state. */
export function finalStateOwner(study: string, trial: string, blob: string): FinalState['owner'] {
  return { study, trial: `end-${trial.slice(0, TRIAL_LETTERS)}-${blob.slice(0, BLOB_DIGITS)}` };
}

/** The trial that it is a final state of; null: it owns none. */
export function trialOfFinalState(owner: string): string | null {
  return OWNER.exec(owner)?.[1] ?? null;
}

/**
 * Null of a training whose learning rate depends on how many epochs there are in all: none is the beginning of another. The
 * objective is part of it, as the state holds the best epoch so far.
 */
export function lineOf({ training, ...config }: TrainConfig, objective: Objective): string | null {
  const { epochs: _, ...shared } = training;
  const { learningRateSchedule: schedule } = shared;
  if (schedule?.type === 'cosine' && schedule.decaySteps === null) return null;
  return hashJson({ line: { ...config, training: shared }, objective });
}

/** Under which the result cache keeps the end of a line's training; null: it has none to go on from. */
export function lineKey(config: TrialConfig, engine: EngineIdentity, objective: Objective): string | null {
  const line = config.kind === 'train' ? lineOf(config, objective) : null;
  if (line === null) return null;
  const { name, numericsVersion } = engine;
  return resultKey(hashJson({ line, engine: { name, numericsVersion } }).slice(0, LINE_DIGITS), objective);
}
