// The loud notice that a study runs on made-up data.
import type { CliContext } from './context.js';

export function announceSynthetic(context: CliContext): void {
  const { yellow, bold } = context.colors.stderr;
  context.stderr.write(
    yellow(
      `${bold('SYNTHETIC DATA')}: this study runs on the generated stand-in, not on measurements.\n` +
        '  Its figures say nothing about real weather. For the real series: sweep data fetch jena\n',
    ),
  );
}
