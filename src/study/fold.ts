// The fold: a study's events to its StudyView (promise 1). The same event twice, reports out of order, events of an old
// attempt and terminal events after the first change nothing but `ignored`. Pure: the caller keeps the log.
// It advances in place, for a coordinator that sees each event once.
import type { ErrorCode } from '../errors.js';
import type { LoggedEvent, StudyEvent } from './events.js';
import { buildRow, type Direction, type FinishedRow, type SeedResult } from './finished-row.js';
import { findImposture } from './holder-check.js';
import { addIndex, copyIndexSet, hasIndex, hasIndices, type MutableIndexSet } from './index-set.js';
import { type EndsListener, KeptEnds } from './kept-ends.js';
import { parentSchema } from './parent.js';
import { addSetAside, findFault } from './set-aside.js';
import { copyTiming, type RunningTiming, timeFinish, timePause, timeStart } from './study-timing.js';
import {
  emptyView,
  type FailedTrial,
  type FailureCount,
  type StudyHeader,
  type StudyView,
  type UnrankedPoint,
  type WorkerTally,
} from './study-view.js';
import type { TestEvaluation } from './test-evaluation.js';
import { advanceTrial, newOpenTrial, type OpenTrial } from './trial/open-trial.js';
import { readSecondMetric } from './trial/second-metric.js';
import { countedResult, stopSeed } from './trial/stopped-result.js';
import type { Objective } from './trial/trial.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Omit<
  Mutable<StudyView>,
  'ended' | 'stopped' | 'open' | 'rows' | 'partialRows' | 'failures' | 'failedTrials' | 'workers' | 'timing'
> & {
  ended: MutableIndexSet;
  stopped: MutableIndexSet;
  open: Map<number, OpenTrial>;
  rows: FinishedRow[];
  failedTrials: FailedTrial[];
  partialRows: Map<string, FinishedRow | UnrankedPoint>;
  failures: Map<ErrorCode, FailureCount>;
  workers: Map<string, WorkerTally>;
  timing: RunningTiming;
};
type EventOf<Type extends StudyEvent['type']> = Extract<StudyEvent, { type: Type }>;
type TrialEvent = Extract<StudyEvent, { index: number }>;
type EndEvent = EventOf<'trial.finished'> | EventOf<'trial.failed'>;
type OpenTrialEvent = Exclude<TrialEvent, EventOf<'trial.finished'>>;

export class StudyFold {
  readonly #draft: Draft;
  readonly #kept: KeptEnds;

  constructor(from: StudyView = emptyView(), ends?: EndsListener) {
    this.#kept = new KeptEnds(from, ends);
    this.#draft = {
      ...from,
      ended: copyIndexSet(from.ended),
      stopped: copyIndexSet(from.stopped),
      open: new Map(from.open),
      rows: this.#kept.rows,
      failedTrials: this.#kept.failedTrials,
      partialRows: new Map(from.partialRows),
      failures: new Map(from.failures),
      workers: new Map(from.workers),
      timing: copyTiming(from.timing),
    };
  }

  /** The view so far. Live: it changes with the next `apply`. Looking puts the rows of a long one in order. */
  get view(): StudyView {
    this.#kept.order(this.direction);
    this.#draft.rowsDropped = this.#kept.rowsDropped;
    return this.#draft;
  }

  /** The direction of the study's objective, once it is known. */
  get direction(): Direction {
    return this.#draft.header?.direction ?? 'minimize';
  }

  /** False for a record that was set aside: it changes nothing but `setAside`. */
  apply(logged: LoggedEvent): boolean {
    if (logged.seq <= this.#draft.lastSeq) return true;
    this.#draft.lastSeq = logged.seq;
    const reason =
      findFault(logged.event, this.#draft) ?? findImposture(logged, this.#standing(logged.event));
    if (reason === null) this.#count(logged);
    else this.#draft.setAside = addSetAside(this.#draft.setAside, logged, reason);
    return reason === null;
  }

  /** What the log says of the trial at an event's place so far. */
  #standing(event: StudyEvent): OpenTrial | 'ended' | undefined {
    if (!('index' in event)) return undefined;
    return hasIndex(this.#draft.ended, event.index) ? 'ended' : this.#draft.open.get(event.index);
  }

  #count(logged: LoggedEvent): void {
    const event = logged.event;
    switch (event.type) {
      case 'log.unreadable':
        return;
      case 'study.created':
        this.#draft.header ??= readHeader(event);
        return;
      case 'study.opened':
        this.#draft.coordinator = event.coordinator;
        timePause(this.#draft.timing, 0, false);
        return;
      case 'study.state':
        // An ordered register: its writers are fenced by the lease, so that the last one written is the last one meant.
        this.#draft.state = event.state;
        this.#draft.stateReason = event.reason ?? null;
        timePause(this.#draft.timing, event.durationMs, event.state === 'running');
        return;
      case 'study.tested':
        if (this.#draft.tests.length === 0) this.#draft.passedOver = event.passedOver ?? [];
        if (event.confidenceSet !== undefined) this.#draft.confidenceSet = event.confidenceSet;
        this.#draft.tests = mergeTests(this.#draft.tests, event.tests);
        return;
      case 'trial.finished':
        this.#finish(event, logged.at);
        return;
      case 'trial.queued':
      case 'trial.started':
      case 'trial.report':
      case 'trial.checkpoint':
      case 'trial.stop':
      case 'trial.failed':
      case 'trial.paused':
      case 'trial.returned':
        this.#advance(event, logged.at);
        return;
    }
  }

  #advance(event: OpenTrialEvent, at: string): void {
    const draft = this.#draft;
    const isFinal = event.type === 'trial.failed' && event.final;
    if (hasIndex(draft.ended, event.index)) {
      if (isFinal) draft.ignored += 1;
      if (event.type === 'trial.stop') this.#stopLate(event);
      return;
    }
    draft.indexBound = Math.max(draft.indexBound, event.index + 1);
    const known = draft.open.get(event.index);
    // Only a queued event gets here with another id than the open trial's: what else it says of the place is void.
    const before = known?.trial === event.trial ? known : newOpenTrial(event.trial, event.index);
    const after = advanceTrial(before, event, at);
    const isNews = after !== before;
    if (event.type === 'trial.failed' && (isNews || isFinal)) this.#countFailure(event, isNews);
    if (isFinal) {
      this.#end(event.index);
      draft.failed += 1;
      this.#kept.addFailed(failedTrial(event));
      this.#addToRow(event, null);
      return;
    }
    if (!isNews) return;
    if (event.type !== 'trial.started') {
      draft.open.set(event.index, after);
      return;
    }
    draft.open.set(event.index, { ...after, waitedMs: timeStart(draft.timing, event.worker, at) });
    this.#tally(event.worker, 0, 0);
  }

  #finish(event: EventOf<'trial.finished'>, at: string): void {
    const draft = this.#draft;
    if (hasIndex(draft.ended, event.index)) {
      draft.ignored += 1;
      return;
    }
    draft.indexBound = Math.max(draft.indexBound, event.index + 1);
    const open = draft.open.get(event.index);
    this.#end(event.index);
    const objective = objectiveOf(draft.header);
    const result = objective === null ? event.result : countedResult(event.result, open, objective);
    if (result.state === 'COMPLETE') draft.complete += 1;
    else {
      addIndex(draft.stopped, event.index);
      draft.pruned += 1;
    }
    const { baselineAccuracy } = event.result;
    if (baselineAccuracy !== undefined)
      draft.baselineAccuracy = Math.max(baselineAccuracy, draft.baselineAccuracy ?? baselineAccuracy);
    if (event.cached) {
      draft.cached += 1;
    } else {
      timeFinish(draft.timing, event.worker, open, at, event.result.durationMs - broughtMs(open));
      this.#tally(event.worker, 1, 0);
    }
    this.#addToRow(event, seedResult({ ...event, result }));
  }

  /** A trial that ended before those it was compared with: it counts as if its order had come in time. */
  #stopLate({ index, epoch, counted }: EventOf<'trial.stop'>): void {
    const objective = objectiveOf(this.#draft.header);
    // An order of an older log came too late to count.
    if (objective === null || epoch === undefined || counted === undefined) return;
    if (addIndex(this.#draft.stopped, index)) {
      this.#draft.complete -= 1;
      this.#draft.pruned += 1;
    }
    const stop = { index, epoch, counted };
    for (const [place, row] of this.#draft.partialRows) {
      const seeds = stopSeed(row.seeds, stop, objective);
      if (seeds === null) continue;
      const { params, failedTrials } = row;
      this.#draft.partialRows.set(
        place,
        buildRow(place, params, seeds, failedTrials, false, objective.metric),
      );
      return;
    }
    this.#kept.stopLate(stop, objective);
  }

  #end(index: number): void {
    addIndex(this.#draft.ended, index);
    this.#draft.open.delete(index);
  }

  #countFailure(event: EventOf<'trial.failed'>, isNewAttempt: boolean): void {
    const known = this.#draft.failures.get(event.error.code) ?? { attempts: 0, trials: 0 };
    this.#draft.failures.set(event.error.code, {
      attempts: known.attempts + (isNewAttempt ? 1 : 0),
      trials: known.trials + (event.final ? 1 : 0),
    });
    if (event.worker !== null && isNewAttempt) this.#tally(event.worker, 0, 1);
  }

  #tally(worker: string, finished: number, failedAttempts: number): void {
    const known = this.#draft.workers.get(worker) ?? { finished: 0, failedAttempts: 0 };
    this.#draft.workers.set(worker, {
      finished: known.finished + finished,
      failedAttempts: known.failedAttempts + failedAttempts,
    });
  }

  /** Adds an ended trial to the row of its point: a result, or null for a failure. */
  #addToRow({ index, params, trial }: EndEvent, added: SeedResult | null): void {
    const draft = this.#draft;
    const repeats = draft.header?.repeats ?? 1;
    // The seeds of a point follow each other. Several of them are the same trial where a seed changes nothing.
    const point = Math.floor(index / repeats);
    const place = String(point);
    const known = draft.partialRows.get(place) ?? { key: place, params, seeds: [], failedTrials: [] };
    const isNew = !known.failedTrials.includes(trial) && !known.seeds.some((seed) => seed.trial === trial);
    const seeds = isNew && added !== null ? [...known.seeds, added] : known.seeds;
    const failedTrials = isNew && added === null ? [...known.failedTrials, trial] : known.failedTrials;
    // Of a study that ends within its only point no other seed will come.
    const seedsDue = Math.min(repeats, draft.header?.total ?? repeats);
    const isSettled = hasIndices(draft.ended, point * repeats, seedsDue);
    if (isSettled) draft.partialRows.delete(place);
    if (seeds.length === 0) {
      if (!isSettled) draft.partialRows.set(place, { key: place, params, seeds: [], failedTrials });
      return;
    }
    const key = isSettled ? keyOfTrials(seeds, failedTrials) : place;
    if (this.#kept.has(key)) return;
    const row = buildRow(key, params, seeds, failedTrials, isSettled, draft.header?.metric);
    if (isSettled) this.#kept.addRow(row, this.direction);
    else draft.partialRows.set(place, row);
  }
}

/** Of its duration what a shorter training took that it went on from: nobody trained it here. */
function broughtMs(open: OpenTrial | undefined): number {
  const brought = open?.reports.filter(({ attempt }) => attempt === 0) ?? [];
  return brought.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** The same trials are the same row, at whichever points of the space they stand. */
function keyOfTrials(seeds: readonly SeedResult[], failedTrials: readonly string[]): string {
  return [...seeds.map((seed) => seed.trial), ...failedTrials].sort().join('+');
}

function readHeader(event: EventOf<'study.created'>): StudyHeader {
  const { type: _, ...created } = event;
  // The spec room owns the spec's form; the facts that folding needs default as the sweep file's fields do.
  const spec = (event.spec ?? {}) as {
    objective?: { direction?: unknown; metric?: unknown };
    repeats?: unknown;
    profile?: unknown;
    parent?: unknown;
  };
  const parent = parentSchema.safeParse(spec.parent);
  const also = readSecondMetric(spec.objective);
  return {
    ...created,
    direction: spec.objective?.direction === 'maximize' ? 'maximize' : 'minimize',
    metric: typeof spec.objective?.metric === 'string' ? spec.objective.metric : null,
    ...(also === null ? {} : { also }),
    repeats: Number.isSafeInteger(spec.repeats) && Number(spec.repeats) >= 1 ? Number(spec.repeats) : 1,
    ...(typeof spec.profile === 'string' ? { profile: spec.profile } : {}),
    ...(parent.success ? { parent: { study: parent.data.study, by: parent.data.by } } : {}),
  };
}

/** null: the spec names no metric. */
export function objectiveOf(header: StudyHeader | null): Objective | null {
  if (header === null || header.metric === null) return null;
  const spec = header.spec as { objective?: { epoch?: unknown } };
  const epoch = spec.objective?.epoch === 'last' ? 'last' : 'best';
  return { metric: header.metric, direction: header.direction, epoch };
}

function seedResult(event: EventOf<'trial.finished'>): SeedResult {
  const { trial, index, seed, worker, attempt, cached, result } = event;
  return { trial, index, seed, worker, attempts: attempt, cached, result };
}

function failedTrial(event: EventOf<'trial.failed'>): FailedTrial {
  const { trial, index, params, seed, attempt, worker, error } = event;
  return { trial, index, params, seed, attempts: attempt, worker, error };
}

/** Tests by trial, the first one of each: a second evaluation of the same trial has nothing to add. */
function mergeTests(known: readonly TestEvaluation[], added: readonly TestEvaluation[]): TestEvaluation[] {
  const merged = [...known];
  for (const test of added) {
    if (!merged.some((other) => other.trial === test.trial)) merged.push(test);
  }
  return merged;
}
