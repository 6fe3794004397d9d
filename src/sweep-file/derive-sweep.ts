// A sweep made from that of a study: its spec as a document, changed, and checked as any sweep file is.
import type { StudyParent } from '../study/parent.js';
import { parseSweepText, type SweepText } from './parse.js';
import { documentOf } from './sweep-document.js';
import type { SweepSpec } from './sweep-spec.js';

export interface SweepChanges {
  /** Top-level fields that replace those of the study; undefined: left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** `path=value`, applied in order after the fields. */
  readonly overrides: readonly string[];
}

/** Throws what is wrong with it, as parseSweepText does. */
export function deriveSweep(spec: SweepSpec, parent: StudyParent, changes: SweepChanges): SweepText {
  const document = { ...documentOf(spec), ...changes.fields };
  const made = parseSweepText(JSON.stringify(document), `the sweep of ${parent.study}`, {
    overrides: changes.overrides,
  });
  const { profile } = spec;
  return { ...made, spec: { ...made.spec, ...(profile === undefined ? {} : { profile }), parent } };
}
