// What a program's reports come to: the epochs that are told of, and the result of its trial. Pure but for its clock.
import { SweepError } from '../errors.js';
import type { CountedEpoch, EpochReport, Metrics, Objective, TrialResult } from '../study/trial/trial.js';
import type { MetricLine } from './metric-line.js';

/** As a checkpoint keeps it. */
export interface ScoreState {
  /** The last epoch that was told of. */
  readonly epochs: number;
  readonly counted: CountedEpoch | null;
  /** 1: the program counts from 0. */
  readonly offset: number;
}

/** An event log is no place for the steps of a training. */
const MOST_EPOCHS = 10_000;
/** Of an epoch: the objective's, and the first of the others. */
const MOST_METRICS = 64;

/** Where a score begins, and how far it counts. */
export interface ScoreOptions {
  /** What attempts before came to. */
  readonly state?: ScoreState | null;
  /** Epochs that the program has done before, as it goes on from its checkpoint; 0: it begins anew. */
  readonly from?: number;
  /** The last epoch that counts: what is said of one after it is not taken. */
  readonly until?: number | undefined;
}

export class TrialScore {
  #state: ScoreState;
  /** The program's own last epoch: one that begins anew counts again what was told of before. */
  #own: number;
  #isPast = false;
  #hasTold = false;
  /** Of the newest line with a value, told of or not; null: none of this attempt. */
  #newest: Metrics | null = null;
  /** `isLast`: it does not say of which epoch: of the last one, where no other comes. */
  #pending: {
    readonly epoch: number;
    readonly metrics: Record<string, number>;
    readonly isLast: boolean;
  } | null = null;
  readonly #startedAt: number;
  #reportedAt: number;
  /** Names of all metrics heard of, for whoever misses one. */
  readonly #heard = new Set<string>();

  constructor(
    private readonly objective: Objective,
    private readonly now: () => number,
    private readonly options: ScoreOptions = {},
  ) {
    const { state, from } = options;
    this.#state = state ?? { epochs: 0, counted: null, offset: 0 };
    this.#own = from ?? this.#state.epochs;
    this.#startedAt = now();
    this.#reportedAt = this.#startedAt;
  }

  get state(): ScoreState {
    return this.#state;
  }

  get hasValue(): boolean {
    return this.#state.counted !== null;
  }

  /** The last epoch of its own count, which a program that began anew may have been told of before. */
  get own(): number {
    return this.#own;
  }

  /** Whether this attempt has told of an epoch. */
  get hasTold(): boolean {
    return this.#hasTold;
  }

  /** It has told of an epoch after the last one that counts. */
  get isPast(): boolean {
    return this.#isPast;
  }

  /**
   * The reports that follow from a line, mostly one: an epoch is told of when its line has the objective's metric, with what
   * lines before said of it; one that was skipped has no values. What comes later of an epoch is dropped.
   * Throws TRIAL_DIVERGED, and TRIAL_BAD_INPUT for more epochs than a log takes.
   */
  take(line: MetricLine): EpochReport[] {
    for (const name of Object.keys(line.metrics)) this.#heard.add(name);
    const { epochs } = this.#state;
    if (line.epoch === 0 && epochs === 0) this.#state = { ...this.#state, offset: 1 };
    const epoch = line.epoch === null ? this.#own + 1 : line.epoch + this.#state.offset;
    const value = line.metrics[this.objective.metric];
    if (value !== undefined) this.#own = Math.max(this.#own, epoch);
    if (epoch <= epochs) {
      if (value !== undefined && !this.#hasTold) this.#newest = this.finiteOf(line.metrics);
      return [];
    }
    if (epoch > (this.options.until ?? epoch)) {
      this.#isPast ||= value !== undefined;
      return [];
    }
    if (this.#pending?.epoch !== epoch) this.#pending = { epoch, metrics: {}, isLast: line.epoch === null };
    const { metrics } = this.#pending;
    if (value !== undefined && !Number.isFinite(value)) throw this.diverged(value, epoch);
    Object.assign(metrics, this.finiteOf(line.metrics));
    if (value === undefined) return [];
    if (epoch > MOST_EPOCHS)
      throw new SweepError(
        'TRIAL_BAD_INPUT',
        `it reported epoch ${epoch}, and a trial has ${MOST_EPOCHS} at most`,
        {
          hint: 'report every so many steps, counted as epochs: {"epoch": 1, …}',
        },
      );
    return this.tell(epoch, metrics);
  }

  /**
   * The last word of a program that returns one: it stands for the last epoch that was told of, or that its budget has.
   * Throws TRIAL_DIVERGED.
   */
  conclude(metrics: Readonly<Record<string, number>>, budget: number | undefined): EpochReport[] {
    const { epochs, offset } = this.#state;
    if (budget !== undefined && epochs < budget) return this.take({ epoch: budget - offset, metrics });
    for (const name of Object.keys(metrics)) this.#heard.add(name);
    const value = metrics[this.objective.metric];
    if (value === undefined) return this.take({ epoch: null, metrics });
    const epoch = Math.max(1, epochs);
    if (!Number.isFinite(value)) throw this.diverged(value, epoch);
    this.count(epoch, this.finiteOf(metrics));
    return [];
  }

  /** It has used up its budget in fewer epochs: its newest value stands for the last one of them. */
  useUp(budget: number): EpochReport[] {
    if (this.#newest === null || this.#state.epochs >= budget) return [];
    return this.tell(budget, this.#newest);
  }

  /** Throws TRIAL_BAD_INPUT without a value of the objective's metric. */
  result(state: TrialResult['state']): TrialResult {
    const { counted, epochs } = this.#state;
    const objective = counted?.metrics[this.objective.metric];
    if (counted === null || objective === undefined) throw this.unheard();
    return {
      state,
      objective,
      objectiveInterval: null,
      objectiveIntervalReason: 'not-sampled',
      bestEpoch: counted.epoch,
      epochs,
      // What is measured once, after the last epoch, is of the trial.
      metrics: { ...(this.#pending?.isLast === true ? this.#pending.metrics : {}), ...counted.metrics },
      baselineMae: null,
      parameters: 0,
      modelDigest: null,
      durationMs: this.now() - this.#startedAt,
    };
  }

  private finiteOf(metrics: Readonly<Record<string, number>>): Record<string, number> {
    const { metric } = this.objective;
    const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
    const others = finite.filter(([name]) => name !== metric).slice(0, MOST_METRICS - 1);
    return Object.fromEntries(finite.filter((entry) => entry[0] === metric || others.includes(entry)));
  }

  private tell(epoch: number, metrics: Metrics): EpochReport[] {
    const skipped = emptyReports(this.#state.epochs + 1, epoch - 1);
    const nowMs = this.now();
    const report = { epoch, metrics: { ...metrics }, durationMs: nowMs - this.#reportedAt };
    this.#reportedAt = nowMs;
    this.#pending = null;
    this.#hasTold = true;
    this.#newest = report.metrics;
    this.count(epoch, report.metrics);
    return [...skipped, report];
  }

  private count(epoch: number, metrics: Metrics): void {
    const { metric, direction, epoch: which } = this.objective;
    const before = this.#state.counted?.metrics[metric];
    const value = metrics[metric] ?? Number.NaN;
    const isBetter = before === undefined || (direction === 'minimize' ? value < before : value > before);
    const counted = which === 'last' || isBetter ? { epoch, metrics } : this.#state.counted;
    this.#state = { ...this.#state, epochs: epoch, counted };
  }

  private diverged(value: number, epoch: number): SweepError {
    return new SweepError('TRIAL_DIVERGED', `${this.objective.metric} is ${value} at epoch ${epoch}`, {
      hint: 'narrow the ranges of the space',
    });
  }

  private unheard(): SweepError {
    const heard = [...this.#heard].slice(0, 10).join(', ');
    const told = heard === '' ? ': it reported nothing' : `; it reported ${heard}`;
    return new SweepError(
      'TRIAL_BAD_INPUT',
      `it ended without a value of "${this.objective.metric}"${told}`,
      { hint: 'look at one trial by itself: sweep try FILE' },
    );
  }
}

function emptyReports(first: number, last: number): EpochReport[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => ({
    epoch: first + place,
    metrics: {},
    durationMs: 0,
  }));
}
