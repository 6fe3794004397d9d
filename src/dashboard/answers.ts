// What the page asks for besides the live events: the list of studies, importances, curves, one trial, its forecasts.
import type { Bus } from '../bus/bus.js';
import { readTrialCurves } from '../coordinator/archive/trial-curves.js';
import { forecastValidation } from '../coordinator/archive/validation-forecast.js';
import type { Engine } from '../engine/engine.js';
import { SweepError } from '../errors.js';
import { missingInterval } from '../leaderboard/interval-note.js';
import { outputFigures } from '../leaderboard/outputs/output-figures.js';
import type { Logger } from '../log.js';
import type { DatasetInfo, LoggedEvent } from '../study/events.js';
import { HolderCheck } from '../study/holder-check.js';
import { describeTrial } from '../study/trial/trial-story.js';
import type { Feeds } from './feeds.js';
import { forecastAnswer } from './forecast-answer.js';
import type { StudyFeed } from './study-feed.js';
import type { CurvesAnswer, ForecastAnswer, TrialAnswer } from './wire.js';

const FORECASTS_KEPT = 4;
const MOST_CURVES = 60;

export interface AnswersOptions {
  readonly bus: Bus;
  readonly feeds: Feeds;
  readonly cacheDirectory: string;
  readonly version: string;
  readonly logger: Logger;
  /** Asked for when the first forecast is. */
  openEngine(): Promise<Engine>;
  readonly signal: AbortSignal;
}

/** Of several target columns, and of several series; the first where none is named. */
export interface WantedForecast {
  readonly column?: string | undefined;
  readonly series?: string | undefined;
}

export class Answers {
  /** Those that are being looked up: once, however many ask. */
  readonly #trials = new Map<string, Promise<TrialAnswer>>();
  readonly #forecasts = new Map<string, Promise<ForecastAnswer | null>>();
  /** One after another: each takes a processor. */
  #forecasting: Promise<unknown> = Promise.resolve();
  #engine: Promise<Engine> | null = null;

  constructor(private readonly options: AnswersOptions) {}

  async curves(study: string, trials: readonly string[]): Promise<CurvesAnswer> {
    if (trials.length > MOST_CURVES)
      throw new SweepError(
        'USAGE',
        `curves of ${trials.length} trials were asked for: at most ${MOST_CURVES}`,
      );
    const feed = await this.options.feeds.open(study);
    const metric = feed.view.header?.metric ?? '';
    const answer: Record<string, readonly (number | null)[]> = {};
    for (const trial of trials) {
      const values = (await this.#curvesOf(feed, trial)).get(metric);
      if (values !== undefined) answer[trial] = values;
    }
    return answer;
  }

  /** Throws TRIAL_NOT_FOUND. */
  trial(study: string, trial: string): Promise<TrialAnswer> {
    const key = `${study} ${trial}`;
    const looking =
      this.#trials.get(key) ?? this.#lookUp(study, trial).finally(() => this.#trials.delete(key));
    this.#trials.set(key, looking);
    return looking;
  }

  async #lookUp(study: string, trial: string): Promise<TrialAnswer> {
    const { bus, feeds } = this.options;
    const feed = await feeds.open(study);
    const holders = new HolderCheck();
    const ofStudy = (await bus.studyEvents(study))
      .filter(({ event }) => event.type === 'study.state')
      .slice(-1);
    const events = (await bus.trialEvents(study, trial)).filter((logged) => holders.admits(logged));
    const told = describeTrial([...events, ...ofStudy], trial);
    if (told === null) {
      throw new SweepError('TRIAL_NOT_FOUND', `study ${study} has no trial ${JSON.stringify(trial)}`, {
        hint: 'the leaderboard has those that there are',
      });
    }
    const curves = await this.#curvesOf(feed, trial);
    const dataset = feed.view.header?.dataset ?? null;
    return {
      trial,
      index: told.index,
      state: told.state,
      conclusion: told.conclusion,
      params: told.params,
      seed: seedOf(events),
      result: resultOf(events, dataset),
      outputs: outputsOf(events, dataset),
      story: told.lines.map(({ at, text }) => ({ at, text })),
      output: told.output ?? null,
      curves: Object.fromEntries(curves),
    };
  }

  /** null: the trial predicts no series. */
  forecast(study: string, trial: string, wanted: WantedForecast = {}): Promise<ForecastAnswer | null> {
    const key = JSON.stringify([study, trial, wanted.column, wanted.series]);
    const known = this.#forecasts.get(key);
    if (known !== undefined) return known;
    const made = this.#forecasting.then(() => this.#makeForecast(study, trial, wanted));
    this.#forecasting = made.catch(() => {});
    this.#forecasts.set(key, made);
    made.catch(() => this.#forecasts.delete(key));
    const [oldest] = this.#forecasts.keys();
    if (this.#forecasts.size > FORECASTS_KEPT && oldest !== undefined) this.#forecasts.delete(oldest);
    return made;
  }

  async #makeForecast(
    study: string,
    trial: string,
    { column, series }: WantedForecast,
  ): Promise<ForecastAnswer | null> {
    const { bus, feeds, cacheDirectory, version, logger, signal } = this.options;
    const { view } = await feeds.open(study);
    if (view.header?.dataset == null) return null;
    this.#engine ??= this.options.openEngine();
    const engine = await this.#engine;
    const forecast = await forecastValidation({
      bus,
      view,
      trial,
      column,
      series,
      cacheDirectory,
      version,
      logger,
      signal,
      engine,
    });
    return forecast === null ? null : forecastAnswer(forecast);
  }

  /** Of a result from the cache the curves are in the log of the study that computed it. */
  async #curvesOf(feed: StudyFeed, trial: string): Promise<ReadonlyMap<string, readonly (number | null)[]>> {
    const known = feed.curves.of(trial);
    if (known !== undefined) return known;
    const seed = feed.view.rows.flatMap(({ seeds }) => seeds).find((one) => one.trial === trial);
    if (seed?.cached !== true) return new Map();
    const found = (await readTrialCurves(this.options.bus, feed.study, [seed])).get(trial) ?? [];
    for (const report of found)
      for (const [name, value] of Object.entries(report.metrics))
        feed.curves.put(trial, name, report.epoch, value);
    return feed.curves.of(trial) ?? new Map();
  }
}

function seedOf(events: readonly LoggedEvent[]): number | null {
  for (const { event } of events) if ('seed' in event) return event.seed;
  return null;
}

function outputsOf(events: readonly LoggedEvent[], dataset: DatasetInfo | null): TrialAnswer['outputs'] {
  const finished = events.map(({ event }) => event).find((event) => event.type === 'trial.finished');
  if (finished?.type !== 'trial.finished' || dataset === null) return null;
  return outputFigures(finished.result, dataset);
}

/** The facts of its result that are one value each, and its metrics. */
function resultOf(events: readonly LoggedEvent[], dataset: DatasetInfo | null): TrialAnswer['result'] {
  const finished = events.map(({ event }) => event).find((event) => event.type === 'trial.finished');
  if (finished?.type !== 'trial.finished') return null;
  const { metrics, objectiveInterval, objectiveIntervalReason: _, ...facts } = finished.result;
  const flat: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(facts))
    if (value === null || typeof value !== 'object') flat[name] = value ?? null;
  for (const [name, value] of Object.entries(metrics)) flat[name] = value;
  if (objectiveInterval !== null) {
    flat.intervalLow = objectiveInterval[0];
    flat.intervalHigh = objectiveInterval[1];
  }
  const noInterval = missingInterval(finished.result, dataset);
  if (noInterval !== null) flat.noInterval = noInterval;
  return { ...flat, worker: finished.worker, attempt: finished.attempt, cached: finished.cached };
}
