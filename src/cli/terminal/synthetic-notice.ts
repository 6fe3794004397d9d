// The loud notices that a study runs on made-up data, or that a model was trained on it.
import type { ExportDescription } from '../../engine/export/exported-model.js';
import { measuredAs } from '../../leaderboard/table-format.js';
import type { CliContext } from '../context.js';

export function announceSynthetic(context: CliContext, { reviews }: { readonly reviews?: unknown }): void {
  const { yellow, bold } = context.colors.stderr;
  const areReviews = reviews !== undefined;
  const [what, where] = areReviews
    ? ['reviews', 'ones: sweep data fetch imdb']
    : ['weather', 'series: sweep data fetch jena'];
  context.stderr.write(
    yellow(
      `${bold('SYNTHETIC DATA')}: this study runs on the generated stand-in, not on ${measuredAs(areReviews)}.\n` +
        `  Its figures say nothing about real ${what}. For the real ${where}\n`,
    ),
  );
}

export function warnOfSyntheticModel(context: CliContext, { data, task }: ExportDescription): void {
  if (!data.synthetic) return;
  const measured = measuredAs(task.kind === 'classify');
  context.stderr.write(`SYNTHETIC DATA: trained on a generated stand-in, not on ${measured}\n`);
}
