// A trial's checkpoint folder on its way to another attempt: packed when the program has changed it and reported an epoch, and
// once more when it is interrupted. A folder that is written to meanwhile, or is too large, is not carried.

import { asSweepError, SweepError } from '../../../src/errors.js';
import type { BundledFile } from '../../../src/program/bundle.js';
import { fingerprint, packFolder } from '../../../src/program/pack-files.js';
import type { TrialScore } from '../../../src/program/trial-score.js';
import { writeFiles } from '../../../src/program/unpack-files.js';
import type { CommandConfig } from '../../../src/study/trial/trial.js';
import { encodeProgramCheckpoint, type ProgramCheckpoint } from '../program-files.js';
import type { RunnerHooks } from '../runner.js';

const SHORTEST_PAUSE_MS = 250;
/** A tenth of the time goes into packing at most. */
const PAUSES_PER_PACKING = 10;

export class CheckpointKeeper {
  /** Epochs of the newest checkpoint that was handed on. */
  epoch: number;
  private seen: string;
  private notBeforeMs = 0;
  private warned = false;

  constructor(
    private readonly config: CommandConfig,
    private readonly folder: string,
    private readonly hooks: Pick<RunnerHooks, 'onCheckpoint' | 'onWarning'>,
    restored: ProgramCheckpoint | null,
  ) {
    if (restored !== null) writeFiles(restored.files, folder);
    this.epoch = restored?.score.epochs ?? 0;
    this.seen = fingerprint(folder);
  }

  /** After a report: hands the folder on if it has changed and the last time was long enough ago. */
  offer(score: TrialScore): void {
    if (performance.now() >= this.notBeforeMs) this.store(score);
  }

  /** Hands on what has changed since. */
  store(score: TrialScore): void {
    const startedMs = performance.now();
    try {
      this.pack(score);
    } catch (thrown) {
      this.warn(asSweepError(thrown).message);
    }
    const endedMs = performance.now();
    this.notBeforeMs = endedMs + Math.max(SHORTEST_PAUSE_MS, PAUSES_PER_PACKING * (endedMs - startedMs));
  }

  private pack(score: TrialScore): void {
    const before = fingerprint(this.folder);
    if (before === this.seen) return;
    const files = this.read();
    // The program is writing: the next report finds it whole.
    if (fingerprint(this.folder) !== before) return;
    this.seen = before;
    const { state, own: from } = score;
    this.epoch = state.epochs;
    this.hooks.onCheckpoint(
      state.epochs,
      encodeProgramCheckpoint(this.config, { score: state, from, files }),
      0,
    );
  }

  /** The files as they are, for a trial that waits; none where they are too large to be carried. */
  take(): BundledFile[] {
    try {
      return this.read();
    } catch (thrown) {
      this.warn(asSweepError(thrown).message);
      return [];
    }
  }

  private read(): BundledFile[] {
    const { checkpointBytes } = this.config;
    return packFolder(this.folder, (sizeBytes) =>
      sizeBytes <= checkpointBytes
        ? null
        : new SweepError(
            'TRIAL_OUT_OF_DISK',
            `it is larger than objective.checkpointMb (${checkpointBytes / 2 ** 20})`,
          ),
    );
  }

  private warn(why: string): void {
    if (!this.warned) this.hooks.onWarning(`a checkpoint is not carried to another attempt: ${why}`);
    this.warned = true;
  }
}
