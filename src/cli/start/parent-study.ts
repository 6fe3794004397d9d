// The study that another one is made of: its sweep, what came out of it, and its data.
import type { Bus } from '../../bus/bus.js';
import { openStudyDataset, readCreated } from '../../coordinator/archive/study-data.js';
import { checkRecord, checkSource } from '../../coordinator/study-binding.js';
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { canonicalJson } from '../../study/canonical-json.js';
import type { DatasetInfo } from '../../study/events.js';
import type { StudyView } from '../../study/study-view.js';
import type { SweepText } from '../../sweep-file/parse.js';
import { reviveSweepSpec, type SweepSpec } from '../../sweep-file/sweep-spec.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { prepareFor } from '../options/sweep-file.js';
import { foldStudy, refuseIncompleteLog, withBus } from '../read-study.js';
import { createCliLogger } from '../terminal/cli-logger.js';

export interface ParentStudy {
  readonly study: string;
  readonly spec: SweepSpec;
  readonly view: StudyView;
  readonly data: DatasetInfo | null;
}

/** Throws STUDY_NOT_FOUND, EVENT_LOG_CORRUPT when ends of its trials are missing, SPEC_INVALID when its record was edited. */
export function readParent(context: CliContext, argument: string, options: BusFlags): Promise<ParentStudy> {
  return withBus(context, options, async (bus) => {
    const record = await findStudy(bus, argument);
    const created = await readCreated(bus, record.study);
    checkRecord(bus, record, created);
    const view = await foldStudy(bus, record.study);
    refuseIncompleteLog(view, record.study);
    return { study: record.study, spec: reviveSweepSpec(record.spec), view, data: created.dataset };
  });
}

/** The data of a sweep that was made from the parent's: the very data of the parent, unless the sweep names others. */
export async function dataOfChild(
  context: CliContext,
  parent: ParentStudy,
  sweep: SweepText,
  options: BusFlags & { readonly json?: boolean; readonly quiet?: boolean },
): Promise<DatasetMetadata | null> {
  const { dataset } = sweep.spec;
  const { data } = parent;
  if (dataset === null) return null;
  const isSame = canonicalJson(throughJson(dataset)) === canonicalJson(throughJson(parent.spec.dataset));
  if (data === null || !isSame) return prepareFor(context, sweep, options.quiet === true);
  await checkSource(data, dataset, context.cacheDirectory);
  const logger = createCliLogger(context, options);
  return withBus(context, options, async (bus: Bus) => {
    const opened = await openStudyDataset(bus, context.cacheDirectory, data, dataset, logger);
    const { metadata } = opened;
    opened.close();
    return metadata;
  });
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
