// All trials of a study as runs of an MLflow experiment, sent to a tracking server by its REST API
// (mlflow.org/docs/latest/rest-api.html). A run knows its trial by a tag, so a study that is sent again adds what is new.
import { SweepError } from '../../errors.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';

/** The server's limits of one log-batch. */
const MOST_METRICS = 1000;
const MOST_PARAMS = 100;
const MOST_LETTERS = 6000;
const REQUEST_TIMEOUT_MS = 30_000;
const STATUS: Readonly<Record<TrialRecord['state'], string>> = {
  WAITING: 'SCHEDULED',
  RUNNING: 'RUNNING',
  COMPLETE: 'FINISHED',
  PRUNED: 'FINISHED',
  FAILED: 'FAILED',
};
/** Only these are whole: others come with a later export. */
const ENDED: readonly string[] = ['COMPLETE', 'PRUNED', 'FAILED'];
const TRIAL_TAG = 'sweep.trial';

export interface TrackingServer {
  /** e.g. http://127.0.0.1:5000 */
  readonly url: string;
  /** Of the header Authorization. */
  readonly authorization: string | null;
}

export interface Sent {
  readonly experiment: string;
  readonly runs: number;
  /** Runs that the server had. */
  readonly known: number;
}

/** Throws TRACKING_FAILED when the server is not there or refuses. */
export async function sendToMlflow(
  server: TrackingServer,
  study: string,
  trials: readonly TrialRecord[],
): Promise<Sent> {
  const call = caller(server);
  const experiment = await findExperiment(call, study);
  const known = await knownTrials(call, experiment);
  const news = trials.filter(({ trial, state }) => ENDED.includes(state) && !known.has(trial));
  for (const trial of news) await sendRun(call, experiment, trial);
  return { experiment, runs: news.length, known: known.size };
}

async function sendRun(call: Call, experiment: string, trial: TrialRecord): Promise<void> {
  const { startedAt, endedAt, params, reports, result, state } = trial;
  const start = Date.parse(startedAt ?? endedAt ?? '');
  const end = Date.parse(endedAt ?? startedAt ?? '');
  const tags = {
    [TRIAL_TAG]: trial.trial,
    'sweep.state': state,
    'sweep.seed': trial.seed,
    'sweep.worker': trial.worker,
    'sweep.error': trial.error,
  };
  const { run } = await call<{ run: { info: { run_id: string } } }>('POST', 'runs/create', {
    experiment_id: experiment,
    run_name: `${trial.index}-${trial.trial}`,
    start_time: start,
    // Without its tag a run that was cut off is no trial's: it is sent again.
    tags: entriesOf(tags).filter(({ key }) => key !== TRIAL_TAG),
  });
  const run_id = run.info.run_id;
  const lastEpoch = reports.at(-1)?.epoch ?? 1;
  const metrics = reports.flatMap(({ epoch, metrics }) =>
    Object.entries(metrics)
      .filter(([, value]) => typeof value === 'number')
      .map(([key, value]) => ({
        key,
        value,
        step: epoch,
        timestamp: Math.round(start + ((end - start) * epoch) / lastEpoch),
      })),
  );
  if (result !== null)
    metrics.push({ key: 'objective', value: result.objective, step: lastEpoch, timestamp: end });
  const given = entriesOf(params);
  for (let at = 0; at < given.length; at += MOST_PARAMS)
    await call('POST', 'runs/log-batch', { run_id, params: given.slice(at, at + MOST_PARAMS) });
  for (let at = 0; at < metrics.length; at += MOST_METRICS)
    await call('POST', 'runs/log-batch', { run_id, metrics: metrics.slice(at, at + MOST_METRICS) });
  await call('POST', 'runs/update', { run_id, status: STATUS[state], end_time: end });
  await call('POST', 'runs/set-tag', { run_id, key: TRIAL_TAG, value: trial.trial });
}

function entriesOf(values: Readonly<Record<string, unknown>>): { key: string; value: string }[] {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => ({
      key,
      value: (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MOST_LETTERS),
    }));
}

async function findExperiment(call: Call, study: string): Promise<string> {
  const name = `sweep/${study}`;
  const found = await call<{ experiment: { experiment_id: string } } | null>(
    'GET',
    `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`,
  );
  if (found !== null) return found.experiment.experiment_id;
  const made = await call<{ experiment_id: string }>('POST', 'experiments/create', { name });
  return made.experiment_id;
}

async function knownTrials(call: Call, experiment: string): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  let page_token: string | undefined;
  do {
    const { runs = [], next_page_token } = await call<RunPage>('POST', 'runs/search', {
      experiment_ids: [experiment],
      max_results: 1000,
      ...(page_token === undefined ? {} : { page_token }),
    });
    for (const { data } of runs)
      for (const { key, value } of data.tags ?? []) if (key === TRIAL_TAG) known.add(value);
    page_token = next_page_token === '' ? undefined : next_page_token;
  } while (page_token !== undefined);
  return known;
}

interface RunPage {
  readonly runs?: readonly { readonly data: { readonly tags?: readonly { key: string; value: string }[] } }[];
  readonly next_page_token?: string;
}

type Call = <Answer>(method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer>;

/** null: there is no such thing there. */
function caller({ url, authorization }: TrackingServer): Call {
  const base = `${url.replace(/\/+$/, '')}/api/2.0/mlflow`;
  return async <Answer>(method: 'GET' | 'POST', path: string, body?: object) => {
    const refuse = (why: string, cause?: unknown) =>
      new SweepError('TRACKING_FAILED', `the MLflow server at ${url} ${why}`, {
        hint: 'is its address right, does it run, and are MLFLOW_TRACKING_TOKEN or MLFLOW_TRACKING_USERNAME and _PASSWORD set where it wants them?',
        cause,
      });
    const response = await fetch(`${base}/${path}`, {
      method,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        ...(authorization === null ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw refuse('does not answer', cause);
    });
    const answer = await response.text();
    if (response.status === 404 && answer.includes('RESOURCE_DOES_NOT_EXIST')) return null as Answer;
    if (!response.ok)
      throw refuse(`answers ${path.split('?')[0]} with ${response.status}: ${answer.slice(0, 300)}`);
    try {
      return JSON.parse(answer) as Answer;
    } catch (cause) {
      throw refuse(`answers ${path.split('?')[0]} with something that is no JSON`, cause);
    }
  };
}
