// The proposal for a table of numbers whose target is a text: the class of each row is told from the rows before it.
import { SweepError } from '../../errors.js';
import { plainLabel } from '../../study/trial/class-label.js';
import { MAX_CLASSES } from '../../study/trial/output-errors.js';
import { countOf } from '../../wording/plural.js';
import { chooseWindow } from './choose-window.js';
import type { Proposal, ProposalRequest } from './proposal.js';
import { describeRhythm, describeRows, type Rows, SPLIT } from './propose-series.js';
import {
  countMissing,
  isNumbers,
  type NumberColumn,
  type TableSketch,
  type TextColumn,
} from './table-sketch.js';

const EPOCHS = 10;
const TRIALS = 20;
const BATCH = 32;
const MOST_STEPS = 100;
/** So many are named. */
const SHOWN = 12;

/** The column of labels; null: the target is none, or there is nothing to tell it from. */
export function findLabels(table: TableSketch, target: string | null): TextColumn | null {
  const column = table.columns.find(({ name }) => name === target);
  if (column?.kind !== 'text' || !table.columns.some(isNumbers)) return null;
  const different = new Set(column.texts.filter((text) => text !== '').map(plainLabel)).size;
  return different > 1 && different <= Math.min(MAX_CLASSES, table.rows / 2) ? column : null;
}

export function proposeLabels(table: TableSketch, request: ProposalRequest, label: TextColumn): Proposal {
  const { path } = request;
  const others = { ...table, columns: table.columns.filter((column) => column !== label) };
  const rows = describeRows(others, path, request.series ?? null);
  const numbers = others.columns.filter(isNumbers).filter(({ name }) => name !== rows.series);
  const { learnt, unlearnt } = countLabels(label, rows);
  if (learnt.length < 2)
    throw new SweepError(
      'USAGE',
      `"${label.name}" of ${path} has ${countOf(learnt.length, 'label')} in the first 70 % of the rows: there is nothing to tell apart`,
      { hint: 'name another column with --target' },
    );
  const { lookback } = chooseWindow([], rows.shortest, SPLIT, rows.rhythm?.stepSeconds ?? null);
  const onMissing = missingPolicy(numbers);
  const windows = Math.floor(SPLIT.train * table.rows) - lookback;
  const names = learnt.map(([name, count]) => `${JSON.stringify(name)} (${countOf(count, 'row')})`);
  return {
    kind: 'labelled',
    predictions: 'classes.csv',
    sweep: {
      dataset: {
        source: {
          csv: path,
          ...(rows.time === null ? {} : { time: rows.time.name }),
          ...table.settings,
          ...(rows.rhythm === null || rows.rhythm.direction === 'oldest first' ? {} : { order: 'sort' }),
          ...(onMissing === 'error' ? {} : { onMissing }),
        },
        task: 'classify',
        target: label.name,
        ...(unlearnt.length === 0 ? {} : { classes: learnt.map(([name]) => name) }),
        ...(rows.series === null ? {} : { series: rows.series }),
        ...(rows.minRows === null ? {} : { minRows: rows.minRows }),
        split: SPLIT,
      },
      window: { lookback },
      model: { type: 'recurrent', cell: '$cell', units: '$units' },
      space: {
        cell: ['gru', 'lstm'],
        units: { type: 'int', low: 8, high: 32, log: true },
        learningRate: { type: 'float', low: 3e-4, high: 1e-2, log: true },
      },
      training: {
        learningRate: '$learningRate',
        epochs: EPOCHS,
        stepsPerEpoch: Math.max(1, Math.min(MOST_STEPS, Math.ceil(windows / BATCH))),
        batchSize: BATCH,
      },
      sampler: { type: 'auto' },
      limits: { maxTrials: TRIALS },
    },
    remarks: [
      {
        title: 'Columns',
        lines: [
          `"${label.name}" holds text, and is the class of each row: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', …' : ''} of the rows to train on. It is not read by the model.`,
          `Features: ${numbers.map(({ name }) => `"${name}"`).join(', ')}.`,
          ...(unlearnt.length === 0
            ? []
            : [
                `"classes" leaves out rows of ${unlearnt.map((name) => JSON.stringify(name)).join(', ')}, which no row to train on has.`,
              ]),
        ],
      },
      ...describeRhythm(rows),
      {
        title: 'Window, split and search',
        lines: [
          `lookback ${lookback}: a sample sees ${countOf(lookback, 'row')}, and its class is the one of the last of them. A class h rows ahead: "delay": h − 1.`,
          `The first 70 % of the rows${rows.series === null ? '' : ' of each series'} train, the next 15 % validate, the last 15 % test: by time, never shuffled.`,
          `${TRIALS} trials of ${EPOCHS} epochs by accuracy; where classes are of very different size: "objective": {"metric": "validationMacroF1"} and "classWeights": "balanced".`,
        ],
      },
    ],
  };
}

/** Of the rows that the split trains on, the commonest first; and the labels of other rows alone. */
function countLabels(
  label: TextColumn,
  { time, groups }: Rows,
): { readonly learnt: readonly (readonly [string, number])[]; readonly unlearnt: readonly string[] } {
  const counts = new Map<string, number>();
  const written = new Map<string, string>();
  const all = groups === null ? [[...label.texts.keys()]] : [...groups.values()];
  for (const rows of all) {
    const order =
      time === null ? rows : rows.toSorted((a, b) => time.seconds[a]! - time.seconds[b]! || a - b);
    for (const [place, row] of order.entries()) {
      const text = label.texts[row] ?? '';
      if (text === '') continue;
      const plain = plainLabel(text);
      if (!written.has(plain)) written.set(plain, text);
      const isTrained = place < Math.floor(SPLIT.train * order.length);
      counts.set(plain, (counts.get(plain) ?? 0) + (isTrained ? 1 : 0));
    }
  }
  const named = [...counts].map(([plain, count]) => [written.get(plain)!, count] as const);
  return {
    learnt: named.filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]),
    unlearnt: named.filter(([, count]) => count === 0).map(([name]) => name),
  };
}

/** The rows before the first value have nothing to be filled with. */
function missingPolicy(numbers: readonly NumberColumn[]): 'error' | 'drop' | 'forward-fill' {
  if (numbers.every((column) => countMissing(column) === 0)) return 'error';
  return numbers.some(({ values }) => Number.isNaN(values[0])) ? 'drop' : 'forward-fill';
}
