// Round numbers and times at an axis. Pure.
import { scaleLinear, scaleUtc } from 'd3-scale';

export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface ChartTick {
  readonly at: number;
  readonly text: string;
}

const COLUMNS_PER_TICK = 12;
/** Beyond, numbers are written with their power of ten. */
const MOST_PLAIN = 1e7;
const LEAST_PLAIN = 1e-3;

/** About `count` round numbers within the range. */
export function roundTicks({ low, high }: Range, count: number): ChartTick[] {
  const scale = scaleLinear().domain([low, high]);
  const most = Math.max(Math.abs(low), Math.abs(high));
  const isPlain = most < MOST_PLAIN && most >= LEAST_PLAIN;
  const format = isPlain ? scale.tickFormat(count) : shortPower;
  return scale.ticks(count).map((at) => ({ at, text: format(at) }));
}

/** `2.5e-7`. */
function shortPower(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(6)).toExponential().replace('e+', 'e');
}

/** As many as `room` letters hold. */
export function manyTicks(range: Range, room: number): ChartTick[] {
  return roundTicks(range, Math.max(2, Math.floor(room / COLUMNS_PER_TICK)));
}

/** As roundTicks, of what is counted: no half epochs. */
export function wholeTicks(range: Range, room: number): ChartTick[] {
  return manyTicks(range, room)
    .filter(({ at }) => Number.isInteger(at))
    .map(({ at }) => ({ at, text: at.toLocaleString('en-US') }));
}

/** Of milliseconds since 1970, UTC. */
export function timeTicks({ low, high }: Range, room: number): ChartTick[] {
  const scale = scaleUtc().domain([low, high]);
  const format = scale.tickFormat();
  return scale
    .ticks(Math.max(2, Math.floor(room / COLUMNS_PER_TICK)))
    .map((at) => ({ at: at.getTime(), text: format(at) }));
}
