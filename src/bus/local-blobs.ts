// Blobs of the local bus: immutable files named by their SHA-256, `blobs/<first two digits>/<digest>`. Verified on read.
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SweepError } from '../errors.js';
import { asFileError, hasErrno, replaceFile } from './local-files.js';
import { checkDigest } from './subjects.js';

const READ_ONLY = 0o444;

export class LocalBlobs {
  constructor(private readonly directory: string) {}

  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256(bytes);
    if (await this.has(digest)) return digest;
    const path = this.#path(digest);
    try {
      await mkdir(dirname(path), { recursive: true });
    } catch (thrown) {
      throw asFileError(thrown, path);
    }
    await replaceFile(path, bytes, { mode: READ_ONLY });
    return digest;
  }

  async get(digest: string): Promise<Uint8Array> {
    const path = this.#path(digest);
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

  async has(digest: string): Promise<boolean> {
    try {
      await access(this.#path(digest));
      return true;
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return false;
      throw thrown instanceof SweepError ? thrown : asFileError(thrown, digest);
    }
  }

  async delete(digest: string): Promise<void> {
    await rm(this.#path(digest), { force: true });
  }

  #path(digest: string): string {
    return join(this.directory, checkDigest(digest).slice(0, 2), digest);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
