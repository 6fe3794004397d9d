// What the server tells the page, as data: the page is built from these types alone. Rows are lists in the order of
// ROW_FIELDS, so that ten thousand of them are a short text.
import type { OutputFigures } from '../leaderboard/outputs/output-figures.js';
import type { Space } from '../search/space/dimension.js';
import type { ParamValue } from '../study/trial/trial.js';

export const ROW_FIELDS = [
  'point',
  'trial',
  'index',
  'state',
  'params',
  'objective',
  'low',
  'high',
  'bestEpoch',
  'epochs',
  'durationMs',
  'parameters',
  'worker',
  'attempts',
  'cached',
  'tied',
  'seeds',
  'startedMs',
  'endedMs',
  'lastValue',
  'error',
  'second',
  'metrics',
] as const;

/** A point of the space, whatever became of it. Times by the clock of the log. */
export interface DashboardRow {
  /** Its place in the sampler's order: what names the row. */
  readonly point: number;
  /** The trial that stands for it. */
  readonly trial: string;
  readonly index: number;
  readonly state: 'PENDING' | 'RUNNING' | 'COMPLETE' | 'PRUNED' | 'FAILED';
  /** In the order of `paramNames` of the facts; null: it has none of that name. */
  readonly params: readonly (ParamValue | undefined)[];
  readonly objective: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly bestEpoch: number | null;
  /** That were trained, so far. */
  readonly epochs: number | null;
  readonly durationMs: number | null;
  readonly parameters: number | null;
  readonly worker: string | null;
  readonly attempts: number;
  readonly cached: boolean;
  readonly tied: boolean;
  /** Trials that have ended of those of the point. */
  readonly seeds: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** The objective's metric in the newest report. */
  readonly lastValue: number | null;
  /** Why it failed. */
  readonly error: string | null;
  /** Its value of the study's second objective. */
  readonly second: number | null;
  /** In the order of `metricNames` of the facts. */
  readonly metrics: readonly (number | null)[];
}

export type EncodedRow = readonly unknown[];

export function encodeRow(row: DashboardRow): EncodedRow {
  return ROW_FIELDS.map((field) => row[field]);
}

export function decodeRow(values: EncodedRow): DashboardRow {
  // Written out: ten thousand are made before a page is shown, and a loop over names takes ten times as long.
  return {
    point: values[0],
    trial: values[1],
    index: values[2],
    state: values[3],
    params: values[4],
    objective: values[5],
    low: values[6],
    high: values[7],
    bestEpoch: values[8],
    epochs: values[9],
    durationMs: values[10],
    parameters: values[11],
    worker: values[12],
    attempts: values[13],
    cached: values[14],
    tied: values[15],
    seeds: values[16],
    startedMs: values[17],
    endedMs: values[18],
    lastValue: values[19],
    error: values[20],
    second: values[21] ?? null,
    metrics: values[22] ?? [],
  } as DashboardRow;
}

/** What changes seldom. */
export interface StudyFacts {
  readonly study: string;
  readonly name: string;
  readonly version: string;
  readonly engine: string;
  readonly profile: string | null;
  readonly parent: string | null;
  readonly metric: string;
  readonly direction: 'minimize' | 'maximize';
  /** A second objective; null: the study has one. */
  readonly also: { readonly metric: string; readonly direction: 'minimize' | 'maximize' } | null;
  /** Times this the objective is in `unit`; null: it has none. */
  readonly unitScale: number | null;
  readonly unit: string;
  readonly target: string | null;
  readonly source: string | null;
  readonly synthetic: boolean;
  readonly isSeries: boolean;
  readonly sampler: string;
  readonly scheduler: string;
  readonly repeats: number;
  /** What they differ in. */
  readonly repeatedBy: 'block' | 'seed';
  readonly space: Space;
  /** Only ever grows at its end. */
  readonly paramNames: readonly string[];
  /** What its rows measure beside the objective: of programs all they report, of quantiles their loss and coverage. Only grows. */
  readonly metricNames: readonly string[];
  readonly baselines: readonly { readonly name: string; readonly value: number }[];
  readonly tests: readonly { readonly trial: string; readonly text: string }[];
  readonly failures: readonly { readonly code: string; readonly attempts: number; readonly trials: number }[];
  /** Of lowest index. */
  readonly failed: readonly FailedFacts[];
  /** Rows that are worse than all that are told of. */
  readonly rowsDropped: number;
  readonly setAside: number;
}

export interface FailedFacts {
  readonly trial: string;
  readonly index: number;
  readonly worker: string | null;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface WorkerFacts {
  readonly worker: string;
  readonly state: string;
  readonly slots: number;
  readonly running: number;
  readonly backend: string;
  readonly finished: number;
  readonly failedAttempts: number;
  readonly isAlive: boolean;
}

/** What changes all the time. */
export interface StudyStatus {
  /** Its log is still being read: what is told is of its beginning. */
  readonly isReading: boolean;
  readonly state: string;
  readonly reason: string | null;
  readonly isAbandoned: boolean;
  readonly coordinator: string | null;
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  readonly cached: number;
  readonly durationMs: number;
  readonly etaMs: number | null;
  readonly trialsPerMinute: number | null;
  /** By the clock of the log; null: nobody works on it. */
  readonly nowMs: number | null;
  readonly workers: readonly WorkerFacts[];
}

/** One message: all, or what changed since the one before. */
export interface StudyNews {
  readonly version: string;
  readonly isWhole: boolean;
  readonly status: StudyStatus;
  readonly facts?: StudyFacts;
  readonly rows: readonly EncodedRow[];
  /** Points that are no rows any more: they are the same trial as another. */
  readonly removed: readonly number[];
}

export interface StudyLine {
  readonly study: string;
  readonly createdAt: string;
  readonly state: string;
  readonly damage: string | null;
  readonly abandoned: boolean;
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  readonly total: number;
  readonly best: number | null;
  /** What `best` is of. */
  readonly metric: string | null;
  readonly durationMs: number;
  readonly dataset: string | null;
  readonly synthetic: boolean;
}

export interface About {
  readonly place: string;
  readonly version: string;
  readonly canControl: boolean;
}

/** By trial the values of the objective's metric at epochs 1, 2, …; null: none was reported. */
export type CurvesAnswer = Readonly<Record<string, readonly (number | null)[]>>;

export interface TrialAnswer {
  readonly trial: string;
  readonly index: number;
  readonly state: string;
  readonly conclusion: string;
  readonly params: Readonly<Record<string, ParamValue>> | null;
  readonly seed: number | null;
  /** What came out, by name. */
  readonly result: Readonly<Record<string, string | number | boolean | null>> | null;
  /** Of a model with several outputs; null: it has one, or is not known. */
  readonly outputs: OutputFigures | null;
  readonly story: readonly { readonly at: string; readonly text: string }[];
  /** The last lines that its program wrote before its last failure; null: it has none. */
  readonly output: string | null;
  /** By metric its values at epochs 1, 2, …. */
  readonly curves: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface ForecastAnswer {
  readonly target: string;
  /** Of several all columns that the trial forecasts: each can be asked for; empty: there is one. */
  readonly targets: readonly string[];
  /** Of several in one table that which is told of, and all of them; null: there is one. */
  readonly series: { readonly name: string; readonly all: readonly ErrorGroup[] } | null;
  readonly unit: string;
  readonly synthetic: boolean;
  readonly firstMs: number | null;
  readonly stepMs: number | null;
  readonly stride: number;
  readonly horizon: string;
  readonly irregularSteps: number;
  readonly mae: number;
  readonly naiveMae: number;
  readonly truth: readonly number[];
  readonly prediction: readonly number[];
  /** Between the outermost quantiles; null: there are no two. `coverage`: of the windows that are drawn. */
  readonly band: {
    readonly nominal: number;
    readonly coverage: number;
    readonly low: readonly number[];
    readonly high: readonly number[];
  } | null;
  /** Mean absolute errors of the model and of common sense; empty without times. */
  readonly byHour: readonly ErrorGroup[];
  readonly byWeekday: readonly ErrorGroup[];
  readonly bySeason: readonly ErrorGroup[];
  readonly residuals: readonly { readonly from: number; readonly to: number; readonly count: number }[];
  readonly bias: number;
}

export interface ErrorGroup {
  readonly name: string;
  readonly windows: number;
  readonly mae: number;
  readonly naiveMae: number;
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}
