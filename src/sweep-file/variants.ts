// Variants: several architectures in one sweep file. Each is a part of a document, laid over the file's window, model and
// training; the space's grid runs for each. `variant` is then the first dimension of the space, made here.
import { SweepError } from '../errors.js';
import { type JsonPath, valueAt } from '../schema/json-path.js';
import type { Space } from '../search/space/dimension.js';
import type { Params } from '../study/trial/trial.js';
import { DATA_KINDS, kindOfSection } from './data/data-kinds.js';
import type { Problems } from './problems.js';
import type { ReferencingSections, SweepSpec } from './sweep-spec.js';
import { isObject, mergeDocuments, replaceStated } from './text/merge.js';
import { applyOverride, type Override } from './text/overrides.js';

/** The dimension, parameter and column that tells variants apart. */
export const VARIANT = 'variant';
export const REFERENCING_SECTIONS = ['window', 'dataset', 'model', 'training'] as const;
/** The sections of a document that trials are made of: the file's own, or those of one variant. */
export interface SectionSet {
  /** null: the file has no variants. */
  readonly variant: string | null;
  /** As written, right or wrong, defaults not filled in. */
  readonly sections: ReferencingSections;
  /** Where the value at a path into the sections is written in the document. */
  originOf(path: JsonPath): JsonPath;
}

/** One set without variants, else one for each that is an object. */
export function listSections(document: unknown): SectionSet[] {
  const dataset = valueAt(document, ['dataset']);
  const raw = {
    window: valueAt(document, ['window']),
    dataset: DATA_KINDS[kindOfSection(dataset)].pickSample(dataset),
    model: valueAt(document, ['model']),
    training: valueAt(document, ['training']),
  };
  const own = Object.fromEntries(Object.entries(raw).filter(([, section]) => section !== undefined));
  const variants = valueAt(document, ['variants']);
  const setOf = (sections: unknown) =>
    ({ training: {}, ...(sections as object) }) as unknown as ReferencingSections;
  if (variants === undefined) return [{ variant: null, sections: setOf(own), originOf: (path) => path }];
  if (!isObject(variants)) return [];
  return Object.entries(variants).flatMap(([variant, part]) => {
    if (!isObject(part)) return [];
    return {
      variant,
      sections: setOf(mergeDocuments(own, part)),
      // The variant's own words win; what it does not say, the file says for all.
      originOf: (path: JsonPath) =>
        statedDepth(part, path) >= statedDepth(own, path) ? ['variants', variant, ...path] : path,
    };
  });
}

/** How many segments of `path` lead to something in `document`. */
function statedDepth(document: unknown, path: JsonPath): number {
  let depth = 0;
  while (depth < path.length && valueAt(document, path.slice(0, depth + 1)) !== undefined) depth += 1;
  return depth;
}

/** `override` applied to the file, and to each variant that states the same field: the command line wins over both. */
export function applyToVariants(document: unknown, override: Override): unknown {
  const changed = applyOverride(document, override);
  if (!isReferencing(override.path)) return changed;
  return mapVariants(changed, (part) =>
    valueAt(part, override.path) === undefined ? part : applyOverride(part, override),
  );
}

/** The fields of `sections` set in each variant that states them itself. */
export function replaceInVariants(document: unknown, sections: Readonly<Record<string, unknown>>): unknown {
  const shared = Object.fromEntries(Object.entries(sections).filter(([name]) => isReferencing([name])));
  return mapVariants(document, (part) => replaceStated(part, shared));
}

function isReferencing([section]: JsonPath): boolean {
  return (REFERENCING_SECTIONS as readonly unknown[]).includes(section);
}

function mapVariants(document: unknown, change: (part: unknown) => unknown): unknown {
  if (!isObject(document) || !isObject(document.variants)) return document;
  const variants = Object.entries(document.variants).map(([name, part]) => [
    name,
    isObject(part) ? change(part) : part,
  ]);
  return { ...document, variants: Object.fromEntries(variants) };
}

/** No dimension hides which variant a trial is of. */
export function checkVariants(document: unknown, problems: Problems): void {
  const variants = valueAt(document, ['variants']);
  if (variants === undefined) return;
  if (valueAt(document, ['space', VARIANT]) !== undefined)
    problems.add({
      code: 'SPEC_INVALID',
      path: ['space', VARIANT],
      message: 'is the name of the dimension that "variants" makes',
      hint: 'rename it, and the references to it',
    });
}

/** The file's space with the variants as its outermost dimension. */
export function withVariants(space: Space, names: readonly string[] | null): Space {
  return names === null ? space : { [VARIANT]: [...names], ...space };
}

/** The sections of the variant that `params` name, or the spec's own; null for a function objective. */
export function sectionsFor(
  spec: SweepSpec,
  params: Params,
): { readonly sections: ReferencingSections; readonly path: JsonPath } | null {
  const { variants, window, reviewSample, seriesSample, model, training } = spec;
  if (variants === undefined) {
    if (model === null || training === null) return null;
    return { sections: { window, dataset: reviewSample ?? seriesSample, model, training }, path: [] };
  }
  const name = String(params[VARIANT]);
  const sections = Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (sections === undefined)
    throw new SweepError('SPEC_REFERENCE', `the sweep file has no variant ${JSON.stringify(name)}`, {
      path: 'variants',
      hint: `known: ${Object.keys(variants).join(', ')}`,
    });
  return { sections, path: ['variants', name] };
}

/** The names of the variants; null without any. */
export function variantNames(spec: Pick<SweepSpec, 'variants'>): readonly string[] | null {
  return spec.variants === undefined ? null : Object.keys(spec.variants);
}

/** The spec as if the file had this variant alone: for what is told of each, such as its ETA. No limit of trials. */
export function onlyVariant(spec: SweepSpec, name: string): SweepSpec {
  const space = { ...spec.space, [VARIANT]: [name] };
  return { ...spec, space, limits: { ...spec.limits, maxTrials: null } };
}
