// Finished trials by their content hash, in the sweep home: a trial is never computed twice (promise 3).
// One small JSON file a trial, written whole and renamed. An entry that cannot be read is no entry.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrialResult } from '../study/trial.js';

const FORMAT_VERSION = 1;
const TRIAL_ID = /^[A-Za-z0-9_-]{1,64}$/;

interface CacheEntry {
  readonly version: number;
  readonly trial: string;
  readonly worker: string;
  readonly result: TrialResult;
}

export interface CachedTrial {
  readonly result: TrialResult;
  /** Who computed it. */
  readonly worker: string;
}

export class ResultCache {
  private readonly directories = new Set<string>();

  constructor(private readonly directory: string) {}

  /** Null when the trial is not known. `hasModel` says whether a model blob can still be had. */
  async read(trial: string, hasModel: (digest: string) => Promise<boolean>): Promise<CachedTrial | null> {
    const entry = await this.readEntry(trial);
    if (entry === null || entry.version !== FORMAT_VERSION || entry.trial !== trial) return null;
    const { modelDigest } = entry.result;
    if (modelDigest !== null && !(await hasModel(modelDigest))) return null;
    return { result: entry.result, worker: entry.worker };
  }

  /** Only whole results: a pruned trial's result depends on its study's scheduler. */
  async write(trial: string, worker: string, result: TrialResult): Promise<void> {
    if (result.state !== 'COMPLETE') return;
    const path = this.pathOf(trial);
    const directory = join(path, '..');
    if (!this.directories.has(directory)) {
      await mkdir(directory, { recursive: true });
      this.directories.add(directory);
    }
    const entry: CacheEntry = { version: FORMAT_VERSION, trial, worker, result };
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, JSON.stringify(entry));
    await rename(temporary, path);
  }

  private async readEntry(trial: string): Promise<CacheEntry | null> {
    let text: string;
    try {
      text = await readFile(this.pathOf(trial), 'utf8');
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
      throw thrown;
    }
    try {
      return JSON.parse(text) as CacheEntry;
    } catch {
      // Torn by a crash of the machine: the trial is computed again and the entry replaced.
      return null;
    }
  }

  private pathOf(trial: string): string {
    if (!TRIAL_ID.test(trial)) throw new RangeError(`not a trial id: ${JSON.stringify(trial)}`);
    return join(this.directory, trial.slice(0, 2), `${trial}.json`);
  }
}
