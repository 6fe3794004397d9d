// How far a proposed window looks back and ahead: whole seasons where there are any, and never more than the splits bear.
import type { Season } from '../../statistics/autocorrelation.js';
import { seasonIn } from '../../study/trial/window-reference.js';
import { countOf } from '../../wording/plural.js';
import { inWords } from './row-rhythm.js';

export interface WindowProposal {
  readonly lookback: number;
  readonly step: number;
  readonly delay: number;
  /** The season that decides how far it looks back; null: none does. */
  readonly season: Season | null;
}

/** Time steps of a sample beyond this make training slow without telling much. */
const MOST_TIMESTEPS = 200;
/** A split should hold so many times the rows of a window. */
const WINDOWS_A_SPLIT = 2;
const DAY_SECONDS = 86_400;
/** Of a short season a window sees several, within so many rows. */
const MOST_CYCLES = 3;
const CYCLES_ROWS = 96;
/** Without a season. */
const PLAIN_LOOKBACK = 32;

/** `rows`: of the shortest series. Each split has at least one window with its target, for 20 rows or more. */
export function chooseWindow(
  seasons: readonly Season[],
  rows: number,
  split: Readonly<Record<'train' | 'validation' | 'test', number>>,
  stepSeconds: number | null,
): WindowProposal {
  const least = Math.floor(Math.min(split.train, split.validation, split.test) * rows);
  const most = Math.max(1, Math.floor(least / WINDOWS_A_SPLIT));
  const shortest = seasonOf(DAY_SECONDS, seasons, stepSeconds) ?? seasons[0];
  const fitting = seasons.filter(({ period }) => period + (shortest?.period ?? 1) <= most);
  const season = fitting.at(-1) ?? null;
  const horizon = (seasonOf(DAY_SECONDS, fitting, stepSeconds) ?? fitting[0])?.period ?? 1;
  const wanted =
    season === null
      ? Math.min(PLAIN_LOOKBACK, most - horizon)
      : season.period * cyclesOf(season, most - horizon);
  const step = stepFor(Math.max(1, wanted), horizon);
  const lookback = Math.max(1, Math.floor(Math.max(1, wanted) / step)) * step;
  // A window's last row lies `step` rows before its anchor.
  return { lookback, step, delay: Math.max(0, horizon - step), season };
}

/** People mean a day, where half of one is a season as well. */
function seasonOf(
  seconds: number,
  seasons: readonly Season[],
  stepSeconds: number | null,
): Season | undefined {
  return seasons.find(({ period }) => stepSeconds !== null && period * stepSeconds === seconds);
}

function cyclesOf({ period }: Season, most: number): number {
  return Math.max(1, Math.min(MOST_CYCLES, Math.floor(Math.min(CYCLES_ROWS, most) / period)));
}

/** The smallest step that keeps the time steps few, and is not longer than the horizon. */
function stepFor(lookback: number, horizon: number): number {
  const least = Math.ceil(lookback / MOST_TIMESTEPS);
  for (let step = least; step <= horizon; step++) if (lookback % step === 0) return step;
  return Math.max(1, Math.min(least, horizon));
}

export function describeWindow(
  { lookback, step, delay, season }: WindowProposal,
  seasons: readonly Season[],
  stepSeconds: number | null,
): string[] {
  const span = (rows: number): string => (stepSeconds === null ? '' : ` (${inWords(rows * stepSeconds)})`);
  const found = seasons.map(
    ({ period, correlation }) =>
      `${countOf(period, 'row')}${span(period)}, autocorrelation ${correlation.toFixed(2)}`,
  );
  const horizon = step + delay;
  return [
    found.length === 0
      ? 'Seasons of the target: none was found by its autocorrelation.'
      : `Seasons of the target, by its autocorrelation: ${found.join('; ')}.`,
    `lookback ${lookback}: a sample sees the last ${countOf(lookback, 'row')}${span(lookback)}${season === null ? '' : season.period === lookback ? ', the longest season that the splits bear' : `, ${Math.round(lookback / season.period)} of the longest season that the splits bear`}${step === 1 ? '' : `, every ${step} rows`}.`,
    `step ${step}, delay ${delay}: the target lies ${countOf(horizon, 'row')}${span(horizon)} after the last row that is seen. For another horizon h: delay = h − ${step}.`,
  ];
}

/** What a model may learn of a target. */
export interface TargetProposal {
  readonly target: ({ readonly column: string } | { readonly columns: readonly string[] }) & {
    readonly as: '$as';
    readonly period?: number;
  };
  /** For the space: the search finds out which suits the series. */
  readonly forms: readonly ('level' | 'difference' | 'seasonal-difference')[];
}

/** The change since the season before only where the window holds that season. */
export function chooseTarget(
  columns: readonly string[],
  { season, ...window }: WindowProposal,
): TargetProposal {
  const isHeld = season !== null && seasonIn(season.period, window).lacks === null;
  const named = columns.length === 1 ? { column: columns[0]! } : { columns };
  if (!isHeld) return { target: { ...named, as: '$as' }, forms: ['level', 'difference'] };
  return {
    target: { ...named, as: '$as', period: season.period },
    forms: ['level', 'difference', 'seasonal-difference'],
  };
}

export function describeTarget({ target }: TargetProposal): string {
  const season =
    target.period === undefined ? '' : `, or since the season before (${countOf(target.period, 'row')})`;
  return `"as" is searched too: a model learns the level, the change since the last row seen${season}; predictions and errors stay in the unit of the target.`;
}
