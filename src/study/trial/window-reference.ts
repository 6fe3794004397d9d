// Where in a window the values stand that its targets are told from. Pure.
import { SweepError } from '../../errors.js';
import { delaysOf, type ForecastTask } from './trial.js';

export type FramedTask = Pick<
  ForecastTask,
  'window' | 'targetColumn' | 'targetColumns' | 'as' | 'period' | 'ahead'
>;

/** Where in a window what a target is told from stands: a time step from 0, or the mean of all. */
export type ReferencePlace = number | 'mean';

/** Of each step of the horizon, the same for every target column; null: targets are levels. Throws MODEL_SHAPE where the window does not hold one. */
export function referencePlaces({ window, as, period = 0 }: FramedTask): readonly ReferencePlace[] | null {
  const { lookback, step, normalise } = window;
  if (as === undefined && normalise === undefined) return null;
  const last = lookback / step - 1;
  return delaysOf(window).map((delay) => {
    if (as === undefined) return normalise === 'last' ? last : 'mean';
    if (as === 'difference') return last;
    const { back, lacks } = seasonIn(period, { lookback, step, delay });
    if (lacks === null) return (lookback - back) / step;
    throw new SweepError('MODEL_SHAPE', explainSeason(period, { lookback, step, delay }), {
      path: `window.${lacks}`,
    });
  });
}

/** A window and one of its targets. */
type OneStep = Pick<ForecastTask['window'], 'lookback' | 'step' | 'delay'>;

/** How many rows before a window's anchor the season before its target stands, and which field keeps it from being read. */
export function seasonIn(
  period: number,
  { lookback, step, delay }: OneStep,
): { readonly back: number; readonly lacks: 'lookback' | 'step' | null } {
  const back = seasonsBack(period, step + delay) - delay;
  return { back, lacks: back > lookback ? 'lookback' : back % step === 0 ? null : 'step' };
}

/** Rows from the latest whole season that is known to the target, `horizon` rows after the last one read. */
export function seasonsBack(period: number, horizon: number): number {
  return Math.max(1, Math.ceil(horizon / period)) * period;
}

/** Why a window does not hold the season before its target. */
export function explainSeason(period: number, window: OneStep): string {
  const { lookback, step } = window;
  const { back, lacks } = seasonIn(period, window);
  return lacks === 'lookback'
    ? `the value a season of ${period} rows before the target stands ${back} rows back, and a window of ${lookback} does not reach it`
    : `the value a season of ${period} rows before the target stands ${back} rows back, which a window that reads every ${step} rows passes over`;
}
