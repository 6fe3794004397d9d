// The tables of docs/sweep-file.md that follow from the registries: a row each, with the fields of its own schema. They stand
// in the page between two marks of their name, and `npm run schema` writes them anew.
import { z } from 'zod';
import { SweepError } from '../errors.js';
import { SAMPLERS, SCHEDULERS } from '../search/registry.js';
import { OBJECTIVES } from '../sweep-file/objective/registry.js';

type Rows = Readonly<Record<string, { readonly schema: z.ZodType; readonly summary: string }>>;

interface DocsTable {
  /** The name in the marks. */
  readonly name: string;
  readonly rows: Rows;
  /** What the summaries say. */
  readonly heading: string;
}

const TABLES: readonly DocsTable[] = [
  { name: 'samplers', rows: SAMPLERS, heading: 'proposes' },
  { name: 'schedulers', rows: SCHEDULERS, heading: 'stops' },
  { name: 'objectives', rows: OBJECTIVES, heading: 'what a trial does' },
];

/** The page with all tables as the registries have them. Throws INTERNAL where a table has no place in it. */
export function withDocsTables(page: string): string {
  return TABLES.reduce(replaceTable, page);
}

function replaceTable(page: string, { name, rows, heading }: DocsTable): string {
  const marks = [`<!-- ${name}: npm run schema -->`, `<!-- end of ${name} -->`] as const;
  const [start, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (start < 0 || end < start)
    throw new SweepError('INTERNAL', `the page has no place for the table of ${name}`, {
      hint: `put ${marks.join(' and ')} where it belongs`,
    });
  return `${page.slice(0, start)}${marks[0]}\n\n${formatTable(rows, heading)}\n\n${page.slice(end)}`;
}

function formatTable(rows: Rows, heading: string): string {
  const lines = Object.entries(rows).map(
    ([type, { schema, summary }]) => `| \`"${type}"\` | ${fieldsOf(schema).join(', ')} | ${summary} |`,
  );
  return [`| \`type\` | fields (default) | ${heading} |`, '| --- | --- | --- |', ...lines]
    .join('\n')
    .replaceAll('|  |', '| |');
}

/** Name and default of each field but `type`. */
function fieldsOf(schema: z.ZodType): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).flatMap(([name, field]) => {
    if (name === 'type') return [];
    const value = typeof field === 'object' ? field.default : undefined;
    return [value === undefined ? `\`${name}\`` : `\`${name}\` (${formatDefault(value)})`];
  });
}

function formatDefault(value: unknown): string {
  return typeof value === 'string' ? `\`"${value}"\`` : JSON.stringify(value);
}
