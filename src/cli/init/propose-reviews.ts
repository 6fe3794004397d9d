// The proposal for a table of labelled texts: which column is the text, which the label, how long samples are.
import { isUsualLabel } from '../../dataset/reviews/review-labels.js';
import { SweepError } from '../../errors.js';
import { plainLabel } from '../../study/trial/class-label.js';
import { countOf } from '../../wording/plural.js';
import type { Proposal, ProposalRequest } from './proposal.js';
import { type ColumnSketch, countValues, type TableSketch, type TextColumn } from './table-sketch.js';

export interface ReviewColumns {
  readonly text: TextColumn;
  readonly label: ColumnSketch;
  /** The two values of the label, the commoner first, with their counts. */
  readonly classes: readonly (readonly [value: string, count: number])[];
  /** Further columns of 0 and 1: each of them, and the first, is a label of its own. */
  readonly others: readonly ColumnSketch[];
}

/** A column of texts has so many words on average, and hardly any text twice. */
const LEAST_WORDS = 3;
const LEAST_DIFFERENT = 0.5;
/** Samples as long as the longest of this share of the texts. */
const COVERED = 0.9;
const SHORTEST_SAMPLE = 8;
const LONGEST_SAMPLE = 200;
const EPOCHS = 5;
const TRIALS = 12;
const LABEL_NAME = /^(?:label|class|category|sentiment|target|spam|y)$/i;

/** The columns of labelled texts; null: it is no such table. `target`: the label's column where it was named. */
export function findReviews(
  table: TableSketch,
  target: string | null,
  others: readonly string[] = [],
): ReviewColumns | null {
  const texts = table.columns.filter((column) => column.kind === 'text' && isProse(column)) as TextColumn[];
  const [text] = texts.sort((a, b) => meanWords(b) - meanWords(a));
  if (text === undefined || text.name === target || others.includes(text.name)) return null;
  const labels = table.columns.flatMap((column) => {
    if (column === text || column.kind === 'time' || (target !== null && column.name !== target)) return [];
    const counts = countValues(column, 2);
    if (counts === null || counts.size !== 2) return [];
    return [{ column, classes: [...counts].sort((a, b) => b[1] - a[1]) }];
  });
  labels.sort((a, b) => Number(LABEL_NAME.test(b.column.name)) - Number(LABEL_NAME.test(a.column.name)));
  const [label] = labels;
  if (label === undefined) return null;
  const further = table.columns.filter(({ name }) => others.includes(name));
  if (others.length > 0 && ![label.column, ...further].every(isFlags)) return null;
  return { text, label: label.column, classes: label.classes, others: further };
}

function isFlags(column: ColumnSketch): boolean {
  const counts = countValues(column, 2);
  return (
    counts !== null &&
    [...counts.keys()].every((value) => ['0', '1', 'true', 'false'].includes(plainLabel(value)))
  );
}

function isProse(column: TextColumn): boolean {
  const texts = column.texts.filter((text) => text !== '');
  if (texts.length === 0 || meanWords(column) < LEAST_WORDS) return false;
  return new Set(texts).size >= LEAST_DIFFERENT * texts.length;
}

/** Where no line names the columns they are counted from 0, and called so. */
function placeOf({ name }: ColumnSketch, { header }: TableSketch['settings']): string | number {
  return header === false ? Number(name) : name;
}

export function wordsIn(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

function meanWords({ texts }: TextColumn): number {
  return texts.reduce((sum, text) => sum + wordsIn(text), 0) / Math.max(1, texts.length);
}

export function proposeReviews(
  table: TableSketch,
  { path }: ProposalRequest,
  { text, label, classes, others: further }: ReviewColumns,
): Proposal {
  const lengths = text.texts.map(wordsIn).sort((a, b) => a - b);
  const covered = lengths[Math.floor(COVERED * (lengths.length - 1))] ?? SHORTEST_SAMPLE;
  // One more for the start mark.
  const maxLength = Math.min(LONGEST_SAMPLE, Math.max(SHORTEST_SAMPLE, covered + 1));
  const isTsv = table.settings.format === 'tsv' || /\.tsv(?:\.gz)?$/i.test(path);
  const { format: _, ...settings } = table.settings;
  const training = 0.64 * table.rows;
  const batchSize = training < 4000 ? 32 : 128;
  // The rarer label is what is looked for.
  const named = classes.map(([value]) => value);
  const isUsual = named.every(isUsualLabel);
  const isOne = further.length === 0;
  if (!isOne && settings.header === false)
    throw new SweepError('USAGE', '--target takes several columns only of a table with a line of names', {
      path: '--target',
      hint: 'add a line of names to the table, or give one column',
    });
  const others = table.columns.filter((column) => ![text, label, ...further].includes(column));
  return {
    kind: 'reviews',
    predictions: 'labels.csv',
    sweep: {
      dataset: {
        kind: 'reviews',
        source: {
          [isTsv ? 'tsv' : 'csv']: path,
          text: placeOf(text, settings),
          label: isOne ? placeOf(label, settings) : [label, ...further].map(({ name }) => name),
          ...(isUsual || !isOne ? {} : { classes: named }),
          ...settings,
        },
        maxFeatures: 10_000,
        maxLength,
      },
      model: { type: 'recurrent', cell: '$cell', units: '$units', embedding: '$embedding' },
      space: {
        cell: ['gru', 'lstm'],
        units: { type: 'int', low: 8, high: 32, log: true },
        embedding: [16, 32],
        learningRate: { type: 'float', low: 3e-4, high: 1e-2, log: true },
      },
      training: { learningRate: '$learningRate', epochs: EPOCHS, batchSize },
      sampler: { type: 'auto' },
      limits: { maxTrials: TRIALS },
    },
    remarks: [
      {
        title: 'Columns',
        lines: [
          `${table.rows.toLocaleString('en-US')} rows. "${text.name}" is the text: the column with the most words, ${Math.round(meanWords(text))} on average.`,
          ...(isOne
            ? [
                `"${label.name}" is the label, as it has two values: ${classes.map(([value, count]) => `${JSON.stringify(value)} (${count.toLocaleString('en-US')} rows)`).join(' and ')}. Another one: --target COLUMN.`,
                ...(isUsual
                  ? []
                  : [`"classes" makes ${JSON.stringify(named[1])} the positive one, as it is the rarer.`]),
              ]
            : [
                `${[label, ...further].map(({ name }) => `"${name}"`).join(', ')} are labels of which a text may have any: 1 where it has one, else 0.`,
              ]),
          ...(others.length === 0 ? [] : [`Not used: ${others.map(({ name }) => `"${name}"`).join(', ')}.`]),
        ],
      },
      {
        title: 'Samples',
        lines: [
          `maxLength ${maxLength}: nine tenths of the texts have at most ${countOf(covered, 'word')}; longer ones keep their last ones${covered + 1 > LONGEST_SAMPLE ? `, and ${LONGEST_SAMPLE} are enough to begin with` : ''}.`,
          `maxFeatures 10000: the most frequent words have an id of their own.`,
          `A fifth of the reviews is kept for the test, a fifth of the rest validates${isOne ? `; the commoner label alone is right in ${((100 * (classes[0]?.[1] ?? 0)) / Math.max(1, table.rows)).toFixed(1)} %` : ''}.`,
        ],
      },
      {
        title: 'Search',
        lines: [
          `${TRIALS} trials of ${EPOCHS} epochs, chosen by "auto": cell, units, width of the embedding, learning rate. More: --max-trials N.`,
        ],
      },
    ],
  };
}
