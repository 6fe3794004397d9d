// A report as Markdown: heading, warnings, table, notes.
import { printable } from '../wording/printable.js';
import { experimentTable, factsOf, notesOf, warningsOf } from './experiment-table.js';
import type { StudyReport } from './study-report.js';

export function reportMarkdown(report: StudyReport): string {
  const { head, rows } = experimentTable(report);
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = `| --- |${' ---: |'.repeat(head.length - 1)}`;
  return `${[
    `# ${printable(report.title)}`,
    '',
    ...warningsOf(report).flatMap((warning) => [`> **${printable(warning)}**`, '']),
    ...factsOf(report).map(printable),
    '',
    line(head),
    rule,
    ...rows.map(line),
    '',
    ...notesOf(report).map((note) => `- ${printable(note)}`),
  ].join('\n')}\n`;
}

function escapeCell(text: string): string {
  return printable(text).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}
