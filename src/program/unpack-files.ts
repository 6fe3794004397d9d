// Writes the files of a bundle into a folder.
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectories } from '../make-directories.js';
import type { BundledFile } from './bundle.js';

/** The files of a checkpoint, for its owner to change. */
export function writeFiles(files: readonly BundledFile[], folder: string): void {
  makeDirectories(folder);
  for (const { path, isExecutable, bytes } of files) {
    const file = join(folder, path);
    makeDirectories(dirname(file));
    writeFileSync(file, bytes, { mode: isExecutable ? 0o755 : 0o644 });
  }
}

/**
 * The files of a program, read-only, at a folder that is there whole or not at all: several trials, and processes, may want
 * it at once. `finish` adds to it before others see it.
 */
export function placeFiles(
  files: readonly BundledFile[],
  folder: string,
  finish: (folder: string) => void = () => {},
): void {
  if (existsSync(folder)) return;
  const draft = `${folder}.${process.pid}-${randomUUID().slice(0, 8)}`;
  try {
    writeFiles(files, draft);
    for (const { path, isExecutable } of files) chmodSync(join(draft, path), isExecutable ? 0o555 : 0o444);
    finish(draft);
    renameSync(draft, folder);
  } catch (thrown) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw thrown;
  }
}
