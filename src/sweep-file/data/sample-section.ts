// What of a series decides what a sample is: how a target is learnt, and whether a model is told the series.
import { z } from 'zod';
import { MAX_UNITS } from '../../model/layer-options.js';
import { strictObject, wholeNumber } from '../../schema/fields.js';
import { TARGET_CHANGES } from '../../study/trial/trial.js';
import { referencable } from '../reference.js';
import { isObject } from '../text/merge.js';
import { MAX_ROW } from './split-section.js';

const targetSampleSchema = strictObject({
  as: referencable(z.enum(['level', ...TARGET_CHANGES])).default('level'),
  period: referencable(wholeNumber(1, MAX_ROW)).optional(),
});
const seriesInputSchema = strictObject({ embedding: referencable(wholeNumber(0, MAX_UNITS)) });
/** It may hold references. */
export const seriesSampleSchema = strictObject({
  target: targetSampleSchema.default({ as: 'level' }),
  series: seriesInputSchema.optional(),
});
export type SeriesSampleSection = z.output<typeof seriesSampleSchema>;
export const { as, period } = targetSampleSchema.shape;
export const { embedding } = seriesInputSchema.shape;

const SAMPLE_FIELDS: readonly string[] = Object.keys(seriesSampleSchema.shape);

/** Whether a raw section says nothing but how a target is learnt and a series told, whatever columns those are. */
export function isSeriesSample(section: unknown): boolean {
  return (
    isObject(section) &&
    Object.entries(section).every(
      ([name, value]) =>
        SAMPLE_FIELDS.includes(name) &&
        isObject(value) &&
        !['column', 'columns', 'file'].some((field) => field in value),
    )
  );
}

/** The fields of a raw section that decide what a sample is; undefined: the level of its target. */
export function pickSeriesSample(section: unknown): Record<string, unknown> | undefined {
  if (!isObject(section)) return undefined;
  const picked = SAMPLE_FIELDS.flatMap((name) => {
    const value = section[name];
    if (!isObject(value)) return [];
    const { column: _, columns: __, file: ___, ...rest } = value;
    return Object.keys(rest).length === 0 ? [] : [[name, rest] as const];
  });
  return picked.length === 0 ? undefined : Object.fromEntries(picked);
}

/** A written section with those fields. */
export function withSeriesSample(
  { target, ...section }: Record<string, unknown>,
  sample: SeriesSampleSection,
): Record<string, unknown> {
  return {
    ...withSeriesTold(section, sample),
    target: { ...(Array.isArray(target) ? { columns: target } : { column: target }), ...sample.target },
  };
}

/** A written section with what a model is told of the series: all that decides a sample where the target is a label. */
export function withSeriesTold(
  { series, ...section }: Record<string, unknown>,
  sample: Pick<SeriesSampleSection, 'series'>,
): Record<string, unknown> {
  const { embedding } = sample.series ?? {};
  const told = isObject(series) ? series : { column: series };
  return {
    ...section,
    ...(series === undefined ? {} : { series: embedding === undefined ? series : { ...told, embedding } }),
  };
}
