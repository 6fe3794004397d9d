// How the objective of a study is said: in the target's unit where it is the task's own metric, else as it is computed.
import type { StudyView } from '../../study/study-view.js';
import { taskOfData } from '../../task/registry.js';
import { formatObjective, type Spread, unitSign, withSign } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';

export interface ObjectiveWords {
  /** What it is, with its unit. */
  readonly title: string;
  /** The unit that values are said in; empty: none. */
  readonly unit: string;
  /** Times this a value is in that unit, as a figure without words. */
  readonly scale: number;
  /** One figure, in its unit where it has one. */
  say(value: number, spread?: Spread | null): string;
  /** As computed, and in its unit behind that. */
  sayBoth(value: number, spread?: Spread | null): string;
  /** How far one lies from another, with its sign. */
  sayDifference(difference: number): string;
}

export function objectiveWords({ header }: StudyView): ObjectiveWords {
  const metric = printable(header?.metric ?? 'objective');
  const dataset = header?.dataset ?? null;
  const task = dataset === null ? null : taskOfData(dataset);
  const plain = (value: number, spread: Spread | null = null): string => formatObjective(value, spread);
  if (dataset === null || task === null || header?.metric !== task.metrics[0].name) {
    const sayDifference = (difference: number): string => withSign(difference, plain);
    return { title: metric, unit: '', scale: 1, say: plain, sayBoth: plain, sayDifference };
  }
  const unit = task.unitOf(dataset);
  const { scale } = unit;
  const scaled = (spread: Spread | null): Spread | null =>
    spread === null ? null : { low: spread.low * scale, high: spread.high * scale };
  const say = (value: number, spread: Spread | null = null): string =>
    unit.say(value * scale, scaled(spread));
  const sign = unit.hasOwnScale ? unitSign(dataset.unit) : '';
  return {
    title: sign === '' ? metric : `${metric}, ${sign}`,
    unit: sign,
    scale,
    say,
    sayBoth: (value, spread = null) =>
      unit.hasOwnScale ? `${plain(value, spread)} (${say(value, spread)})` : say(value, spread),
    sayDifference: (difference) => unit.sayDifference(difference * scale),
  };
}
