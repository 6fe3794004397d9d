// Which classes a trial takes for which on validation data: a row a class, a column an answer. Pure.
import { confusedPairs } from '../../leaderboard/outputs/confused-pairs.js';
import { type ClassFigures, outputFigures } from '../../leaderboard/outputs/output-figures.js';
import type { SeedResult } from '../../study/finished-row.js';
import { formatCount, formatPercent } from '../../wording/figures.js';
import { type Line, pad, span, widthOf } from '../terminal/screen/styled-line.js';
import type { DrawnPlot, PlotInput } from './plot.js';

const WIDEST_CLASS = 18;
const NARROWEST = 6;
const WIDEST_ANSWER = 12;
const GAP = 2;
const PAIRS = 5;

/** `seed`: undefined where the trial has no result. */
export function confusionPlot({ view }: PlotInput, seed: SeedResult | undefined): DrawnPlot {
  const dataset = view.header?.dataset ?? null;
  const figures = dataset === null || seed === undefined ? null : outputFigures(seed.result, dataset);
  const classes = figures?.classes ?? null;
  const trial = seed?.trial ?? null;
  return {
    numbers: {
      trial,
      labels: classes?.labels ?? [],
      macroF1: classes?.macroF1 ?? null,
      confusion: classes?.confusion ?? null,
    },
    draw({ columns, rows }) {
      if (seed === undefined) return [[span('the trial has no result', 'dim')]];
      if (classes === null) return [[span('the trial does not tell classes apart', 'dim')]];
      const { macroF1, confusion } = classes;
      const head = `trial ${seed.trial.slice(0, 8)}  macro F1 ${formatPercent(macroF1)} %, on validation samples`;
      if (confusion === null)
        return [[span(head)], [span('there are too many classes for a table of them', 'dim')]];
      const table = tableLines(classes, confusion);
      const hasRoom = table.length + 1 <= rows && lineColumns(table) <= columns;
      const drawn = hasRoom ? table : [[span('the table of all classes has no room here', 'dim')]];
      const room = Math.min(PAIRS, rows - drawn.length - 2);
      const pairs = room > 0 ? confusedPairs(classes, room) : [];
      return [
        [span(head)],
        ...drawn,
        ...(pairs.length > 0 ? [[span('most often taken for another', 'dim')]] : []),
        ...pairs.map(({ own, answer, samples, share }) => [
          span(`${own} for ${answer}: ${formatCount(samples)} (${formatPercent(share)} %)`),
        ]),
      ];
    },
  };
}

function tableLines({ labels }: ClassFigures, confusion: readonly (readonly number[])[]): Line[] {
  const widest = (texts: readonly string[]): number => Math.max(...texts.map(widthOf));
  const first = Math.min(WIDEST_CLASS, widest([...labels, 'class \\ answer']));
  const counts = confusion.flat().map(formatCount);
  const answer = Math.max(widest(counts), Math.min(WIDEST_ANSWER, widest(labels)), NARROWEST);
  const cell = (text: string): string => pad(text, answer + GAP, 'right');
  return [
    [span(pad('class \\ answer', first), 'dim'), ...labels.map((label) => span(cell(label), 'dim'))],
    ...confusion.map((row, own) => [
      span(pad(labels[own]!, first)),
      ...row.map((samples, at) =>
        span(cell(formatCount(samples)), at === own ? 'green' : samples === 0 ? 'dim' : undefined),
      ),
    ]),
  ];
}

function lineColumns(lines: readonly Line[]): number {
  return lines[0]!.reduce((sum, { text }) => sum + widthOf(text), 0);
}
