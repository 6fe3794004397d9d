// Trains a model on a prepared dataset. Keeps the engine and the last mapped dataset open from one trial to the next.
import type { MappedDataset } from '../../src/dataset/dataset.js';
import { MappedContents } from '../../src/dataset/prepared/mapped-contents.js';
import { openDataset } from '../../src/dataset/prepared/mapped-file.js';
import { preparedPath } from '../../src/dataset/prepared/prepared-format.js';
import type { Engine } from '../../src/engine/engine.js';
import { trainTrial } from '../../src/engine/training/trial-training.js';
import { asSweepError } from '../../src/errors.js';
import type { TrainConfig } from '../../src/study/trial/trial.js';
import { openEngine } from '../thread/open-engine.js';
import { checkDescription } from '../thread/trial-description.js';
import { isFaultOfData } from '../thread/trial-error.js';
import type { RunnerEntry, RunnerHooks, RunnerSettings, RunnerTrial, RunOutcome } from './runner.js';

export const trainRunner: RunnerEntry<TrainConfig> = {
  datasetOf: ({ datasetDigest }) => datasetDigest,
  filesOf: () => null,
  programOf: () => null,
  endsItselfMs: () => 0,
  isAliveWhileRunning: false,
  leavesModel: true,
  open(settings) {
    const trainer = new Trainer(settings);
    return {
      run: (trial, checkpoint, hooks) => trainer.run(trial, checkpoint, hooks),
    };
  },
};

interface OpenDataset {
  readonly dataset: MappedDataset;
  readonly contents: MappedContents;
}

class Trainer {
  private engine: Engine | null = null;
  /** The dataset of the last trial: a thread runs one at a time, and the next one mostly reads the same. */
  private open: OpenDataset | null = null;

  constructor(private readonly settings: RunnerSettings) {}

  async run(
    trial: RunnerTrial<TrainConfig>,
    checkpoint: Uint8Array | null,
    hooks: RunnerHooks,
  ): Promise<RunOutcome> {
    try {
      return await this.train(trial, checkpoint, hooks);
    } catch (thrown) {
      // What takes its place is another file.
      if (isFaultOfData(asSweepError(thrown).code)) this.closeDataset();
      throw thrown;
    }
  }

  private async train(
    { config, objective, until }: RunnerTrial<TrainConfig>,
    checkpoint: Uint8Array | null,
    hooks: RunnerHooks,
  ): Promise<RunOutcome> {
    this.engine ??= await openEngine(this.settings.engine, this.settings.kernels ?? null);
    const { dataset, contents } = this.openDataset(config.datasetDigest);
    checkDescription(config, dataset.metadata);
    const outcome = trainTrial({
      engine: this.engine,
      config,
      objective,
      dataset,
      checkpoint,
      ...(until === undefined ? {} : { until }),
      now: () => performance.now(),
      hooks: {
        onReport: (report) => hooks.onReport(report),
        // Nothing leaves that others go on from, unless the data are still what they were. Of epochs that end faster than that
        // can be told, some leave no checkpoint.
        onCheckpoint: (epoch, bytes, step) => {
          if (step === 0 && !contents.isDue()) return;
          contents.verify();
          hooks.onCheckpoint(epoch, bytes, step);
        },
        stopRequest: () => hooks.stopRequest(),
        onProgress: () => hooks.onProgress(),
      },
    });
    contents.verify();
    return outcome;
  }

  private openDataset(digest: string): OpenDataset {
    if (this.open?.dataset.metadata.digest === digest) return this.open;
    this.closeDataset();
    const { cacheDirectory } = this.settings;
    const dataset = openDataset(cacheDirectory, digest);
    const path = preparedPath(cacheDirectory, digest);
    this.open = { dataset, contents: new MappedContents(dataset, path, () => performance.now()) };
    return this.open;
  }

  private closeDataset(): void {
    this.open?.dataset.close();
    this.open = null;
  }
}
