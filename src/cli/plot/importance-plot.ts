// How much each parameter mattered, as bars, with the value that did best. Pure.
import { LEAST_POINTS, type StudyInsight } from '../../leaderboard/insight.js';
import { formatParam } from '../../wording/param-format.js';
import { cut, pad, span, widthOf } from '../terminal/screen/styled-line.js';
import type { DrawnPlot } from './plot.js';

const EIGHTHS = '▏▎▍▌▋▊▉█';
const LONGEST_NAME = 24;
const LEAST_BAR = 10;

export function importancePlot({ points, params }: StudyInsight): DrawnPlot {
  const bars = params.map(({ param, importance, best }) => ({
    param,
    importance,
    best: best === null ? null : best.value,
  }));
  return {
    numbers: { points, params: bars },
    draw({ columns, rows }) {
      if (bars.every(({ importance }) => importance === null))
        return [
          [span(`importances take ${LEAST_POINTS} complete points: there are ${points} so far`, 'dim')],
        ];
      const nameWidth = Math.min(
        LONGEST_NAME,
        Math.max('parameter'.length, ...bars.map(({ param }) => widthOf(param))),
      );
      const bestTexts = bars.map(({ best }) => (best === null ? '' : valueText(best)));
      const bestWidth = Math.min(28, Math.max(...bestTexts.map(widthOf), 4));
      const hasBest = columns >= nameWidth + bestWidth + LEAST_BAR + 10;
      const room = Math.max(1, columns - nameWidth - 8 - (hasBest ? bestWidth + 2 : 0));
      const head = [
        span(pad('parameter', nameWidth), 'dim'),
        span(`  ${pad('importance', room + 6)}`, 'dim'),
        ...(hasBest ? [span('  best', 'dim')] : []),
      ];
      return [
        head,
        ...bars
          .slice(0, Math.max(1, rows - 1))
          .map(({ param, importance }, at) => [
            span(pad(param, nameWidth)),
            span(`${pad(importance === null ? '–' : `${(100 * importance).toFixed(0)} %`, 6, 'right')} `),
            span(pad(bar(importance ?? 0, room), room), 'cyan'),
            ...(hasBest ? [span(`  ${cut(bestTexts[at]!, bestWidth)}`, 'green')] : []),
          ]),
      ];
    },
  };
}

function valueText(value: StudyInsight['params'][number]['effects'][number]['value']): string {
  return Array.isArray(value)
    ? value.map((end) => formatParam(end)).join(' … ')
    : formatParam(value as never);
}

function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * EIGHTHS.length);
  const whole = Math.floor(eighths / EIGHTHS.length);
  const rest = eighths % EIGHTHS.length;
  return `${'█'.repeat(whole)}${rest === 0 ? '' : EIGHTHS[rest - 1]}`;
}
