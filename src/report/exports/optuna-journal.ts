// A study as a journal of Optuna (JournalFileBackend: a JSON record a line): `optuna.load_study` and optuna-dashboard read it.
// One record makes the study, one each trial, whole. Record codes and fields are those of optuna/storages/journal/_storage.py.
import type { Dimension, Space } from '../../search/space/dimension.js';
import type { Direction } from '../../study/finished-row.js';
import type { ParamValue } from '../../study/trial/trial.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';

const CREATE_STUDY = 0;
const SET_STUDY_USER_ATTRIBUTE = 2;
const CREATE_TRIAL = 4;
const DIRECTIONS: Readonly<Record<Direction, number>> = { minimize: 1, maximize: 2 };
const STATES: Readonly<Record<TrialRecord['state'], number>> = {
  RUNNING: 0,
  COMPLETE: 1,
  PRUNED: 2,
  FAILED: 3,
  WAITING: 4,
};
const WORKER = 'sweep';

export interface JournalStudy {
  readonly study: string;
  readonly direction: Direction;
  readonly metric: string;
  readonly space: Space;
  /** Shown beside the study. */
  readonly about: Readonly<Record<string, unknown>>;
}

export function* optunaJournal(
  { study, direction, metric, space, about }: JournalStudy,
  trials: readonly TrialRecord[],
): Generator<string> {
  const record = (op_code: number, fields: object): string =>
    `${JSON.stringify({ op_code, worker_id: WORKER, ...fields })}\n`;
  yield record(CREATE_STUDY, { study_name: study, directions: [DIRECTIONS[direction]] });
  for (const [name, value] of Object.entries({ ...about, metric }))
    yield record(SET_STUDY_USER_ATTRIBUTE, { study_id: 0, user_attr: { [name]: value } });
  const distributions = new Map(
    Object.entries(space).map(([name, dimension]) => [name, distributionOf(name, dimension, trials)]),
  );
  for (const trial of trials) yield record(CREATE_TRIAL, describeTrial(trial, metric, distributions));
}

function describeTrial(
  trial: TrialRecord,
  metric: string,
  distributions: ReadonlyMap<string, Distribution>,
): object {
  const params = Object.entries(trial.params).flatMap(([name, value]) => {
    const distribution = distributions.get(name);
    return distribution === undefined ? [] : [{ name, distribution, value }];
  });
  const values = trial.reports.flatMap(({ epoch, metrics }) => {
    const value = (metrics as Readonly<Record<string, number | undefined>>)[metric];
    return value === undefined ? [] : [[String(epoch), value] as const];
  });
  return {
    study_id: 0,
    datetime_start: naive(trial.startedAt),
    ...(trial.endedAt === null ? {} : { datetime_complete: naive(trial.endedAt) }),
    state: STATES[trial.state],
    ...(trial.result === null ? {} : { values: [trial.result.objective] }),
    params: Object.fromEntries(
      params.map(({ name, distribution, value }) => [name, internalValue(distribution, value)]),
    ),
    distributions: Object.fromEntries(
      params.map(({ name, distribution }) => [name, JSON.stringify(distribution)]),
    ),
    intermediate_values: Object.fromEntries(values),
    user_attrs: {
      trial: trial.trial,
      seed: trial.seed,
      worker: trial.worker,
      cached: trial.cached,
      attempts: trial.attempts,
      ...(trial.error === null ? {} : { error: trial.error }),
      ...(trial.result === null ? {} : { epochs: trial.result.epochs, ...trial.result.metrics }),
    },
    system_attrs: {},
  };
}

/** Optuna's times have no zone: local ones, without "Z". Ours are UTC. */
function naive(at: string | null): string | null {
  return at === null ? null : at.replace(/Z$/, '');
}

interface Distribution {
  readonly name: 'FloatDistribution' | 'IntDistribution' | 'CategoricalDistribution';
  readonly attributes: Readonly<Record<string, unknown>> & { readonly choices?: readonly ParamValue[] };
}

/** Ranges as they are; whatever lists values is categorical, as are values that a range no longer holds. */
function distributionOf(name: string, dimension: Dimension, trials: readonly TrialRecord[]): Distribution {
  if (typeof dimension === 'object' && dimension !== null && 'low' in dimension) {
    const { type, low, high, log, step } = dimension;
    const isInt = type === 'int';
    // Optuna has no steps in a logarithmic range.
    const stride = log ? null : (step ?? null);
    return {
      name: isInt ? 'IntDistribution' : 'FloatDistribution',
      attributes: { log, low, high, step: isInt ? (stride ?? 1) : stride },
    };
  }
  const tried = new Map(
    trials.flatMap(({ params }) => {
      const value = params[name];
      return value === undefined ? [] : [[JSON.stringify(value), value] as const];
    }),
  );
  const listed = valuesOf(dimension);
  for (const value of listed) tried.set(JSON.stringify(value), value);
  return { name: 'CategoricalDistribution', attributes: { choices: [...tried.values()] } };
}

function valuesOf(dimension: Dimension): readonly ParamValue[] {
  if (Array.isArray(dimension)) return dimension as readonly ParamValue[];
  return typeof dimension === 'object' && dimension !== null && dimension.type === 'choice'
    ? dimension.values
    : [];
}

/** A categorical one is told by its place among its choices. */
function internalValue({ attributes: { choices } }: Distribution, value: ParamValue): ParamValue {
  if (choices === undefined) return value;
  return choices.findIndex((choice) => JSON.stringify(choice) === JSON.stringify(value));
}
