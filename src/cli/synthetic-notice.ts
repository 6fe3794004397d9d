// The loud notice that a study runs on made-up data.
import type { CliContext } from './context.js';

export function announceSynthetic(context: CliContext, { reviews }: { readonly reviews?: unknown }): void {
  const { yellow, bold } = context.colors.stderr;
  const areReviews = reviews !== undefined;
  const [what, where] = areReviews
    ? ['reviews', 'ones: sweep data fetch imdb']
    : ['weather', 'series: sweep data fetch jena'];
  context.stderr.write(
    yellow(
      `${bold('SYNTHETIC DATA')}: this study runs on the generated stand-in, not on ${areReviews ? 'what people wrote' : 'measurements'}.\n` +
        `  Its figures say nothing about real ${what}. For the real ${where}\n`,
    ),
  );
}
