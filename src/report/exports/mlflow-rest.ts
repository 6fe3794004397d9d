// Trials into an MLflow tracking server by its REST interface (mlflow.org, REST API 2.0): an experiment of the study's name, a
// run a trial. Repeated, it adds what is not there yet.
import { SweepError } from '../../errors.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';

const API = '/api/2.0/mlflow';
/** Limits of a batch, by MLflow. */
const MOST_METRICS = 1_000;
const MOST_PARAMS = 100;
const LONGEST_PARAM = 6_000;
const LONGEST_TAG = 5_000;
const PAGE = 1_000;
const PATIENCE_MS = 30_000;
const STATUS = {
  COMPLETE: 'FINISHED',
  PRUNED: 'FINISHED',
  FAILED: 'FAILED',
  RUNNING: 'RUNNING',
  WAITING: 'SCHEDULED',
};

export interface TrackedStudy {
  readonly study: string;
  readonly metric: string;
  readonly program: string;
}

export interface Tracked {
  readonly experimentId: string;
  /** Runs that were made now, and that were there. */
  readonly made: number;
  readonly known: number;
}

/** Throws USAGE when the server does not answer as MLflow does. */
export async function trackTrials(
  server: string,
  { study, metric, program }: TrackedStudy,
  trials: readonly TrialRecord[],
  ask: typeof fetch = fetch,
): Promise<Tracked> {
  const base = server.replace(/\/+$/, '');
  const call = (path: string, body: object): Promise<Answer> => send(ask, `${base}${API}/${path}`, body);
  const experimentId = await findExperiment(ask, base, study, call);
  const known = await knownTrials(call, experimentId, study);
  let made = 0;
  for (const trial of trials) {
    if (trial.startedAt === null || known.has(trial.trial)) continue;
    const start = Date.parse(trial.startedAt);
    const end = trial.endedAt === null ? null : Date.parse(trial.endedAt);
    const tags = {
      'mlflow.source.name': `sweep ${program}`,
      'sweep.study': study,
      'sweep.trial': trial.trial,
      'sweep.state': trial.state,
      'sweep.seed': String(trial.seed),
      ...(trial.worker === null ? {} : { 'sweep.worker': trial.worker }),
      ...(trial.error === null ? {} : { 'sweep.error': trial.error.slice(0, LONGEST_TAG) }),
    };
    const { run } = await call('runs/create', {
      experiment_id: experimentId,
      run_name: `trial ${trial.index + 1}`,
      start_time: start,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
    const runId = (run as { readonly info: { readonly run_id: string } }).info.run_id;
    const params = Object.entries(trial.params).map(([key, value]) => ({
      key,
      value: String(value).slice(0, LONGEST_PARAM),
    }));
    const metrics = metricsOf(trial, metric, start, end ?? start);
    for (let from = 0; from < Math.max(1, metrics.length, params.length); from += MOST_PARAMS) {
      const batch = {
        params: params.slice(from, from + MOST_PARAMS),
        metrics: metrics.slice((from / MOST_PARAMS) * MOST_METRICS, (from / MOST_PARAMS + 1) * MOST_METRICS),
      };
      if (batch.params.length + batch.metrics.length === 0) break;
      await call('runs/log-batch', { run_id: runId, ...batch });
    }
    await call('runs/update', {
      run_id: runId,
      status: STATUS[trial.state],
      ...(end === null ? {} : { end_time: end }),
    });
    made += 1;
  }
  return { experimentId, made, known: known.size };
}

function metricsOf(trial: TrialRecord, metric: string, startMs: number, endMs: number) {
  const stepMs = (endMs - startMs) / Math.max(1, trial.reports.length);
  const reported = trial.reports.flatMap(({ epoch, metrics }, place) =>
    Object.entries(metrics).map(([key, value]) => ({
      key,
      value,
      step: epoch,
      timestamp: Math.round(startMs + stepMs * (place + 1)),
    })),
  );
  const { result } = trial;
  if (result === null) return reported;
  const last = { step: result.epochs, timestamp: endMs };
  return [
    ...reported,
    { key: 'objective', value: result.objective, ...last },
    // What was never reported is known of the end alone.
    ...(reported.some(({ key }) => key === metric)
      ? []
      : [{ key: metric, value: result.objective, ...last }]),
  ];
}

type Answer = Readonly<Record<string, unknown>>;

async function findExperiment(
  ask: typeof fetch,
  base: string,
  study: string,
  call: (path: string, body: object) => Promise<Answer>,
): Promise<string> {
  const path = `${base}${API}/experiments/get-by-name?experiment_name=${encodeURIComponent(study)}`;
  const found = await send(ask, path, null);
  if (found.experiment !== undefined)
    return String((found.experiment as { readonly experiment_id: unknown }).experiment_id);
  return String((await call('experiments/create', { name: study })).experiment_id);
}

async function knownTrials(
  call: (path: string, body: object) => Promise<Answer>,
  experimentId: string,
  study: string,
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (let token: unknown = ''; token !== undefined; ) {
    const page: Answer = await call('runs/search', {
      experiment_ids: [experimentId],
      filter: `tags.\`sweep.study\` = '${study.replaceAll("'", "''")}'`,
      max_results: PAGE,
      ...(token === '' ? {} : { page_token: token }),
    });
    const runs = (page.runs ?? []) as readonly {
      readonly data?: { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
    }[];
    for (const { data } of runs)
      for (const { key, value } of data?.tags ?? []) if (key === 'sweep.trial') known.add(value);
    token = page.next_page_token || undefined;
  }
  return known;
}

/** `body` null: asks. An experiment that is not there is an answer without one. */
async function send(ask: typeof fetch, url: string, body: object | null): Promise<Answer> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new SweepError('USAGE', `${new URL(url).origin} ${what}`, {
      path: '--output',
      hint: 'name the address of an MLflow tracking server: http://127.0.0.1:5000',
      cause,
    });
  };
  let response: Response;
  try {
    response = await ask(url, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === null
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch (cause) {
    return refuse('does not answer', cause);
  }
  const text = await response.text();
  let answer: Answer = {};
  try {
    answer = JSON.parse(text === '' ? '{}' : text) as Answer;
  } catch (cause) {
    return refuse(`answers with no JSON (status ${response.status})`, cause);
  }
  if (response.status === 404 && answer.error_code === 'RESOURCE_DOES_NOT_EXIST') return {};
  if (!response.ok) return refuse(`refused: ${String(answer.message ?? response.status)}`);
  return answer;
}
