// What `sweep export` does: takes a model out of its study and writes it as a folder.

import { relative, resolve } from 'node:path';
import { writeExport } from '../../engine/export/write-export.js';
import { figureFormat } from '../../wording/figures.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type ModelFlags, readStudyModel } from '../read-model.js';
import { warnOfSyntheticModel } from '../terminal/synthetic-notice.js';

export interface ExportOptions extends ModelFlags {
  readonly bestModel: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function exportModel(
  context: CliContext,
  study: string,
  options: ExportOptions,
): Promise<number> {
  const exported = await readStudyModel(context, study, options);
  const folder = resolve(context.directory, options.bestModel);
  const files = writeExport(folder, exported, { isForced: options.force === true });
  const { description } = exported;
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ folder, files, model: description }, null, 2)}\n`);
    return 0;
  }
  const { trial, objective, epoch } = description;
  const shown = relative(context.directory, folder);
  context.stdout.write(
    `${printable(shown)}: trial ${printable(trial)}, ${objective.metric} ${figureFormat()(objective.value)} at epoch ${epoch}\n` +
      files.map((file) => `  ${file}\n`).join(''),
  );
  warnOfSyntheticModel(context, description);
  return 0;
}
