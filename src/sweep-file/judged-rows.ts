// Which rows of the validation and test splits a study judges its trials on: the same for every point of the space, so that
// a ranking compares models and not rows. Follows from the sweep file alone, before the first trial.

import type { JsonPath } from '../schema/json-path.js';
import { otherwiseOf, type ProbeValue, probeValues, type Space } from '../search/space/dimension.js';
import { reachOf } from '../study/trial/trial.js';
import { dimensionOf, isReference, type Referencable } from './reference.js';
import type { JudgedRows, ReferencingSections, SweepSpec } from './sweep-spec.js';
import { longestDelay } from './training-section.js';

/** The rows that a window takes before its target, and which field or dimension makes them so many (few). */
export interface WindowReach {
  readonly lookback: number;
  readonly delay: number;
  readonly path: JsonPath;
}

export interface Stride {
  readonly value: number;
  readonly path: JsonPath;
}

/** What points of the space may ask for, at most and at least. */
export interface Extremes<Value> {
  readonly greatest: Value;
  readonly least: Value;
}

type SpecSections = Pick<SweepSpec, 'variants' | 'window' | 'model' | 'training' | 'space'>;

/** Undefined where every point is judged on the same rows anyway. */
export function judgedRowsOf(spec: SpecSections): JudgedRows | undefined {
  const windows = windowExtremes(spec);
  const strides = strideExtremes(spec);
  const reach =
    windows === null || reachOf(windows.greatest) === reachOf(windows.least)
      ? {}
      : { reach: reachOf(windows.greatest) };
  const stride =
    strides === null || strides.greatest.value === strides.least.value
      ? {}
      : { validationStride: strides.greatest.value };
  const judged = { ...reach, ...stride };
  return Object.keys(judged).length === 0 ? undefined : judged;
}

/** The longest and the shortest window of the space; null where no trial reads windows. */
export function windowExtremes(spec: SpecSections): Extremes<WindowReach> | null {
  const all = listSets(spec).flatMap(({ sections: { window }, path }) => {
    if (window == null) return [];
    const lookback = extremesOf(window.lookback, [...path, 'window', 'lookback'], spec.space);
    const { field, value } = longestDelay(window);
    const delay = extremesOf(value, [...path, 'window', field], spec.space);
    return { lookback, delay };
  });
  const [first] = all;
  if (first === undefined) return null;
  // A grid has every combination, and of one dimension in both places the greatest value is greatest in both.
  const sumOf = (one: typeof first, end: keyof Extremes<Stride>): number =>
    one.lookback[end].value + one.delay[end].value;
  const longest = all.reduce((best, one) => (sumOf(one, 'greatest') > sumOf(best, 'greatest') ? one : best));
  const shortest = all.reduce((best, one) => (sumOf(one, 'least') < sumOf(best, 'least') ? one : best));
  const byDelay =
    longest.delay.greatest.value - shortest.delay.least.value >
    longest.lookback.greatest.value - shortest.lookback.least.value;
  const reach = ({ lookback, delay }: typeof first, end: keyof Extremes<Stride>): WindowReach => ({
    lookback: lookback[end].value,
    delay: delay[end].value,
    path: (byDelay ? delay : lookback)[end].path,
  });
  return { greatest: reach(longest, 'greatest'), least: reach(shortest, 'least') };
}

/** Null where nothing is trained. */
export function strideExtremes(spec: SpecSections): Extremes<Stride> | null {
  const all = listSets(spec).map(({ sections, path }) =>
    extremesOf(sections.training.validationStride, [...path, 'training', 'validationStride'], spec.space),
  );
  if (all.length === 0) return null;
  return extremesAmong(all.flatMap(({ greatest, least }) => [greatest, least]));
}

interface SectionsAt {
  readonly sections: Pick<ReferencingSections, 'window' | 'training'>;
  readonly path: JsonPath;
}

function listSets({ variants, window, training }: SpecSections): SectionsAt[] {
  if (variants !== undefined)
    return Object.entries(variants).map(([name, sections]) => ({ sections, path: ['variants', name] }));
  return training === null ? [] : [{ sections: { window, training }, path: [] }];
}

/** The extremes of a field as it is written, or of the dimension that it refers to. */
function extremesOf(field: Referencable<number>, path: JsonPath, space: Space): Extremes<Stride> {
  if (!isReference(field)) return { greatest: { value: field, path }, least: { value: field, path } };
  const name = dimensionOf(field);
  const dimension = space[name] ?? [];
  const otherwise = otherwiseOf(dimension);
  const probes: readonly ProbeValue[] = [
    ...probeValues(dimension),
    ...(otherwise === undefined ? [] : [{ value: otherwise, path: ['otherwise'] }]),
  ];
  const values = probes.flatMap((probe) =>
    typeof probe.value === 'number' ? [{ value: probe.value, path: ['space', name, ...probe.path] }] : [],
  );
  return extremesAmong(values);
}

function extremesAmong(values: readonly Stride[]): Extremes<Stride> {
  const [first] = values;
  if (first === undefined) throw new RangeError('a field of a checked sweep spec without a value');
  return {
    greatest: values.reduce((best, one) => (one.value > best.value ? one : best), first),
    least: values.reduce((best, one) => (one.value < best.value ? one : best), first),
  };
}
