// The files of an objective's program, packed: their digest joins the spec, and so each trial's id; the bytes go to the workers.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SweepError } from '../../errors.js';
import { encodeBundle } from '../../program/bundle.js';
import { packFiles, statOf } from '../../program/pack-files.js';
import type { ObjectiveSection } from './registry.js';

export interface PackedObjective<Objective> {
  readonly objective: Objective;
  /** null: it needs none, or they were packed before. */
  readonly bundle: Uint8Array | null;
}

/** `folder`: of the sweep file. Throws SPEC_INVALID for files that are not there, or not named. */
export function packObjective<Objective extends ObjectiveSection>(
  objective: Objective,
  folder: string,
): PackedObjective<Objective> {
  if (!('files' in objective) || objective.bundle !== undefined) return { objective, bundle: null };
  const own = objective.type === 'module' ? packFiles(folder, [objective.module], 'objective.module') : [];
  const named = packFiles(folder, objective.files, 'objective.files');
  if (objective.type === 'command')
    refuseForgotten(objective.command, new Set(named.map(({ path }) => path)), folder);
  const files = [...own.filter(({ path }) => named.every((file) => file.path !== path)), ...named];
  if (files.length === 0) return { objective, bundle: null };
  const bundle = encodeBundle(files);
  const digest = createHash('sha256').update(bundle).digest('hex');
  return { objective: { ...objective, bundle: digest }, bundle };
}

/** A trial's working directory has the files that are named, and no others. */
function refuseForgotten(command: readonly string[], named: ReadonlySet<string>, folder: string): void {
  for (const [place, word] of command.entries()) {
    const path = word.replace(/^\.\//, '');
    if (path === '' || path.startsWith('/') || named.has(path)) continue;
    if (statOf(join(folder, path))?.isFile() !== true) continue;
    throw new SweepError(
      'SPEC_INVALID',
      `objective.command[${place}] is a file beside the sweep file, but not among objective.files: ${JSON.stringify(word)}`,
      { path: 'objective.files', hint: `"files": [${JSON.stringify(path)}], and all that it needs itself` },
    );
  }
}
