// Where a study comes from: the one that it goes on from, how, and what it knows of that one's results. Part of the spec, so
// that whoever resumes the study proposes what its first coordinator would have, whether or not the parent is still there.
import { z } from 'zod';
import { strictObject, wholeNumber } from '../schema/fields.js';
import type { ValueOf } from '../schema/wire.js';
import { paramsSchema } from './trial/trial.js';

/** A log takes records of a megabyte: so many points of some twenty dimensions fit. */
export const MOST_KNOWN_POINTS = 1_000;

const knownPoint = strictObject({
  params: paramsSchema,
  /** Mean over its seeds. */
  objective: z.number(),
  /** Of the second objective; absent: the study that goes on has one. */
  second: z.number().exactOptional(),
  /** Absent: all of its trials were trained to their end. */
  pruned: z.literal(true).exactOptional(),
});
export type KnownPoint = ValueOf<typeof knownPoint>;

export const parentSchema = strictObject({
  study: z.string(),
  /** The verb that made the study of it. */
  by: z.enum(['extend', 'promote', 'start']),
  /** Trials of the parent when it was left. */
  trials: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  /** What the sampler is told before its first point, in the order in which the parent proposed them. */
  known: z.array(knownPoint).max(MOST_KNOWN_POINTS).exactOptional(),
});
export type StudyParent = ValueOf<typeof parentSchema>;
