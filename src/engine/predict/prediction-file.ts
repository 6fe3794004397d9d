// The CSV that predictions go to: written in blocks under a temporary name, and renamed when it is whole, so that an error
// halfway leaves what was there.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asSweepError, SweepError } from '../../errors.js';

const BLOCK_CHARACTERS = 1 << 16;

export class PredictionFile {
  private readonly temporary: string;
  private readonly file: number;
  private block = '';

  /** Throws USAGE when nothing can be written there. */
  constructor(
    private readonly path: string,
    header: readonly string[],
  ) {
    this.temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
    try {
      this.file = openSync(this.temporary, 'wx');
    } catch (cause) {
      throw new SweepError('USAGE', `cannot write ${path}: ${asSweepError(cause).message}`, {
        hint: 'name a file in a folder that exists',
        cause,
      });
    }
    this.write(header);
  }

  /** A number in the fewest digits that read back as the same float64; null is an empty field. */
  write(fields: readonly (string | number | null)[]): void {
    this.block += `${fields.map(csvField).join(',')}\n`;
    if (this.block.length >= BLOCK_CHARACTERS) this.flush();
  }

  /** Puts the file in its place. */
  publish(): void {
    this.flush();
    closeSync(this.file);
    renameSync(this.temporary, this.path);
  }

  discard(): void {
    closeSync(this.file);
    rmSync(this.temporary, { force: true });
  }

  private flush(): void {
    const bytes = Buffer.from(this.block);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
    this.block = '';
  }
}

/** A text with a comma, a quote or a line break stands in quotes. */
function csvField(field: string | number | null): string {
  if (typeof field !== 'string') return field === null ? '' : String(field);
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
