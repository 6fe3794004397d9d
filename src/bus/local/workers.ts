// Heartbeats of the local bus: one file a worker, `workers/<worker>.json`, so that another process can list them.
// The file's age is the time since it was last seen: one machine, one clock.
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { makeDirectories } from '../../make-directories.js';
import type { WorkerInfo } from '../bus.js';
import { workerInfoCodec } from '../messages.js';
import { workerKey } from '../subjects.js';
import { asFileError, hasErrno, replaceFile } from './files.js';

/** A worker that was not heard of for so long is forgotten. */
const FORGET_AFTER_MS = 60 * 60 * 1000;

export class LocalWorkers {
  constructor(
    private readonly directory: string,
    private readonly logger: Logger,
    private readonly now: () => Date,
  ) {}

  async heartbeat(info: WorkerInfo): Promise<void> {
    const path = join(this.directory, `${workerKey(info.worker)}.json`);
    const bytes = workerInfoCodec.encode(info);
    try {
      makeDirectories(this.directory);
    } catch (thrown) {
      throw asFileError(thrown, path);
    }
    await replaceFile(path, bytes, { isDurable: false });
  }

  async remove(worker: string): Promise<void> {
    const path = join(this.directory, `${workerKey(worker)}.json`);
    try {
      await rm(path, { force: true });
    } catch (thrown) {
      throw asFileError(thrown, path);
    }
  }

  async list(): Promise<(WorkerInfo & { readonly lastSeenMs: number })[]> {
    const workers = [];
    for (const name of await this.#names()) {
      const path = join(this.directory, name);
      const worker = await this.#read(path);
      if (worker === null) continue;
      if (worker.lastSeenMs > FORGET_AFTER_MS) await rm(path, { force: true });
      else workers.push(worker);
    }
    return workers;
  }

  async #names(): Promise<string[]> {
    try {
      const names = await readdir(this.directory);
      return names.filter((name) => name.endsWith('.json')).sort();
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return [];
      throw asFileError(thrown, this.directory);
    }
  }

  async #read(path: string): Promise<(WorkerInfo & { readonly lastSeenMs: number }) | null> {
    try {
      const { mtimeMs } = await stat(path);
      const lastSeenMs = Math.max(0, this.now().getTime() - mtimeMs);
      return { ...workerInfoCodec.decode(await readFile(path)), lastSeenMs };
    } catch (thrown) {
      // Forgotten by another reader in between.
      if (hasErrno(thrown, 'ENOENT')) return null;
      this.logger.warn('a heartbeat cannot be read', { path, error: asSweepError(thrown).message });
      return null;
    }
  }
}
