// Blobs of the local bus: immutable files named by their SHA-256, `blobs/<first two digits>/<digest>`, or, when a trial
// owns them, `studies/<study>/blobs/<trial>/<digest>`. Verified on read.
import { createHash } from 'node:crypto';
import { access, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SweepError } from '../../errors.js';
import { makeDirectories } from '../../make-directories.js';
import { isToken } from '../../schema/wire.js';
import type { BlobOwner } from '../bus.js';
import { checkDigest, checkToken } from '../subjects.js';
import { asFileError, hasErrno, replaceFile } from './files.js';

const READ_ONLY = 0o444;
const PUT_ATTEMPTS = 3;

export class LocalBlobs {
  constructor(
    private readonly directory: string,
    /** Where the blobs of a study's trials lie. */
    private readonly directoryOf: (study: string) => string,
  ) {}

  async put(bytes: Uint8Array, owner?: BlobOwner): Promise<string> {
    const digest = sha256(bytes);
    if (await this.has(digest, owner)) return digest;
    const path = this.#path(digest, owner);
    for (let attempt = 1; ; attempt++) {
      try {
        // What a trial owns comes and goes with its study: one that was removed is not brought back.
        if (owner !== undefined) await access(dirname(this.directoryOf(owner.study)));
        makeDirectories(dirname(path));
      } catch (thrown) {
        throw asFileError(thrown, path);
      }
      try {
        await replaceFile(path, bytes, { mode: READ_ONLY });
        return digest;
      } catch (thrown) {
        // All that the trial owns was deleted in between, and the folder with it.
        const isFolderGone = thrown instanceof SweepError && hasErrno(thrown.cause, 'ENOENT');
        if (!isFolderGone || attempt === PUT_ATTEMPTS) throw thrown;
      }
    }
  }

  async get(digest: string, owner?: BlobOwner): Promise<Uint8Array> {
    const path = this.#path(digest, owner);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (thrown) {
      if (!hasErrno(thrown, 'ENOENT')) throw asFileError(thrown, path);
      throw new SweepError('BLOB_NOT_FOUND', `there is no blob ${digest}`, {
        path,
        hint: 'was it removed with its study? a trial can go on without its checkpoint',
      });
    }
    const found = sha256(bytes);
    if (found === digest) return bytes;
    throw new SweepError('BLOB_CORRUPT', `the content of blob ${digest} has the digest ${found}`, {
      path,
      hint: 'the file is damaged: check the disk, then delete it',
    });
  }

  async has(digest: string, owner?: BlobOwner): Promise<boolean> {
    try {
      await access(this.#path(digest, owner));
      return true;
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return false;
      throw asFileError(thrown, digest);
    }
  }

  async delete(digest: string, owner?: BlobOwner): Promise<void> {
    const path = this.#path(digest, owner);
    await rm(path, { force: true }).catch((thrown: unknown) => {
      throw asFileError(thrown, path);
    });
  }

  async listOwners(study: string): Promise<ReadonlySet<string>> {
    const directory = this.directoryOf(study);
    try {
      return new Set((await readdir(directory)).filter(isToken));
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return new Set();
      throw asFileError(thrown, directory);
    }
  }

  async deleteOf(owner: BlobOwner): Promise<void> {
    const directory = this.#directoryOf(owner);
    await rm(directory, { recursive: true, force: true }).catch((thrown: unknown) => {
      throw asFileError(thrown, directory);
    });
  }

  #path(digest: string, owner: BlobOwner | undefined): string {
    const name = checkDigest(digest);
    return owner === undefined
      ? join(this.directory, name.slice(0, 2), name)
      : join(this.#directoryOf(owner), name);
  }

  #directoryOf({ study, trial }: BlobOwner): string {
    return join(this.directoryOf(study), checkToken('trial', trial));
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
