// The parameters of a study as axes of a plot, each with what is written at it. A place on one is a share in [0, 1]. Pure.
import { type Axis, axesOf } from '../../search/space/axes.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import { reviveSweepSpec } from '../../sweep-file/sweep-spec.js';
import { paramFormat } from '../../wording/param-format.js';
import type { ChartTick } from '../terminal/chart/ticks.js';

export interface ParamAxis extends Axis {
  /** From low to high, at shares. */
  readonly ticks: readonly ChartTick[];
}

/** More values than these are told at their ends and between. */
const MOST_LISTED = 8;
const BETWEEN = [0, 0.25, 0.5, 0.75, 1];
const DIGITS = 3;

/** Without those that have one value. */
export function paramAxes(view: StudyView): ParamAxis[] {
  const { space } = reviveSweepSpec(headerOf(view).spec);
  return axesOf(space)
    .filter(({ count }) => count !== 1)
    .map((axis) => ({
      ...axis,
      shareOf: axis.shareOf.bind(axis),
      valueAt: axis.valueAt.bind(axis),
      ticks: ticksOf(axis),
    }));
}

function ticksOf(axis: Axis): ChartTick[] {
  const { count } = axis;
  if (count !== null && count <= MOST_LISTED) {
    const values = Array.from({ length: count }, (_, at) => axis.valueAt((at + 0.5) / count));
    const format = paramFormat(values);
    return values.map((value) => ({ at: axis.shareOf(value), text: format(value) }));
  }
  return BETWEEN.map((share) => {
    const value = axis.valueAt(Math.min(share, 1 - Number.EPSILON));
    const rounded = typeof value === 'number' ? Number(value.toPrecision(DIGITS)) : value;
    return { at: share, text: String(rounded) };
  });
}
