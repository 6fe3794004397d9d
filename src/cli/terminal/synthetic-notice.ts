// The loud notices that a study runs on made-up data, or that a model was trained on it.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import type { ExportDescription } from '../../engine/export/exported-model.js';
import { taskOf, taskOfPrepared } from '../../task/registry.js';
import type { CliContext } from '../context.js';

export function announceSynthetic(
  context: CliContext,
  metadata: Pick<DatasetMetadata, 'reviews' | 'labels'>,
): void {
  const { yellow, bold } = context.colors.stderr;
  const { measured, real } = taskOfPrepared(metadata).words;
  context.stderr.write(
    yellow(
      `${bold('SYNTHETIC DATA')}: this study runs on the generated stand-in, not on ${measured}.\n` +
        `  Its figures say nothing about real ${real.what}. For the real ${real.source}\n`,
    ),
  );
}

export function warnOfSyntheticModel(context: CliContext, { data, task }: ExportDescription): void {
  if (!data.synthetic) return;
  const { measured } = taskOf(task).words;
  context.stderr.write(`SYNTHETIC DATA: trained on a generated stand-in, not on ${measured}\n`);
}
