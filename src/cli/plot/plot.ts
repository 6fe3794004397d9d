// The contract of a plot: its numbers, as `--json` prints them, and those numbers drawn.
import type { FinishedRow } from '../../study/finished-row.js';
import type { StudyView } from '../../study/study-view.js';
import { taskOfStudy } from '../../task/registry.js';
import type { Range } from '../terminal/chart/ticks.js';
import type { ObjectiveWords } from '../terminal/objective-words.js';
import type { ScreenSize } from '../terminal/screen/screen.js';
import type { Line } from '../terminal/screen/styled-line.js';

export interface DrawnPlot {
  readonly numbers: object;
  draw(size: ScreenSize): Line[];
}

export interface PlotInput {
  /** With all rows. */
  readonly view: StudyView;
  readonly words: ObjectiveWords;
}

/** In the objective's unit, where it is what common sense is told in. */
export function baselinesOf({ view, words }: PlotInput): { readonly name: string; readonly value: number }[] {
  const task = taskOfStudy(view);
  if (task === null || view.header?.metric !== task.metrics[0].name) return [];
  return task.baselines(view).map(({ name, value }) => ({ name, value: value * words.scale }));
}

/** What has an objective. */
export function rowsOf({ rows, partialRows }: StudyView): FinishedRow[] {
  const partial = [...partialRows.values()].filter((row): row is FinishedRow => row.seeds.length > 0);
  return [...rows, ...partial];
}

const OUTLIERS = 0.02;
const MARGIN = 0.04;

/** Of objectives but the worst few, which would press all others together, and of what stands beside them. */
export function objectiveRange(
  values: readonly number[],
  direction: 'minimize' | 'maximize',
  others: readonly number[],
): Range {
  const sorted = values.filter(Number.isFinite).sort((left, right) => left - right);
  const cut = sorted.length >= 20 ? Math.floor(sorted.length * OUTLIERS) : 0;
  const kept = direction === 'minimize' ? sorted.slice(0, sorted.length - cut) : sorted.slice(cut);
  const ends = [...(kept.length > 0 ? [kept[0]!, kept.at(-1)!] : []), ...others];
  if (ends.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  const around = low === high ? Math.abs(low || 1) * 0.05 : (high - low) * MARGIN;
  return { low: low - around, high: high + around };
}
