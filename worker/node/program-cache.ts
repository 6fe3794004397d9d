// Which programs of trials this node runs, and their files: unpacked already, or fetched once from the bus, by digest. The
// digest is that of the bytes, so that nothing runs here but what the study was started with.
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BlobStore, TrialMessage } from '../../src/bus/bus.js';
import { makeDirectories } from '../../src/make-directories.js';
import { decodeBundle } from '../../src/program/bundle.js';
import { placeFiles } from '../../src/program/unpack-files.js';
import { folderOfBundle } from '../runners/program-files.js';
import { runnerOf } from '../runners/registry.js';
import { type Patience, withPatience } from './bus-retry.js';

/** Programs by name: the first word of a command, or `module`. */
export type AllowedPrograms = 'all' | readonly string[];

/** This package, for modules that import it. */
const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));
const PACKAGE_NAME = 'sweep';

export class ProgramCache {
  private readonly fetching = new Map<string, Promise<void>>();

  constructor(
    private readonly bus: BlobStore,
    private readonly directory: string,
    private readonly allowed: AllowedPrograms,
  ) {}

  allows(program: string): boolean {
    return this.allowed === 'all' || this.allowed.includes(program);
  }

  /** Resolves when the trial's files lie in the cache directory. Throws BLOB_NOT_FOUND, BLOB_CORRUPT when they can't be had. */
  async provide({ config }: TrialMessage, patience: Patience): Promise<void> {
    const digest = runnerOf(config).filesOf(config);
    if (digest === null || existsSync(folderOfBundle(this.directory, digest))) return;
    let fetch = this.fetching.get(digest);
    if (fetch === undefined) {
      fetch = this.fetch(digest, patience).finally(() => this.fetching.delete(digest));
      this.fetching.set(digest, fetch);
    }
    await fetch;
  }

  private async fetch(digest: string, patience: Patience): Promise<void> {
    const bytes = await withPatience(() => this.bus.getBlob(digest), patience);
    unpackProgram(this.directory, digest, bytes);
  }
}

/** The files of a program at their place in the cache, with this package beside them. */
export function unpackProgram(cacheDirectory: string, digest: string, bytes: Uint8Array): void {
  placeFiles(decodeBundle(bytes).files, folderOfBundle(cacheDirectory, digest), (folder) => {
    const modules = join(folder, 'node_modules');
    if (existsSync(join(modules, PACKAGE_NAME))) return;
    makeDirectories(modules);
    symlinkSync(PACKAGE, join(modules, PACKAGE_NAME), 'dir');
  });
}
