// The two classes of a table's labels: as everybody writes them, as they are set, or as the table has them.
import { SweepError } from '../../errors.js';
import type { ReviewTableSource } from '../../study/dataset-source.js';
import { settingWords } from '../sources/table/dialect.js';
import type { Table } from '../sources/table/table.js';

export type ReadLabel = (field: string) => 0 | 1;

export interface Classes {
  /** undefined: it is a label of none of the two. */
  readonly labelOf: (field: string) => 0 | 1 | undefined;
  /** What a label may be, for errors. */
  readonly rule: string;
  readonly notices: readonly string[];
  /** The labels of 0 and 1 as they were set or found; null: those that everybody writes. */
  readonly named: readonly [string, string] | null;
}

const USUAL: ReadonlyMap<string, 0 | 1> = new Map([
  ['0', 0],
  ['1', 1],
  ['neg', 0],
  ['pos', 1],
  ['negative', 0],
  ['positive', 1],
]);

/** Whether everybody writes a label so, and it says itself which class it is. */
export function isUsualLabel(field: string): boolean {
  return USUAL.has(plain(field));
}

/** The class of a label that is set, or that everybody writes; undefined: it is none. */
export function labelReader(classes: ReviewTableSource['classes']): Classes['labelOf'] {
  return classes === undefined ? (field) => USUAL.get(plain(field)) : setClasses(classes).labelOf;
}

/** So many are named when there are more than two. */
const SHOWN_LABELS = 6;

/** Throws CSV_VALUE for more than two classes. Reads the labels of all rows where they are not those that everybody writes. */
export async function findClasses(
  table: Table,
  column: number,
  { classes, label }: Pick<ReviewTableSource, 'classes' | 'label'>,
): Promise<Classes> {
  if (classes !== undefined) return setClasses(classes);
  const usual: Classes = {
    labelOf: labelReader(undefined),
    rule: `a label is one of ${[...USUAL.keys()].join(', ')}, or the two are named: "classes": ["ham", "spam"], the second of which is 1`,
    notices: [],
    named: null,
  };
  const isUsual = (field: string): boolean => usual.labelOf(field) !== undefined;
  if (table.sample.some((row) => isUsual(row[column] ?? ''))) return usual;
  const found = [...new Set((await table.distinct(column, SHOWN_LABELS + 2)).map(plain))];
  // Among labels that are known another one is a mistake, and so is an empty one.
  if (found.some((one) => one === '' || isUsual(one)) || found.length < 2) return usual;
  if (found.length > 2) throw tooMany(table, found, label);
  const [none, one] = found.toSorted(byOrder) as [string, string];
  const named = setClasses([none, one]);
  return {
    ...named,
    notices: [
      `labels are read as ${JSON.stringify(none)}: 0 and ${JSON.stringify(one)}: 1, by their order: ${settingWords('classes', [none, one])} says so, or turns them around`,
    ],
  };
}

function setClasses(classes: readonly [string | number, string | number]): Classes {
  const [none, one] = classes.map((name) => plain(String(name)));
  return {
    labelOf: (field) => {
      const label = plain(field);
      return label === none ? 0 : label === one ? 1 : undefined;
    },
    rule: `a label is ${JSON.stringify(none)} or ${JSON.stringify(one)}: "where" leaves rows of others out`,
    notices: [],
    named: [String(classes[0]).trim(), String(classes[1]).trim()],
  };
}

function tooMany({ files }: Table, found: readonly string[], label: string | number): SweepError {
  const shown = found.slice(0, SHOWN_LABELS).toSorted(byOrder);
  const more = found.length > SHOWN_LABELS ? ', …' : '';
  const at = `${files[0]}:${label}`;
  return new SweepError(
    'CSV_VALUE',
    `${at}: ${JSON.stringify(shown[0])} is no label, as there are more than two classes: ${shown.join(', ')}${more}`,
    {
      path: at,
      hint: 'a classifier tells two classes apart: name them by "classes" and leave the others out by "where"',
    },
  );
}

/** Without case and blanks; numbers as numbers: 1.0 is 1. */
function plain(field: string): string {
  const text = field.trim().toLowerCase();
  return /^[+-]?\d+(?:\.\d*)?$/.test(text) ? String(Number(text)) : text;
}

function byOrder(left: string, right: string): number {
  const difference = Number(left) - Number(right);
  if (!Number.isNaN(difference)) return difference;
  return left < right ? -1 : left > right ? 1 : 0;
}
