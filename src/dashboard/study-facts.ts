// A folded study as the page is told of it: its facts, its state, its rows. Pure.

import type { WorkerInfo } from '../bus/bus.js';
import type { AttendedStudy } from '../coordinator/archive/attended-study.js';
import type { Pace } from '../coordinator/archive/study-pace.js';
import { quantileFields } from '../leaderboard/outputs/quantile-fields.js';
import { secondOfRow } from '../leaderboard/outputs/second-figure.js';
import type { FinishedRow } from '../study/finished-row.js';
import { repeatedBy } from '../study/origin-block.js';
import { countTrials, type FailedTrial, headerOf, type StudyView } from '../study/study-view.js';
import type { OpenTrial } from '../study/trial/open-trial.js';
import type { SecondMetric } from '../study/trial/second-metric.js';
import { weightsOf } from '../study/trial/second-metric.js';
import type { Params } from '../study/trial/trial.js';
import { reviveSweepSpec, type SweepSpec } from '../sweep-file/sweep-spec.js';
import { taskOfStudy, taskOfTest } from '../task/registry.js';
import { unitSign } from '../wording/figures.js';
import type { DashboardRow, StudyFacts, StudyStatus, WorkerFacts } from './wire.js';

/** What rows have, in the order in which they are told. Lists that may grow. */
export interface RowNames {
  readonly paramNames: readonly string[];
  readonly metricNames: readonly string[];
}

/** How a study is described whose header is known; its spec is read once. */
export function describerOf(first: StudyView, names: RowNames): (view: StudyView) => StudyFacts {
  const spec = reviveSweepSpec(headerOf(first).spec);
  return (view) => factsOf(view, spec, names);
}

function factsOf(view: StudyView, spec: SweepSpec, names: RowNames): StudyFacts {
  const header = headerOf(view);
  const { dataset, metric } = header;
  const task = taskOfStudy(view);
  const unit = dataset === null || task === null ? null : task.unitOf(dataset);
  const hasUnit = unit?.hasOwnScale === true && dataset?.unit != null && metric === task?.metrics[0].name;
  return {
    study: header.study,
    name: header.name,
    version: header.version,
    engine: header.engine,
    profile: header.profile ?? null,
    parent: header.parent?.study ?? null,
    metric: metric ?? 'objective',
    direction: header.direction,
    also: header.also ?? null,
    unitScale: hasUnit ? unit.scale : null,
    unit: unitSign(hasUnit ? dataset.unit : null),
    target: dataset?.target ?? null,
    source: dataset?.source ?? null,
    synthetic: dataset?.synthetic ?? false,
    isSeries: task?.hasPlots ?? false,
    sampler: spec.sampler.type,
    scheduler: spec.scheduler.type,
    repeats: header.repeats,
    repeatedBy: repeatedBy(header.dataset),
    space: spec.space,
    paramNames: [...names.paramNames],
    metricNames: [...names.metricNames],
    // A baseline is of the task's first metric: beside another objective it says nothing.
    baselines:
      task !== null && metric === task.metrics[0].name
        ? task.baselines(view).map(({ name, value }) => ({ name, value }))
        : [],
    tests: view.tests.map((test) => {
      const { result, baseline, samples, pValue } = taskOfTest(test).describeTest(
        test,
        dataset?.unit ?? null,
      );
      return { trial: test.trial, text: `${result} on ${samples}; ${baseline} by common sense; ${pValue}` };
    }),
    failures: [...view.failures].map(([code, counts]) => ({ code, ...counts })),
    failed: view.failedTrials.map(({ trial, index, worker, error }) => ({
      trial,
      index,
      worker,
      code: error.code,
      message: error.message,
      hint: error.hint ?? null,
    })),
    rowsDropped: view.rowsDropped,
    setAside: view.setAside.count,
  };
}

export function statusOf(
  { view, meter, nowMs, coordinator, isAbandoned }: AttendedStudy,
  pace: Pace,
  live: readonly WorkerInfo[],
): Omit<StudyStatus, 'isReading'> {
  return {
    ...countTrials(view),
    state: view.state,
    reason: view.stateReason,
    isAbandoned,
    coordinator,
    durationMs: meter.durationMs(view, nowMs),
    etaMs: pace.etaMs,
    trialsPerMinute: pace.trialsPerMinute,
    nowMs,
    workers: workersOf(view, live),
  };
}

/** Those that are alive, and those that once worked on it. */
function workersOf(view: StudyView, live: readonly WorkerInfo[]): WorkerFacts[] {
  const { study } = headerOf(view);
  const names = new Set([...live.map(({ worker }) => worker), ...view.workers.keys()]);
  return [...names].sort().map((worker) => {
    const info = live.find((one) => one.worker === worker);
    const tally = view.workers.get(worker);
    return {
      worker,
      state: info?.state ?? 'gone',
      slots: info?.slots ?? 0,
      running: info?.running.filter((one) => one.study === study).length ?? 0,
      backend: info?.backend ?? '',
      finished: tally?.finished ?? 0,
      failedAttempts: tally?.failedAttempts ?? 0,
      isAlive: info !== undefined,
    };
  });
}

/** When a trial was under way, over all of its attempts. */
export interface TrialSpan {
  readonly startedMs: number;
  readonly endedMs: number | null;
}

export interface RowSetting {
  readonly point: number;
  /** Names that are not in the list yet are added to it. */
  readonly paramNames: string[];
  readonly metricNames: string[];
  readonly metric: string | null;
  /** Of which all that is reported is told. */
  readonly isProgram: boolean;
  readonly also: SecondMetric | null;
  spanOf(index: number): TrialSpan | undefined;
}

export function finishedRow(row: FinishedRow, tied: boolean, setting: RowSetting): DashboardRow {
  const first = row.seeds[0]!;
  const spans = row.seeds.flatMap(({ index }) => setting.spanOf(index) ?? []);
  return {
    point: setting.point,
    trial: row.trial,
    index: first.index,
    state: row.state,
    params: orderParams(row.params, setting.paramNames),
    objective: row.objective,
    low: row.objectiveInterval?.[0] ?? null,
    high: row.objectiveInterval?.[1] ?? null,
    bestEpoch: first.result.bestEpoch,
    epochs: first.result.epochs,
    durationMs: Math.round(row.seeds.reduce((sum, seed) => sum + seed.result.durationMs, 0)),
    parameters: weightsOf(first.result),
    worker: first.worker,
    attempts: Math.max(...row.seeds.map((seed) => seed.attempts)),
    cached: row.seeds.every((seed) => seed.cached),
    tied,
    seeds: row.seeds.length,
    startedMs: spans.length === 0 ? null : Math.min(...spans.map(({ startedMs }) => startedMs)),
    endedMs:
      spans.length === 0 ? null : Math.max(...spans.map(({ endedMs, startedMs }) => endedMs ?? startedMs)),
    lastValue: null,
    error: null,
    second: setting.also === null ? null : secondOfRow(setting.also, row),
    metrics: orderMetrics(row, setting),
  };
}

export function failedRow(failed: FailedTrial, setting: RowSetting): DashboardRow {
  const span = setting.spanOf(failed.index);
  return {
    ...emptyRow(setting, failed.trial, failed.index, failed.params),
    state: 'FAILED',
    worker: failed.worker,
    attempts: failed.attempts,
    startedMs: span?.startedMs ?? null,
    endedMs: span?.endedMs ?? null,
    error: `${failed.error.code}: ${failed.error.message}`,
  };
}

export function openRow(open: OpenTrial, metric: string | null, setting: RowSetting): DashboardRow {
  const last = open.reports.at(-1);
  const value = last?.metrics[metric as keyof typeof last.metrics];
  return {
    ...emptyRow(setting, open.trial, open.index, open.params ?? {}),
    state: open.state,
    epochs: last?.epoch ?? null,
    worker: open.worker,
    attempts: open.attempt,
    startedMs: open.startedAt === null ? null : Date.parse(open.startedAt),
    lastValue: value ?? null,
    error: open.lastError === null ? null : `${open.lastError.code}: ${open.lastError.message}`,
  };
}

function emptyRow(setting: RowSetting, trial: string, index: number, params: Params): DashboardRow {
  return {
    point: setting.point,
    trial,
    index,
    state: 'PENDING',
    params: orderParams(params, setting.paramNames),
    objective: null,
    low: null,
    high: null,
    bestEpoch: null,
    epochs: null,
    durationMs: null,
    parameters: null,
    worker: null,
    attempts: 0,
    cached: false,
    tied: false,
    seeds: 0,
    startedMs: null,
    endedMs: null,
    lastValue: null,
    error: null,
    second: null,
    metrics: [],
  };
}

function orderMetrics(row: FinishedRow, setting: RowSetting): DashboardRow['metrics'] {
  const { metricNames, isProgram, metric, also } = setting;
  const values: Readonly<Record<string, number | undefined>> = {
    ...(isProgram ? row.metrics : {}),
    ...quantileFields(row),
  };
  for (const name of Object.keys(values))
    if (name !== metric && name !== also?.metric && !metricNames.includes(name)) metricNames.push(name);
  return metricNames.map((name) => values[name] ?? null);
}

function orderParams(params: Params, names: string[]): DashboardRow['params'] {
  for (const name of Object.keys(params)) if (!names.includes(name)) names.push(name);
  return names.map((name) => params[name]);
}
