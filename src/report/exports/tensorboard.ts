// All trials of a study as a log directory of TensorBoard: a folder a trial with its curves, and its parameters and objective
// for the HPARAMS page; the experiment beside them.
import type { ParamValue } from '../../study/trial/trial.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';
import { encodeEventFile, type Said, type TensorboardEvent } from './event-file.js';

/** Of tensorboard/plugins/hparams/api.proto. */
const TYPES = { string: 1, boolean: 2, number: 3 } as const;
const STATUS: Readonly<Record<TrialRecord['state'], number>> = {
  WAITING: 0,
  COMPLETE: 1,
  PRUNED: 1,
  FAILED: 2,
  RUNNING: 3,
};
const OBJECTIVE = 'objective';

export interface TensorboardStudy {
  readonly study: string;
  readonly metric: string;
}

export interface LogFile {
  /** Relative to the log directory. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The same study gives the same names: written again, a folder holds each trial once. */
export function* tensorboardFiles(
  { study, metric }: TensorboardStudy,
  trials: readonly TrialRecord[],
): Generator<LogFile> {
  const begun = Math.min(...trials.map((trial) => secondsOf(trial.startedAt)), Number.POSITIVE_INFINITY);
  const said: Said = {
    hparams: 'experiment',
    content: {
      experiment: {
        name: study,
        description: `objective: ${metric}`,
        hparams: hparamsOf(trials),
        metrics: [OBJECTIVE, ...metricsOf(trials)].map((tag) => ({
          name: { tag },
          ...(tag === OBJECTIVE ? { displayName: `objective (${metric})` } : {}),
        })),
      },
    },
  };
  const atSeconds = Number.isFinite(begun) ? begun : 0;
  yield { path: fileName(''), bytes: encodeEventFile([{ atSeconds, step: 0, said }]) };
  const places = Math.max(4, String(trials.length).length);
  for (const trial of trials) {
    if (trial.startedAt === null) continue;
    const folder = `${String(trial.index).padStart(places, '0')}-${trial.trial}`;
    yield { path: fileName(`${folder}/`), bytes: encodeEventFile([...eventsOf(trial)]) };
  }
}

/** TensorBoard reads files whose names hold "tfevents". */
function fileName(folder: string): string {
  return `${folder}events.out.tfevents.sweep`;
}

function* eventsOf(trial: TrialRecord): Generator<TensorboardEvent> {
  const { params, reports, result } = trial;
  const startSeconds = secondsOf(trial.startedAt);
  const endSeconds = trial.endedAt === null ? startSeconds : secondsOf(trial.endedAt);
  const hparams = Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === null ? [] : [[name, hparamValue(value)]])),
  );
  const start = { hparams, groupName: trial.trial, startSeconds };
  yield { atSeconds: startSeconds, step: 0, said: { hparams: 'session_start_info', content: { start } } };
  const lastEpoch = reports.at(-1)?.epoch ?? 1;
  // Reports carry no times of their own: they are laid out evenly from start to end.
  for (const { epoch, metrics } of reports) {
    const atSeconds = startSeconds + ((endSeconds - startSeconds) * epoch) / lastEpoch;
    for (const [scalar, value] of Object.entries(metrics))
      if (typeof value === 'number') yield { atSeconds, step: epoch, said: { scalar, value } };
  }
  if (result !== null) {
    const said = { scalar: OBJECTIVE, value: result.objective };
    yield { atSeconds: endSeconds, step: result.epochs ?? lastEpoch, said };
  }
  if (trial.endedAt === null) return;
  const end = { status: STATUS[trial.state], endSeconds };
  yield { atSeconds: endSeconds, step: 0, said: { hparams: 'session_end_info', content: { end } } };
}

function hparamsOf(trials: readonly TrialRecord[]): { name: string; type: number }[] {
  const kinds = new Map<string, Set<keyof typeof TYPES>>();
  for (const { params } of trials)
    for (const [name, value] of Object.entries(params)) {
      if (value === null) continue;
      const known = kinds.get(name) ?? new Set();
      kinds.set(name, known.add(kindOf(value)));
    }
  return [...kinds].map(([name, [kind = 'string', ...others]]) => ({
    name,
    type: TYPES[others.length > 0 ? 'string' : kind],
  }));
}

function metricsOf(trials: readonly TrialRecord[]): string[] {
  return [
    ...new Set(trials.flatMap(({ reports }) => reports.flatMap(({ metrics }) => Object.keys(metrics)))),
  ].sort();
}

function kindOf(value: NonNullable<ParamValue>): keyof typeof TYPES {
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number') : 'string';
}

/** google.protobuf.Value. */
function hparamValue(value: NonNullable<ParamValue>): object {
  if (typeof value === 'number') return { number: value };
  if (typeof value === 'boolean') return { bool: value };
  return { string: value };
}

function secondsOf(at: string | null): number {
  return at === null ? Number.POSITIVE_INFINITY : Date.parse(at) / 1000;
}
