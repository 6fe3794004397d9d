// Segments: a member of a population trains a stretch of its epochs with the parameters it has, as a trial of its own, and goes
// on as another trial, from its own state or that of a better member. The parent is part of a point, and so of a trial's config
// and id: whoever has the id of the last segment has said all that it was trained with. Pure.
import { SweepError } from '../../errors.js';
import type { Params, TrainConfig } from './trial.js';

/** The parameter that names the parent: no dimension can have that name. Absent: the trial begins at its start. */
export const PARENT = 'from-trial';
const PARENT_TEXT = /^([\w-]{1,64})@([1-9]\d{0,5})$/;

/** The state that a segment goes on from: what `trial` ended in, after `epoch` epochs. */
export interface SegmentParent {
  readonly trial: string;
  readonly epoch: number;
}

export function tellParent({ trial, epoch }: SegmentParent): string {
  return `${trial}@${epoch}`;
}

/** null: the point has none. */
export function parentOf(params: Params): SegmentParent | null {
  const text = params[PARENT];
  const [, trial, epoch] = typeof text === 'string' ? (PARENT_TEXT.exec(text) ?? []) : [];
  return trial === undefined ? null : { trial, epoch: Number(epoch) };
}

export function withoutParent({ [PARENT]: _, ...params }: Params): Params {
  return params;
}

/** Of the training at `params`, the stretch of `interval` epochs after its parent's; the last one may be shorter. */
export function segmentOf(config: TrainConfig, params: Params, interval: number): TrainConfig {
  const from = parentOf(params);
  const { training } = config;
  const begin = from?.epoch ?? 0;
  // Without weights there is nothing to go on with: it is one and the same trial.
  if (begin >= training.epochs) return config;
  const epochs = Math.min(training.epochs, begin + interval);
  return { ...config, training: { ...training, epochs }, ...(from === null ? {} : { from }) };
}

/** Of a segment without the state of its parent: from its start it would be another trial. */
export function orphaned({ trial, epoch }: SegmentParent): SweepError {
  return new SweepError(
    'BLOB_NOT_FOUND',
    `it goes on from trial ${trial} after epoch ${epoch}, whose state is not there`,
    { hint: 'was the study that trained it removed? Start the study again: what is gone is trained anew' },
  );
}
