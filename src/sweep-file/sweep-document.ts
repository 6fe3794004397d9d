// The way back from a checked spec to a sweep file's document, so that a sweep made from another one is checked as any file
// is. What is read from it is the same spec, but for what no file says: the profile that was chosen, and its parent.
import type { DatasetSpec } from '../study/dataset-source.js';
import { dataKindOfSpec } from './data/data-kinds.js';
import { durationText } from './duration.js';
import { sectionOf } from './objective/registry.js';
import type { SweepSpec } from './sweep-spec.js';
import { VARIANT } from './variants.js';

/** Fields that this form of the file lacks are absent. */
export function documentOf(spec: SweepSpec): Readonly<Record<string, unknown>> {
  // What follows from the others is made anew when the document is read.
  const {
    profile: _p,
    judged: _j,
    parent: _o,
    dataset,
    reviewSample,
    seriesSample,
    window,
    model,
    training,
    ...rest
  } = spec;
  const { maxDurationMs, trialTimeoutMs, ...limits } = spec.limits;
  const sections = { window, model, training };
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(sections).filter(([, section]) => section !== null)),
    ...(dataset === null ? {} : { dataset: writeDataset(dataset, reviewSample ?? seriesSample) }),
    space: withoutVariants(spec),
    objective: sectionOf(spec.objective),
    limits: {
      ...limits,
      maxDuration: maxDurationMs === null ? null : durationText(maxDurationMs),
      trialTimeout: trialTimeoutMs === null ? null : durationText(trialTimeoutMs),
    },
  };
}

function writeDataset(dataset: DatasetSpec, sample: unknown): Record<string, unknown> {
  const { write, withSample } = dataKindOfSpec(dataset);
  return sample === undefined ? write(dataset) : withSample(write(dataset), sample);
}

/** The file has the sections of variants, and their dimension is made of them. */
function withoutVariants({ space, variants }: SweepSpec): Readonly<Record<string, unknown>> {
  if (variants === undefined) return space;
  return Object.fromEntries(Object.entries(space).filter(([name]) => name !== VARIANT));
}
