// The result cache of the local bus: one small file a finished trial, `results/<first two digits>/<key>.json`, with a
// checksum. An entry that is damaged is reported and counts as absent: the trial is computed again.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { makeDirectories } from '../../make-directories.js';
import type { CachedResult } from '../bus.js';
import { cachedResultCodec } from '../messages.js';
import { checkToken } from '../subjects.js';
import { asFileError, hasErrno, replaceFile } from './files.js';

export class LocalResults {
  constructor(
    private readonly directory: string,
    private readonly logger: Logger,
  ) {}

  async read(key: string): Promise<CachedResult | null> {
    const path = this.#path(key);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (thrown) {
      if (hasErrno(thrown, 'ENOENT')) return null;
      throw asFileError(thrown, path);
    }
    try {
      return parseEntry(text, key);
    } catch (thrown) {
      this.logger.warn('an entry of the result cache is damaged: the trial is computed again', {
        path,
        error: asSweepError(thrown).message,
      });
      return null;
    }
  }

  async write(key: string, cached: CachedResult): Promise<void> {
    const path = this.#path(key);
    const body = JSON.stringify({ key, entry: cachedResultCodec.toJson(cached) });
    try {
      makeDirectories(dirname(path));
    } catch (thrown) {
      throw asFileError(thrown, path);
    }
    // Not synced: what a power cut takes from a cache is computed again, and the checksum tells.
    await replaceFile(path, Buffer.from(`${checksum(body)} ${body}\n`), { isDurable: false });
  }

  #path(key: string): string {
    return join(this.directory, checkToken('result key', key).slice(0, 2), `${key}.json`);
  }
}

function parseEntry(text: string, key: string): CachedResult {
  const body = text.slice(9, -1);
  if (text.slice(0, 8) !== checksum(body)) throw new Error('its checksum does not fit its content');
  const { key: ownKey, entry } = JSON.parse(body) as { key: unknown; entry: unknown };
  if (ownKey !== key) throw new Error(`it belongs to ${JSON.stringify(ownKey)}`);
  return cachedResultCodec.fromJson(entry);
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0');
}
