// A report as Markdown: heading, warnings, table, notes.
import { experimentTable, factsOf, notesOf, warningsOf } from './experiment-table.js';
import type { StudyReport } from './study-report.js';

export function reportMarkdown(report: StudyReport): string {
  const { head, rows } = experimentTable(report);
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `| --- |${' ---: |'.repeat(head.length - 1)}`;
  return `${[
    `# ${report.title}`,
    '',
    ...warningsOf(report).flatMap((warning) => [`> **${warning}**`, '']),
    ...factsOf(report),
    '',
    line(head),
    rule,
    ...rows.map(line),
    '',
    ...notesOf(report).map((note) => `- ${note}`),
  ].join('\n')}\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}
