// The kinds of data there are, one row each.
import type { DatasetSpec } from '../../study/dataset-source.js';
import type { DataKind } from '../../task/task.js';
import { isObject } from '../text/merge.js';
import type { DataSections } from './data-kind.js';
import type { DatasetSection } from './dataset-section.js';
import { learnsLabels } from './label-section.js';
import { labelledData } from './labelled-data.js';
import { reviewsData } from './reviews-data.js';
import { seriesData } from './series-data.js';

export const DATA_KINDS: Readonly<Record<DataKind, DataSections<DatasetSection>>> = {
  series: seriesData,
  reviews: reviewsData,
  labelled: labelledData,
};

/** Kinds that the section itself calls series. */
const SAME_ROWS = { series: true, labelled: true };

/** The kind of a dataset section as it is written; without a kind that is known it is read as a series. */
export function kindOfSection(section: unknown): DataKind {
  const kind = isObject(section) ? section.kind : undefined;
  const named = typeof kind === 'string' && Object.hasOwn(DATA_KINDS, kind) ? (kind as DataKind) : 'series';
  return isObject(section) && named in SAME_ROWS && learnsLabels(section) ? 'labelled' : named;
}

export function dataKindOfSpec({ kind }: Pick<DatasetSpec, 'kind'>): DataSections<DatasetSection> {
  return DATA_KINDS[kind ?? 'series'];
}

/** The section with a source given on the command line: it is read like the file's own, if that is of the same form. */
export function replaceSource(section: unknown, source: string): unknown {
  const fields = typeof section === 'object' && section !== null ? section : {};
  const old = 'source' in fields ? [fields.source].flat() : [];
  return { ...fields, source: DATA_KINDS[kindOfSection(section)].replaceSource(old, source) };
}
