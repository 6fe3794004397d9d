// Making a study: its id, its record and the first event of its log. Running it is open-study.ts.
import type { Bus } from '../bus/bus.js';
import type { DatasetMetadata } from '../dataset/dataset.js';
import type { Engine } from '../engine/engine.js';
import { asSweepError, SweepError } from '../errors.js';
import type { DatasetInfo, StudyEvent } from '../study/events.js';
import { studyId } from '../study/study-id.js';
import type { SweepSpec } from '../sweep-file/sweep-spec.js';
import { taskOfData } from '../task/registry.js';
import { storeDataset } from './archive/share-dataset.js';
import { describeIdleScheduler } from './plan/idle-scheduler.js';
import { checkJudgedWindows } from './plan/judged-windows.js';
import { checkPoints } from './plan/sample-points.js';
import { planStudy } from './plan/spec-plan.js';
import type { StudyPlan } from './plan/study-plan.js';
import { bindStudy } from './study-binding.js';

const ID_DRAWS = 16;

export interface CreateStudyOptions {
  readonly bus: Bus;
  readonly spec: SweepSpec;
  /** The files of its objective; null: none, or the bus has them. */
  readonly bundle?: Uint8Array | null;
  /** null for a function objective. */
  readonly dataset: DatasetMetadata | null;
  readonly engine: Pick<Engine, 'name' | 'numericsVersion'>;
  readonly version: string;
  /** Where the dataset lies, for a bus whose workers may be on other machines. */
  readonly cacheDirectory: string;
  readonly createdAt: Date;
  /** A random integer in [0, 65536). */
  drawSuffix(): number;
  /** Told what is not wrong, but hardly meant. */
  warn?(text: string): void;
}

/** Records a new study and returns its id. Throws what is wrong with a point of the space before anything is written. */
export async function createStudy(options: CreateStudyOptions): Promise<string> {
  const { bus, spec, dataset, engine, version, createdAt } = options;
  const plan = planStudy(spec, dataset, engine);
  checkJudgedWindows(spec, dataset);
  checkPoints(plan);
  const idle = describeIdleScheduler(spec, plan);
  if (idle !== null) options.warn?.(idle);
  if (options.bundle) await bus.putBlob(options.bundle);
  const metadataBlob =
    bus.hasRemoteWorkers && dataset !== null
      ? await storeDataset(bus, options.cacheDirectory, dataset.digest)
      : undefined;
  const info = dataset === null ? null : describeDataset(dataset, spec, metadataBlob);
  for (let draw = 0; ; draw++) {
    const study = studyId(spec.name, options.drawSuffix());
    const event = createdEvent(study, spec, plan, version, info);
    try {
      await bus.createStudy({ study, name: spec.name, createdAt: createdAt.toISOString(), spec });
    } catch (thrown) {
      if (asSweepError(thrown).code !== 'STUDY_EXISTS' || draw >= ID_DRAWS) throw thrown;
      continue;
    }
    await bus.append(study, event);
    return study;
  }
}

function createdEvent(
  study: string,
  spec: SweepSpec,
  plan: StudyPlan,
  version: string,
  dataset: DatasetInfo | null,
): StudyEvent {
  const { engine, total } = plan;
  const binding = bindStudy(spec, plan);
  return { type: 'study.created', study, name: spec.name, spec, version, engine, dataset, total, binding };
}

function describeDataset(
  metadata: DatasetMetadata,
  spec: SweepSpec,
  metadataBlob: string | undefined,
): DatasetInfo {
  const shared = {
    digest: metadata.digest,
    source: metadata.source.name,
    synthetic: metadata.source.synthetic,
    sourceDigest: metadata.source.digest,
    ...(metadataBlob === undefined ? {} : { metadataBlob }),
  };
  if (spec.dataset === null) throw new SweepError('INTERNAL', 'a study with data has a dataset in its spec');
  return { ...shared, ...taskOfData(spec.dataset).describeTarget(spec.dataset, metadata) };
}
