// What `sweep insight` prints for people. Plain text but for the heads; JSON is the document itself.
import Table from 'cli-table3';
import picocolors from 'picocolors';
import { formatDuration } from '../wording/duration.js';
import {
  formatCount,
  formatInterval,
  formatObjective,
  formatPercent,
  type Spread,
  spreadOf,
} from '../wording/figures.js';
import { paramFormat } from '../wording/param-format.js';
import { countOf } from '../wording/plural.js';
import { printable } from '../wording/printable.js';
import {
  type BestSoFar,
  LEAST_POINTS,
  type ParamInsight,
  type StoppingInsight,
  type StudyInsight,
} from './insight.js';
import type { ValueEffect } from './param-effects.js';
import { TRIAL_DIGITS } from './table-columns.js';

/** How many steps of a long search are shown: how it began and how it ended. */
const STEPS_SHOWN = 12;

export interface InsightTextOptions {
  readonly metric: string;
  readonly useColor: boolean;
}

export function insightText(insight: StudyInsight, { metric, useColor }: InsightTextOptions): string {
  const { bold } = picocolors.createColors(useColor);
  const { points, params, stopping, bestSoFar } = insight;
  const lines = [
    bold(`What mattered (${countOf(points, 'complete point')}, ${printable(metric)})`),
    ...importanceLines(params, points),
    '',
    bold('Values of each parameter, on average over all others'),
    points === 0 ? 'no point is complete' : effectsTable(params),
    '',
    bold('Stopping'),
    ...stoppingLines(stopping),
    '',
    bold('Best so far'),
    ...bestLines(bestSoFar),
  ];
  return `${lines.join('\n')}\n`;
}

function importanceLines(params: readonly ParamInsight[], points: number): string[] {
  if (params.length === 0) return ['the space has no dimension'];
  if (points < LEAST_POINTS)
    return [`how important each parameter is takes ${LEAST_POINTS} complete points or more`];
  const width = Math.max(...params.map(({ param }) => printable(param).length));
  return params.map(({ param, importance }) =>
    `${printable(param).padEnd(width)}  ${`${formatPercent(importance)} %`.padStart(8)}  ${'█'.repeat(Math.round(20 * (importance ?? 0)))}`.trimEnd(),
  );
}

function effectsTable(params: readonly ParamInsight[]): string {
  const spread = spreadOf(params.flatMap(({ effects }) => effects.map((effect) => effect.meanObjective)));
  const table = plainTable(
    ['', 'parameter', 'value', 'points', 'mean', '95 % interval', 'best'],
    ['left', 'left', 'left', 'right', 'right', 'right', 'right'],
  );
  for (const { param, effects, best } of params) {
    const values = formatValues(effects);
    effects.forEach((effect, at) => {
      table.push([
        effect === best ? '*' : '',
        at === 0 ? printable(param) : '',
        values[at] ?? '',
        formatCount(effect.points),
        formatObjective(effect.meanObjective, spread),
        formatInterval(effect.interval, (value) => formatObjective(value, spread)),
        formatObjective(effect.bestObjective, spread),
      ]);
    });
  }
  return `${trimLines(table.toString())}\n* marks the best mean of each parameter`;
}

function formatValues(effects: readonly ValueEffect[]): string[] {
  const ends = effects.map(({ value }) => (typeof value === 'object' && value !== null ? value : [value]));
  const format = paramFormat(ends.flat());
  return ends.map((each) => each.map(format).join(' … '));
}

function stoppingLines(stopping: StoppingInsight | null): string[] {
  if (stopping === null) return ['its trials have no epochs'];
  const { stopped, epochsSaved, stoppedThemselves, epochsSavedThemselves } = stopping;
  const { epochsTrained, epochsPlanned, processorMsSaved } = stopping;
  const of = (saved: number): string =>
    `${formatCount(saved)} of ${formatCount(epochsPlanned)} epochs (${formatPercent(saved / epochsPlanned)} %)`;
  return [
    `${formatCount(epochsTrained)} of ${formatCount(epochsPlanned)} planned epochs were trained`,
    ...(stopped === 0
      ? ['the scheduler stopped no trial']
      : [`the scheduler stopped ${countOf(stopped, 'trial')} and saved ${of(epochsSaved)}`]),
    ...(stoppedThemselves === 0
      ? []
      : [
          `${countOf(stoppedThemselves, 'trial')} stopped early without improving, and saved ${of(epochsSavedThemselves)}`,
        ]),
    ...(processorMsSaved === 0
      ? []
      : [`that is about ${formatDuration(processorMsSaved)} of processor time at the pace of those trials`]),
  ];
}

function bestLines(steps: readonly BestSoFar[]): string[] {
  if (steps.length === 0) return ['no trial is complete yet'];
  const spread: Spread | null = spreadOf(steps.map(({ objective }) => objective));
  const half = STEPS_SHOWN / 2;
  const shown = steps.length <= STEPS_SHOWN ? steps : [...steps.slice(0, half), ...steps.slice(-half)];
  const table = plainTable(
    ['trials', 'processor time', 'best', 'trial'],
    ['right', 'right', 'right', 'left'],
  );
  for (const { trials, processorMs, objective, trial } of shown)
    table.push([
      formatCount(trials),
      formatDuration(processorMs),
      formatObjective(objective, spread),
      trial.slice(0, TRIAL_DIGITS),
    ]);
  const left = steps.length - shown.length;
  return [
    trimLines(table.toString()),
    ...(left === 0 ? [] : [`${formatCount(left)} steps between them are not shown: --json has all`]),
    'in the order in which the sampler proposed them; cached trials count with the time that they once took',
  ];
}

export function plainTable(head: readonly string[], colAligns: Table.HorizontalAlignment[]): Table.Table {
  return new Table({
    head: [...head],
    colAligns,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 1 },
    chars: PLAIN_LINES,
  });
}

export function trimLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Nothing but blanks between cells. */
const PLAIN_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
