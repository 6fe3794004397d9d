// All that a frame of the view is drawn from, as values.
import type { WorkerInfo } from '../../../bus/bus.js';
import { plannedEpochs } from '../../../coordinator/archive/study-insight.js';
import { asSweepError } from '../../../errors.js';
import type { StudyHeader, StudyView } from '../../../study/study-view.js';
import type { Params } from '../../../study/trial/trial.js';
import { reviveSweepSpec, type SweepSpec } from '../../../sweep-file/sweep-spec.js';
import type { LiveBoard } from './live-board.js';
import type { Curve, RecentFailure } from './study-trace.js';

/** `reading`: what is in the log is still being read. `nobody`: it goes on only when someone resumes it. */
export type Attendance = 'here' | 'elsewhere' | 'nobody' | 'reading';

export interface LiveWork {
  readonly durationMs: number;
  readonly etaMs: number | null;
  readonly trialsPerMinute: number | null;
}

export type SeenWorker = Pick<WorkerInfo, 'worker' | 'slots' | 'state' | 'backend'>;

/** What is told of a study that is followed. */
export interface LiveSource {
  readonly view: StudyView;
  readonly attendance: Attendance;
  readonly work: LiveWork;
  /** That are alive. */
  readonly workers: readonly SeenWorker[];
  readonly failures: readonly RecentFailure[];
  curveOf(trial: string): Curve;
}

export interface LiveState extends LiveSource {
  readonly board: LiveBoard;
  /** What is done now that the trials are over. */
  readonly phase: string | null;
  /** Lines that stay: the dashboard's address. */
  readonly pinned: readonly string[];
  /** What happened of late that is no event of a trial, oldest first. */
  readonly notes: readonly string[];
  /** The command that goes on with it. */
  readonly resumeCommand: string;
  /** What becomes of the study when the view is left. */
  readonly leaving: string;
  readonly plan: StudyPlan;
}

/** Of the sweep file, what a line of a trial needs. */
export interface StudyPlan {
  readonly sampler: string;
  readonly scheduler: string;
  epochsOf(params: Params | null): number | null;
}

/** Of a log whose sweep cannot be read, as one of a later version, only names. */
export function planOf({ spec }: StudyHeader): StudyPlan {
  const { sampler, scheduler } = (spec ?? {}) as Readonly<Record<string, { readonly type?: unknown }>>;
  const read = readSpec(spec);
  return {
    sampler: typeof sampler?.type === 'string' ? sampler.type : '?',
    scheduler: typeof scheduler?.type === 'string' ? scheduler.type : '?',
    epochsOf: (params) => (params === null || read === null ? null : plannedEpochs(read, params)),
  };
}

function readSpec(spec: unknown): SweepSpec | null {
  try {
    return reviveSweepSpec(spec);
  } catch (thrown) {
    if (asSweepError(thrown).code === 'EVENT_LOG_CORRUPT') return null;
    throw thrown;
  }
}
