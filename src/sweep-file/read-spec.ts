// From a checked file to the spec that it means: defaults filled in, durations in milliseconds, its data's section read.
import { dirname } from 'node:path';
import { SweepError } from '../errors.js';
import { defaultSampler } from '../search/registry.js';
import { blockCount, type DatasetSpec } from '../study/dataset-source.js';
import { readSecondMetric } from '../study/trial/second-metric.js';
import { reachOf } from '../study/trial/trial.js';
import type { DataSections } from './data/data-kind.js';
import { DATA_KINDS, kindOfSection } from './data/data-kinds.js';
import { durationMs } from './duration.js';
import { windowExtremes } from './judged-rows.js';
import { modelSchema } from './model/architecture.js';
import { isUntrained, untrainedSpecOf } from './objective/registry.js';
import type { SweepFile } from './sweep-schema.js';
import type { SweepSpec } from './sweep-spec.js';
import { trainingSchema, windowSchema } from './training-section.js';
import { listSections, withVariants } from './variants.js';

/** `document` is what `file` was checked from: variants are laid over what it states, not over defaults. */
export function readSpec(file: SweepFile, document: unknown, path: string): SweepSpec {
  const {
    name,
    space,
    scheduler,
    requires,
    repeats,
    seed,
    objective,
    sampler = defaultSampler(space, readSecondMetric(objective) === null ? 1 : 2),
  } = file;
  const { maxTrials, maxDuration, trialTimeout, maxAttempts, maxFailures } = file.limits;
  const limits = {
    maxTrials,
    maxDurationMs: maxDuration === null ? null : durationMs(maxDuration),
    trialTimeoutMs: trialTimeout === null ? null : durationMs(trialTimeout),
    maxAttempts,
    maxFailures,
  };
  const shared = {
    name,
    space,
    sampler,
    scheduler,
    requires,
    repeats,
    seed,
    limits,
    ...(file.constraints === undefined ? {} : { constraints: file.constraints }),
    ...(file.enqueue === undefined ? {} : { enqueue: file.enqueue }),
    ...(file.baseline === undefined ? {} : { baseline: file.baseline }),
    // The default stays away, so that older logs stay as they are.
    ...(file.finalists === 1 ? {} : { finalists: file.finalists }),
    ...(file.engine === 'any' ? { engine: file.engine } : {}),
  };
  if (isUntrained(objective))
    return {
      ...shared,
      dataset: null,
      window: null,
      model: null,
      training: null,
      objective: untrainedSpecOf(objective),
    };
  const { dataset: section, window = null, model, training, variants } = file;
  if (section !== undefined && variants !== undefined) {
    const sets = readVariants(document, DATA_KINDS[kindOfSection(section)].sampleSchema);
    const whole = withVariants(space, Object.keys(variants));
    return {
      ...shared,
      ...dataOf(section, path, { variants: sets, window: null, model: null, training: null, space: whole }),
      window: null,
      model: null,
      training: null,
      variants: sets,
      space: whole,
      objective,
    };
  }
  if (section === undefined || model === undefined)
    throw new SweepError('INTERNAL', 'a sweep file without its sections passed the checks');
  const data = dataOf(section, path, { window, model, training, space });
  const trained = { ...shared, ...data, window, model, training, objective };
  const { pickSample, sampleSchema } = DATA_KINDS[kindOfSection(section)];
  const sample = pickSample(section);
  if (sample === undefined) return trained;
  const read = sampleSchema.parse(sample);
  return { ...trained, ...('target' in read ? { seriesSample: read } : { reviewSample: read }) };
}

/** The data; of a rolling origin each point has a trial for each block. */
function dataOf(
  section: NonNullable<SweepFile['dataset']>,
  path: string,
  sections: Parameters<typeof windowExtremes>[0],
): { readonly dataset: DatasetSpec; readonly repeats?: number } {
  const longest = windowExtremes(sections)?.greatest;
  const windowRows = longest === undefined ? 0 : reachOf(longest);
  const dataset = DATA_KINDS[kindOfSection(section)].read(section, dirname(path), windowRows);
  return {
    dataset,
    ...('split' in dataset && dataset.split.type === 'rolling' ? { repeats: blockCount(dataset.split) } : {}),
  };
}

function readVariants(
  document: unknown,
  sampleSchema: DataSections['sampleSchema'],
): NonNullable<SweepSpec['variants']> {
  return Object.fromEntries(
    listSections(document).map(({ variant, sections }) => [
      variant ?? '',
      {
        ...(sections.window === undefined ? {} : { window: windowSchema.parse(sections.window) }),
        ...(sections.dataset === undefined ? {} : { dataset: sampleSchema.parse(sections.dataset) }),
        model: modelSchema.parse(sections.model),
        training: trainingSchema.parse(sections.training),
      },
    ]),
  );
}
