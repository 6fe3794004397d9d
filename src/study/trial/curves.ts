// What a trial reported, epoch by epoch, in the form in which it is kept beside a cached result: a study that takes the
// result from the cache compares and stops the trial as if it had trained it. Pure.
import { z } from 'zod';
import type { ValueOf } from '../../schema/wire.js';
import { type EpochReport, openMetricName } from './trial.js';

/** Curves of longer trials are not kept: a message has room for so many. */
export const MOST_CURVE_EPOCHS = 2_000;

export const curvesSchema = z.record(openMetricName, z.array(z.number().nullable()).max(MOST_CURVE_EPOCHS));
/** By metric its values at epochs 1, 2, …; null: none was reported, or it was not finite. */
export type Curves = ValueOf<typeof curvesSchema>;

/** The curves of epochs 1 to `epochs`, in order; undefined when one is missing, or there are too many. */
export function curvesOf(reports: readonly EpochReport[], epochs: number): Curves | undefined {
  if (epochs === 0 || epochs > MOST_CURVE_EPOCHS || reports.length < epochs) return undefined;
  const kept = reports.slice(0, epochs);
  if (kept.some(({ epoch }, place) => epoch !== place + 1)) return undefined;
  const names = new Set(kept.flatMap(({ metrics }) => Object.keys(metrics)));
  const curves: Record<string, (number | null)[]> = {};
  for (const name of names) curves[name] = kept.map(({ metrics }) => metrics[name] ?? null);
  return curves;
}

/** The reports again, without their durations. */
export function reportsOf(curves: Curves): Pick<EpochReport, 'epoch' | 'metrics'>[] {
  const named = Object.entries(curves);
  const epochs = Math.max(0, ...named.map(([, values]) => values.length));
  return Array.from({ length: epochs }, (_, place) => ({
    epoch: place + 1,
    metrics: Object.fromEntries(
      named.flatMap(([name, values]) => {
        const value = values[place];
        return value === null || value === undefined ? [] : [[name, value]];
      }),
    ),
  }));
}
