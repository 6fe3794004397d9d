// What a study tells of its search: which parameters mattered, which values did well, what stopping saved, and how soon the best
// was found. Pure: trials stand in the sampler's order, so that the order in which results came in leaves no trace.
import { pedAnova } from '../statistics/ped-anova.js';
import { compareRows, type Direction, type FinishedRow } from '../study/finished-row.js';
import { weightsOf } from '../study/trial/second-metric.js';
import type { Params } from '../study/trial/trial.js';
import { effectOf, type ParamAxis, type ParamEffect } from './param-effects.js';

export interface ParamInsight extends ParamEffect {
  readonly param: string;
  /** Share of all importances (ped-anova.ts); null: too few complete points. */
  readonly importance: number | null;
}

export interface StoppingInsight {
  /** Trials that a scheduler stopped, and epochs that they were not trained for. */
  readonly stopped: number;
  readonly epochsSaved: number;
  /** Complete trials that stopped early by themselves (training.earlyStopping). */
  readonly stoppedThemselves: number;
  readonly epochsSavedThemselves: number;
  readonly epochsTrained: number;
  /** The epochs planned for all trials that ended with a result. */
  readonly epochsPlanned: number;
  /** What the saved epochs would have taken at the pace of their trials. */
  readonly processorMsSaved: number;
}

/** A trial that was better than all before it in the sampler's order. */
export interface BestSoFar {
  readonly trial: string;
  /** Trials with a result up to it, itself included. */
  readonly trials: number;
  /** Time of training all of them, one after another. */
  readonly processorMs: number;
  readonly objective: number;
}

export interface StudyInsight {
  /** Complete points: what importances and effects are over. */
  readonly points: number;
  /** Most important first. */
  readonly params: readonly ParamInsight[];
  /** null where trials have no epochs: functions. */
  readonly stopping: StoppingInsight | null;
  readonly bestSoFar: readonly BestSoFar[];
}

export interface InsightInput {
  /** All rows of the study. */
  readonly rows: readonly FinishedRow[];
  readonly direction: Direction;
  readonly metric: string | null;
  readonly axes: readonly ParamAxis[];
  /** Epochs that a trial of these parameters was meant to train; null: it trains nothing. */
  epochsOf(params: Params): number | null;
}

/** The best tenth of fewer is a single point. */
export const LEAST_POINTS = 10;
/** A range is cut into so many cells. */
const MOST_CELLS = 50;

export function describeInsight({ rows, direction, metric, axes, epochsOf }: InsightInput): StudyInsight {
  const complete = rows
    .filter(({ state }) => state === 'COMPLETE')
    .sort((left, right) => compareRows(left, right, direction));
  const sign = direction === 'minimize' ? 1 : -1;
  const importances =
    complete.length < LEAST_POINTS
      ? null
      : pedAnova(
          axes.map((axis) => ({
            cells: cellsOf(axis),
            isOrdered: !axis.isChoice,
            cellOf: complete.map(({ params }) => cellOf(axis, params)),
          })),
          complete.map(({ objective }) => sign * objective),
        );
  const params = axes.map(
    (axis, at): ParamInsight => ({
      param: axis.name,
      importance: importances?.[at] ?? null,
      ...effectOf(axis, complete, direction, metric),
    }),
  );
  return {
    points: complete.length,
    // Stable: equally important ones stay in the order of the space.
    params: params.sort((left, right) => (right.importance ?? 0) - (left.importance ?? 0)),
    stopping: stoppingOf(rows, epochsOf),
    bestSoFar: bestSoFarOf(rows, sign),
  };
}

function cellsOf({ count, cell }: ParamAxis): number {
  return count !== null && cell > 0 ? Math.min(count, MOST_CELLS) : MOST_CELLS;
}

function cellOf(axis: ParamAxis, params: Params): number | null {
  const value = params[axis.name];
  const share = value === undefined ? Number.NaN : axis.shareOf(value);
  if (Number.isNaN(share)) return null;
  const cells = cellsOf(axis);
  // Each value of few has a cell of its own; else the nearest of as many places from end to end.
  const cell =
    axis.cell > 0 && axis.count === cells ? Math.floor(share * cells) : Math.ceil(share * (cells - 1) - 0.5);
  return Math.min(cells - 1, Math.max(0, cell));
}

function stoppingOf(
  rows: readonly FinishedRow[],
  epochsOf: (params: Params) => number | null,
): StoppingInsight | null {
  const tally = {
    stopped: 0,
    epochsSaved: 0,
    stoppedThemselves: 0,
    epochsSavedThemselves: 0,
    epochsTrained: 0,
    epochsPlanned: 0,
    processorMsSaved: 0,
  };
  for (const { params, seeds } of rows) {
    const planned = epochsOf(params);
    if (planned === null) continue;
    for (const { result } of seeds) {
      const saved = Math.max(0, planned - result.epochs);
      tally.epochsTrained += result.epochs;
      // Common sense, which trains nothing, is judged once.
      tally.epochsPlanned += weightsOf(result) === 0 ? result.epochs : planned;
      if (weightsOf(result) === 0 || saved === 0) continue;
      tally.processorMsSaved += (saved * result.durationMs) / result.epochs;
      if (result.state === 'PRUNED') {
        tally.stopped += 1;
        tally.epochsSaved += saved;
      } else {
        tally.stoppedThemselves += 1;
        tally.epochsSavedThemselves += saved;
      }
    }
  }
  return tally.epochsPlanned === 0 ? null : tally;
}

function bestSoFarOf(rows: readonly FinishedRow[], sign: number): BestSoFar[] {
  const seeds = rows.flatMap((row) => row.seeds).sort((left, right) => left.index - right.index);
  const steps: BestSoFar[] = [];
  let processorMs = 0;
  let best = Number.POSITIVE_INFINITY;
  seeds.forEach(({ trial, result }, at) => {
    processorMs += result.durationMs;
    // One that was stopped may have been better than it would have ended.
    if (result.state !== 'COMPLETE' || sign * result.objective >= best) return;
    best = sign * result.objective;
    steps.push({ trial, trials: at + 1, processorMs, objective: result.objective });
  });
  return steps;
}
