// A finished trial's model taken out of its study, with all that using it needs: what `sweep export` writes and `sweep
// predict` uses. Reads the log, the model's blob and the description of the data; never the test split.
import type { BlobStore, EventLog } from '../../bus/bus.js';
import type { DatasetMetadata, MappedDataset } from '../../dataset/dataset.js';
import type { NamedTensor } from '../../engine/engine.js';
import type { ExportedModel } from '../../engine/export/exported-model.js';
import { decodeCheckpoint, digestWeights } from '../../engine/training/checkpoint.js';
import { SweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { hashJson } from '../../study/canonical-json.js';
import type { DatasetSpec } from '../../study/dataset-source.js';
import type { DatasetInfo, StudyEvent } from '../../study/events.js';
import { HolderCheck } from '../../study/holder-check.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import { isTrainedResult } from '../../study/trial/trained-result.js';
import type { TrainConfig } from '../../study/trial/trial.js';
import { reviveSweepSpec } from '../../sweep-file/sweep-spec.js';
import { taskOf } from '../../task/registry.js';
import type { StepFact } from '../../task/task-export.js';
import { findWinner } from '../ending/finalize.js';
import { planStudy } from '../plan/spec-plan.js';
import { openStudyDataset } from './study-data.js';

type FinishedEvent = Extract<StudyEvent, { type: 'trial.finished' }>;

export interface TakeModelOptions {
  readonly bus: BlobStore & EventLog;
  readonly view: StudyView;
  /** null: the best one. */
  readonly trial: string | null;
  readonly cacheDirectory: string;
  readonly version: string;
  readonly logger: Logger;
  /** Ends the preparing of data that were lost. */
  readonly signal?: AbortSignal;
}

/** A finished trial with all that its model is made of. */
export interface TrainedTrial {
  readonly finished: FinishedEvent;
  readonly config: TrainConfig;
  readonly source: DatasetSpec;
  /** Open: whoever is given it closes it. */
  readonly dataset: MappedDataset;
  readonly metadata: DatasetMetadata & StepFact;
  readonly weights: readonly NamedTensor[];
}

/** Throws TRIAL_NOT_FOUND without a finished trial, USAGE of a study that trains nothing, BLOB_…, DATASET_NOT_FOUND. */
export async function openTrained(options: TakeModelOptions): Promise<TrainedTrial> {
  const { bus, view, cacheDirectory } = options;
  const header = headerOf(view);
  const spec = reviveSweepSpec(header.spec);
  if (header.dataset === null || spec.dataset === null) {
    throw new SweepError('USAGE', `study ${header.study} has no models: its objective is a function`);
  }
  const finished = await readFinished(bus, header.study, options.trial ?? bestTrial(view));
  const dataset = await openStudyDataset(
    bus,
    cacheDirectory,
    header.dataset,
    spec.dataset,
    options.logger,
    options.signal,
  );
  try {
    const metadata = asStarted(dataset.metadata, header.dataset);
    refuseEarlierBlock(finished, metadata, spec.repeats);
    // Only the trial's id depends on the engine, and that is known.
    const engine = { name: header.engine, numericsVersion: '' };
    const { config } = planStudy(spec, metadata, engine).resolve(
      finished.params,
      finished.index % spec.repeats,
    );
    if (config.kind !== 'train')
      throw new SweepError('INTERNAL', `trial ${finished.trial} has a result and no plan`);
    if (!isTrainedResult(finished.result)) {
      throw new SweepError('BLOB_NOT_FOUND', `trial ${finished.trial} has no stored model`, {
        hint: 'start the study again: the trial is computed anew',
      });
    }
    const { weights } = decodeCheckpoint(await bus.getBlob(finished.result.modelDigest), hashJson(config));
    return { finished, config, source: spec.dataset, dataset, metadata, weights };
  } catch (thrown) {
    dataset.close();
    throw thrown;
  }
}

/** Throws as openTrained does. */
export async function takeModel(options: TakeModelOptions): Promise<ExportedModel> {
  const { view, cacheDirectory, version } = options;
  const header = headerOf(view);
  const { finished, config, source, dataset, metadata, weights } = await openTrained(options);
  dataset.close();
  const { result } = finished;
  if (!isTrainedResult(result)) throw new SweepError('INTERNAL', 'a trained trial has a trained result');
  const task = taskOf(config.task);
  const { use, vocabulary } = await task.describeUse(
    config.task,
    source,
    metadata,
    cacheDirectory,
    result.outputs,
  );
  return {
    description: {
      format: 'sweep-model',
      version: 1,
      writtenBy: `sweep ${version}`,
      study: header.study,
      trial: finished.trial,
      params: finished.params,
      engine: result.engine,
      objective: { metric: header.metric ?? 'objective', value: result.objective },
      epoch: result.bestEpoch,
      epochs: result.epochs,
      weightsDigest: digestWeights(weights),
      finalWeightsDigest: result.weightsDigest,
      data: {
        source: metadata.source.name,
        digest: metadata.digest,
        synthetic: metadata.source.synthetic,
        sourceDigest: metadata.source.digest,
        trainedRows: metadata.split.train,
      },
      timesteps: task.timesteps(config.task),
      features: task.features(metadata.columns.length, config.task),
      layers: config.layers,
      weights: weights.map(({ name, shape }) => ({ name, shape: [...shape] })),
      task: use,
    },
    weights,
    vocabulary,
  };
}

/** What a model is used with, its columns' means and deviations, are those of the latest block. Throws USAGE. */
function refuseEarlierBlock(
  { trial, index }: FinishedEvent,
  { rolling }: DatasetMetadata,
  repeats: number,
): void {
  const back = index % repeats;
  if (rolling === undefined || back === 0) return;
  throw new SweepError(
    'USAGE',
    `trial ${trial} is of block ${rolling.blocks.length - back} of ${rolling.blocks.length}: it judges its point at an earlier origin, and is not for use`,
    { hint: `trial with index ${index - back} has the same parameters, trained on the latest block` },
  );
}

/** The prepared file may have been written for another source with the same values: the study's log knows its own. */
function asStarted(metadata: DatasetMetadata, info: DatasetInfo): DatasetMetadata & StepFact {
  const { source: name, synthetic, sourceDigest, stepSeconds = metadata.time?.stepSeconds ?? null } = info;
  return {
    ...metadata,
    source: { name, synthetic, digest: sourceDigest ?? metadata.source.digest },
    stepSeconds,
  };
}

function bestTrial(view: StudyView): string {
  const winner = findWinner(view);
  if (winner !== null) return winner.trial;
  throw new SweepError('TRIAL_NOT_FOUND', `study ${headerOf(view).study} has no complete trial yet`, {
    hint: 'sweep status STUDY shows how far it is',
  });
}

async function readFinished(bus: BlobStore & EventLog, study: string, trial: string): Promise<FinishedEvent> {
  const holders = new HolderCheck();
  const events = (await bus.trialEvents(study, trial)).filter((logged) => holders.admits(logged));
  // One without a model was set aside, or its study trains nothing.
  const all = events.map(({ event }) => event).filter(isFinished);
  const finished = all.find(({ result }) => result.modelDigest !== null) ?? all[0];
  if (finished !== undefined) return finished;
  throw new SweepError('TRIAL_NOT_FOUND', `trial ${trial} has no result`, {
    hint: `sweep explain ${study} ${trial} tells what happened to it`,
  });
}

function isFinished(event: StudyEvent): event is FinishedEvent {
  return event.type === 'trial.finished';
}
