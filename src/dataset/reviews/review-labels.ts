// The classes of a table's labels: two as everybody writes them, those that are set, or those that the table has.
import { SweepError } from '../../errors.js';
import type { ReviewTableSource } from '../../study/dataset-source.js';
import { plainLabel, USUAL_LABELS } from '../../study/trial/class-label.js';
import { MAX_CLASSES } from '../../study/trial/output-errors.js';
import { settingWords } from '../sources/table/dialect.js';
import type { Table } from '../sources/table/table.js';

/** The number of a label's class, from 0. */
export type ReadLabel = (field: string) => number;

export interface Classes {
  /** undefined: it is a label of none of them. */
  readonly labelOf: (field: string) => number | undefined;
  /** In the order of their numbers, of more than two; null: there are two. */
  readonly names: readonly string[] | null;
  /** What a label may be, for errors. */
  readonly rule: string;
  readonly notices: readonly string[];
  /** The labels in the order of their numbers, as they were set or found; null: those that everybody writes. */
  readonly named: readonly string[] | null;
}

/** Whether everybody writes a label so, and it says itself which class it is. */
export function isUsualLabel(field: string): boolean {
  return USUAL_LABELS.has(plainLabel(field));
}

/** The class of a label that is set, or that everybody writes; undefined: it is none. */
export function labelReader(classes: ReviewTableSource['classes']): Classes['labelOf'] {
  return classes === undefined ? (field) => USUAL_LABELS.get(plainLabel(field)) : setClasses(classes).labelOf;
}

const NO_LABEL = 'is it the column of the labels? its fields are empty: "label" names another one';
/** So many are named. */
const SHOWN_LABELS = 6;

/** Throws CSV_VALUE for more classes than a classifier tells apart. Reads the labels of all rows where they are not those that everybody writes. */
export async function findClasses(
  table: Table,
  column: number,
  { classes, label }: Pick<ReviewTableSource, 'classes' | 'label'>,
): Promise<Classes> {
  if (classes !== undefined) return setClasses(classes);
  const usual: Classes = {
    labelOf: labelReader(undefined),
    rule: `a label is one of ${[...USUAL_LABELS.keys()].join(', ')}, or all are named in their order: "classes": ["ham", "spam"], the second of which is 1`,
    names: null,
    notices: [],
    named: null,
  };
  const isUsual = (field: string): boolean => usual.labelOf(field) !== undefined;
  if (table.sample.some((row) => isUsual(row[column] ?? ''))) return usual;
  const all = [...new Set((await table.distinct(column, MAX_CLASSES + 1)).map(plainLabel))];
  // Among labels that are known another one is a mistake, and an empty one is none.
  if (all.some(isUsual)) return usual;
  const found = all.filter((one) => one !== '');
  const [only] = found;
  if (only === undefined) return { ...usual, rule: NO_LABEL };
  if (found.length === 1)
    return {
      ...usual,
      rule: `a classifier takes two labels or more, and the table has none but ${JSON.stringify(only)}`,
    };
  if (found.length > MAX_CLASSES) throw tooMany(table, found, String(label));
  if (found.length > 2) return severalClasses(found.toSorted(byOrder));
  const [none, one] = found.toSorted(byOrder) as [string, string];
  const named = setClasses([none, one]);
  return {
    ...named,
    notices: [
      `labels are read as ${JSON.stringify(none)}: 0 and ${JSON.stringify(one)}: 1, by their order: ${settingWords('classes', [none, one])} says so, or turns them around`,
    ],
  };
}

function severalClasses(names: readonly string[]): Classes {
  const shown = names.slice(0, SHOWN_LABELS).map((name, number) => `${JSON.stringify(name)}: ${number}`);
  const more = names.length > SHOWN_LABELS ? ', …' : '';
  return {
    ...setClasses(names),
    notices: [`labels are read as ${names.length} classes, by their order: ${shown.join(', ')}${more}`],
  };
}

function setClasses(classes: readonly (string | number)[]): Classes {
  const names = classes.map(plainLabel);
  const named = classes.map((name) => String(name).trim());
  const [none, one] = names;
  if (names.length > 2) {
    const numbers = new Map(names.map((name, number) => [name, number]));
    const shown = names.slice(0, SHOWN_LABELS).map((name) => JSON.stringify(name));
    return {
      labelOf: (field) => numbers.get(plainLabel(field)),
      names,
      rule: `a label is one of ${shown.join(', ')}${names.length > SHOWN_LABELS ? ', …' : ''}: "where" leaves rows of others out`,
      notices: [],
      named,
    };
  }
  return {
    names: null,
    labelOf: (field) => {
      const label = plainLabel(field);
      return label === none ? 0 : label === one ? 1 : undefined;
    },
    rule: `a label is ${JSON.stringify(none)} or ${JSON.stringify(one)}: "where" leaves rows of others out`,
    notices: [],
    named,
  };
}

function tooMany({ files }: Table, found: readonly string[], label: string): SweepError {
  const shown = found.slice(0, SHOWN_LABELS).toSorted(byOrder);
  const more = found.length > SHOWN_LABELS ? ', …' : '';
  const at = `${files[0]}:${label}`;
  return new SweepError(
    'CSV_VALUE',
    `${at}: ${JSON.stringify(shown[0])} is no label, as there are more than ${MAX_CLASSES} classes: ${shown.join(', ')}${more}`,
    {
      path: at,
      hint: 'is it the column of the labels? "label" names another one, "where" leaves rows out',
    },
  );
}

function byOrder(left: string, right: string): number {
  const difference = Number(left) - Number(right);
  if (!Number.isNaN(difference)) return difference;
  return left < right ? -1 : left > right ? 1 : 0;
}
