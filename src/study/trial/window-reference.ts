// Where in a window the value stands that its target is told from. Pure.
import { SweepError } from '../../errors.js';
import type { ForecastTask } from './trial.js';

export type FramedTask = Pick<ForecastTask, 'window' | 'targetColumn' | 'as' | 'period' | 'ahead'>;

/** Where in a window what its target is told from stands: a time step from 0, or the mean of all. */
export type ReferencePlace = number | 'mean';

/** null: a target is a level. Throws MODEL_SHAPE where the window does not hold it. */
export function referencePlace({ window, as, period }: FramedTask): ReferencePlace | null {
  const { lookback, step, normalise } = window;
  const last = lookback / step - 1;
  if (as === undefined) return normalise === undefined ? null : normalise === 'last' ? last : 'mean';
  if (as === 'difference') return last;
  const { back, lacks } = seasonIn(period ?? 0, window);
  if (lacks !== null)
    throw new SweepError('MODEL_SHAPE', explainSeason(period ?? 0, window), { path: `window.${lacks}` });
  return (lookback - back) / step;
}

/** How many rows before a window's anchor the season before its target stands, and which field keeps it from being read. */
export function seasonIn(
  period: number,
  { lookback, step, delay }: FramedTask['window'],
): { readonly back: number; readonly lacks: 'lookback' | 'step' | null } {
  const back = seasonsBack(period, step + delay) - delay;
  return { back, lacks: back > lookback ? 'lookback' : back % step === 0 ? null : 'step' };
}

/** Rows from the latest whole season that is known to the target, `horizon` rows after the last one read. */
export function seasonsBack(period: number, horizon: number): number {
  return Math.max(1, Math.ceil(horizon / period)) * period;
}

/** Why a window does not hold the season before its target. */
export function explainSeason(period: number, window: FramedTask['window']): string {
  const { lookback, step } = window;
  const { back, lacks } = seasonIn(period, window);
  return lacks === 'lookback'
    ? `the value a season of ${period} rows before the target stands ${back} rows back, and a window of ${lookback} does not reach it`
    : `the value a season of ${period} rows before the target stands ${back} rows back, which a window that reads every ${step} rows passes over`;
}
