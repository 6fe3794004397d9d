// Where the files of programs lie on a worker, and the checkpoints of trials that run one: their files, or the value that a
// module saved, with the score so far.
import { join } from 'node:path';
import { SweepError } from '../../src/errors.js';
import { type BundledFile, decodeBundle, encodeBundle } from '../../src/program/bundle.js';
import type { ScoreState } from '../../src/program/trial-score.js';
import { hashJson } from '../../src/study/canonical-json.js';
import type { CommandConfig, ModuleConfig } from '../../src/study/trial/trial.js';

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
  readonly files: readonly BundledFile[];
}

export function encodeProgramCheckpoint(
  config: ProgramConfig,
  { score, files }: ProgramCheckpoint,
): Uint8Array {
  return encodeBundle(files, { trial: hashJson(config), score });
}

/** Throws CHECKPOINT_CORRUPT for bytes that are none, or of another trial. */
export function decodeProgramCheckpoint(config: ProgramConfig, bytes: Uint8Array): ProgramCheckpoint {
  let found: ReturnType<typeof decodeBundle>;
  try {
    found = decodeBundle(bytes);
  } catch (cause) {
    throw new SweepError('CHECKPOINT_CORRUPT', 'the checkpoint cannot be read', { cause });
  }
  const { trial, score } = (found.meta ?? {}) as { trial?: unknown; score?: ScoreState };
  if (trial !== hashJson(config) || score === undefined)
    throw new SweepError('CHECKPOINT_CORRUPT', 'the checkpoint is of another trial');
  return { score, files: found.files };
}
