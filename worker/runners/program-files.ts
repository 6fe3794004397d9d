// Where the files of programs lie on a worker, and the checkpoints of trials that run one: their files, or the value that a
// module saved, with the score so far.
import { join } from 'node:path';
import { SweepError } from '../../src/errors.js';
import { type BundledFile, decodeBundle, encodeBundle } from '../../src/program/bundle.js';
import type { ScoreState, TrialScore } from '../../src/program/trial-score.js';
import { hashJson } from '../../src/study/canonical-json.js';
import type { CommandConfig, ModuleConfig } from '../../src/study/trial/trial.js';
import type { RunOutcome } from './runner.js';

type ProgramConfig = CommandConfig | ModuleConfig;

/** The unpacked files of a bundle. */
export function folderOfBundle(cacheDirectory: string, digest: string): string {
  return join(cacheDirectory, 'programs', digest);
}

/** null: it needs none. */
export function filesFolder({ files }: ProgramConfig, cacheDirectory: string): string | null {
  return files === undefined ? null : folderOfBundle(cacheDirectory, files);
}

export interface ProgramCheckpoint {
  readonly score: ScoreState;
  /** Epochs that the program had done when it left its files; 0: it left none, and begins anew. */
  readonly from: number;
  readonly files: readonly BundledFile[];
}

export function encodeProgramCheckpoint(
  config: ProgramConfig,
  { score, from, files }: ProgramCheckpoint,
): Uint8Array {
  return encodeBundle(files, { trial: hashJson(config), score, from });
}

/** Throws CHECKPOINT_CORRUPT for bytes that are none, or of another trial. */
export function decodeProgramCheckpoint(config: ProgramConfig, bytes: Uint8Array): ProgramCheckpoint {
  let found: ReturnType<typeof decodeBundle>;
  try {
    found = decodeBundle(bytes);
  } catch (cause) {
    throw new SweepError('CHECKPOINT_CORRUPT', 'the checkpoint cannot be read', { cause });
  }
  const { trial, score, from } = (found.meta ?? {}) as { trial?: unknown; score?: ScoreState; from?: number };
  if (trial !== hashJson(config) || score === undefined)
    throw new SweepError('CHECKPOINT_CORRUPT', 'the checkpoint is of another trial');
  // Of an older program: its files were always as new as its score.
  return { score, from: from ?? score.epochs, files: found.files };
}

/** A trial that waits, with what it goes on from. Throws TRIAL_BAD_INPUT without a value. */
export function pausedOutcome(
  config: ProgramConfig,
  score: TrialScore,
  left: Omit<ProgramCheckpoint, 'score'>,
): RunOutcome {
  const { state } = score;
  return {
    type: 'paused',
    epoch: state.epochs,
    result: score.result('PRUNED'),
    model: null,
    state: encodeProgramCheckpoint(config, { ...left, score: state }),
  };
}
