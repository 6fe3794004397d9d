// The proposal for a table of numbers: target, features, what is missing, how far to look back and ahead, the split.
import { SweepError } from '../../errors.js';
import { findSeasons } from '../../statistics/autocorrelation.js';
import { countOf } from '../../wording/plural.js';
import { chooseColumns, describeColumns } from './choose-columns.js';
import { chooseTarget, chooseWindow, describeTarget, describeWindow } from './choose-window.js';
import type { Proposal, ProposalRequest, Remark } from './proposal.js';
import {
  findSeriesColumn,
  type Groups,
  groupRows,
  inWords,
  measureRhythm,
  type Rhythm,
} from './row-rhythm.js';
import type { NumberColumn, TableSketch, TimeColumn } from './table-sketch.js';

export const SPLIT = { train: 0.7, validation: 0.15, test: 0.15 };
/** Fewer rows leave no window in a split. */
const LEAST_ROWS = 20;
/** Series of fewer rows than this share of the median are left out. */
const SHORT_SERIES = 0.25;
/** Values that a season is looked for in: five years of hours. */
const MOST_VALUES = 1 << 16;
const EPOCHS = 10;
const TRIALS = 20;
const MOST_STEPS = 100;
const MOST_VALIDATED = 2_000;

/** What is known of the rows before anything is proposed. */
export interface Rows {
  readonly time: TimeColumn | null;
  readonly series: string | null;
  readonly groups: Groups | null;
  readonly rhythm: Rhythm | null;
  /** Series of fewer rows are left out; null: none are. */
  readonly minRows: number | null;
  /** Rows of the shortest series that is left. */
  readonly shortest: number;
}

export function proposeSeries(table: TableSketch, request: ProposalRequest): Proposal {
  const rows = describeRows(table, request.path, request.series ?? null);
  const chosen = chooseColumns(table, { ...request, time: rows.time, series: rows.series });
  const seasons = findSeasons(sampleOf(chosen.target, rows), rows.rhythm?.stepSeconds ?? null);
  const window = chooseWindow(seasons, rows.shortest, SPLIT, rows.rhythm?.stepSeconds ?? null);
  const { lookback, step, delay } = window;
  const learnt = chooseTarget(
    [chosen.target, ...chosen.others].map(({ name }) => name),
    window,
  );
  const source = {
    csv: request.path,
    ...(rows.time === null ? {} : { time: rows.time.name }),
    ...table.settings,
    ...(rows.rhythm === null || rows.rhythm.direction === 'oldest first' ? {} : { order: 'sort' }),
    ...(chosen.onMissing === 'error' ? {} : { onMissing: chosen.onMissing }),
    ...(chosen.columns === null ? {} : { columns: chosen.columns }),
  };
  const windows = Math.floor(SPLIT.train * table.rows) - lookback - delay;
  const batchSize = windows < 4_000 ? 32 : 128;
  const validationStride = Math.max(1, Math.floor((SPLIT.validation * table.rows) / MOST_VALIDATED));
  return {
    kind: 'series',
    predictions: 'forecast.csv',
    sweep: {
      dataset: {
        source,
        target: learnt.target,
        ...(rows.series === null ? {} : { series: rows.series }),
        ...(rows.minRows === null ? {} : { minRows: rows.minRows }),
        split: SPLIT,
      },
      window: { lookback, step, delay },
      model: { type: 'recurrent', cell: '$cell', units: '$units', recurrentDropout: '$recurrentDropout' },
      space: {
        as: learnt.forms,
        cell: ['gru', 'lstm'],
        units: { type: 'int', low: 8, high: 32, log: true },
        recurrentDropout: [0, 0.2],
        learningRate: { type: 'float', low: 3e-4, high: 1e-2, log: true },
      },
      training: {
        learningRate: '$learningRate',
        epochs: EPOCHS,
        stepsPerEpoch: Math.max(1, Math.min(MOST_STEPS, Math.ceil(windows / batchSize))),
        batchSize,
        ...(validationStride === 1 ? {} : { validationStride }),
      },
      sampler: { type: 'auto' },
      limits: { maxTrials: TRIALS },
    },
    remarks: [
      { title: 'Columns', lines: describeColumns(table, chosen, rows.series) },
      ...describeRhythm(rows),
      {
        title: 'Seasons and window',
        lines: [...describeWindow(window, seasons, rows.rhythm?.stepSeconds ?? null), describeTarget(learnt)],
      },
      {
        title: 'Split and search',
        lines: [
          `The first 70 % of the rows${rows.series === null ? '' : ' of each series'} train, the next 15 % validate, the last 15 % test: by time, never shuffled.`,
          `${TRIALS} trials of ${EPOCHS} epochs, chosen by "auto": what is learnt of the target, cell, units, dropout, learning rate. More: --max-trials N, and "window" may be searched too.`,
        ],
      },
    ],
  };
}

/** `named`: the column that tells series apart; null: it is found. Throws USAGE for too few rows. */
export function describeRows(table: TableSketch, path: string, named: string | null): Rows {
  if (table.rows < LEAST_ROWS)
    throw new SweepError('USAGE', `${path} has ${countOf(table.rows, 'row')}: too few to learn from`, {
      hint: `a series takes ${LEAST_ROWS} rows at the very least, and hundreds to be worth it`,
    });
  const time = table.columns.find((column) => column.kind === 'time') ?? null;
  if (time === null && named !== null)
    throw new SweepError(
      'USAGE',
      `${path} has no column of times, by which the rows of each series follow each other`,
      {
        hint: 'without --series the table is taken for one series',
      },
    );
  if (time === null)
    return { time, series: null, groups: null, rhythm: null, minRows: null, shortest: table.rows };
  const column = table.columns.find(({ name }) => name === named) ?? findSeriesColumn(table, time);
  const groups = column === null ? null : groupRows(table, column);
  const rhythm = measureRhythm(time, groups);
  if (column === null || groups === null)
    return { time, series: null, groups, rhythm, minRows: null, shortest: table.rows };
  const lengths = [...groups.values()].map((rows) => rows.length).sort((a, b) => a - b);
  const least = Math.max(LEAST_ROWS, Math.ceil(SHORT_SERIES * lengths[lengths.length >> 1]!));
  const kept = lengths.filter((length) => length >= least);
  if (kept.length === 0)
    throw new SweepError(
      'USAGE',
      `the longest series of ${path}, told apart by "${column.name}", has ${countOf(lengths.at(-1)!, 'row')}: too few to learn from`,
      { hint: `a series takes ${LEAST_ROWS} rows at the very least` },
    );
  const minRows = kept.length === lengths.length ? null : least;
  return { time, series: column.name, groups, rhythm, minRows, shortest: kept[0]! };
}

/** The target's values in the order of time, of the longest series; a missing one is the one before. */
function sampleOf(target: NumberColumn, { time, groups }: Rows): Float64Array {
  const all = groups === null ? [...target.values.keys()] : longest(groups);
  const order = time === null ? all : all.toSorted((a, b) => time.seconds[a]! - time.seconds[b]! || a - b);
  const values = order.slice(-MOST_VALUES).map((row) => target.values[row]!);
  let last = values.find((value) => !Number.isNaN(value)) ?? 0;
  return Float64Array.from(values, (value) => {
    if (!Number.isNaN(value)) last = value;
    return last;
  });
}

function describeLengths(groups: Groups): string {
  const lengths = [...groups.values()].map((rows) => rows.length);
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  return least === most ? `of ${least} rows each` : `of ${least} to ${most} rows`;
}

function longest(groups: Groups): readonly number[] {
  return [...groups.values()].reduce((best, rows) => (rows.length > best.length ? rows : best));
}

export function describeRhythm({ time, series, groups, rhythm, minRows }: Rows): Remark[] {
  if (time === null || rhythm === null)
    return [
      {
        title: 'Times',
        lines: [
          'No column was read as the time: the rows are taken to go from the oldest to the newest in equal steps. If there is one, name it: "time" in the source.',
        ],
      },
    ];
  const { direction, stepSeconds, gaps, missingRows, repeated } = rhythm;
  const found = time.seconds.filter((seconds) => !Number.isNaN(seconds));
  const say = (seconds: number): string =>
    new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const first = found.reduce((low, seconds) => Math.min(low, seconds), Number.POSITIVE_INFINITY);
  const last = found.reduce((high, seconds) => Math.max(high, seconds), Number.NEGATIVE_INFINITY);
  const lines = [
    `"${time.name}": ${say(first)} to ${say(last)}${stepSeconds === null ? '' : `, a row every ${inWords(stepSeconds).replace(/^1 /, '')}`}.`,
    gaps === 0
      ? 'No gaps.'
      : `${countOf(gaps, 'gap')}, ${missingRows.toLocaleString('en-US')} rows missing in all: windows count rows, so those across a gap reach further back than they say.`,
    ...(direction === 'oldest first'
      ? []
      : [
          `The rows are ${direction === 'unsorted' ? 'not in the order of time' : 'from the newest to the oldest'}: "order": "sort" sorts them.`,
        ]),
    ...(repeated === 0
      ? []
      : [`${countOf(repeated, 'time')} come more than once, and no one column tells series apart.`]),
  ];
  const panel =
    groups === null
      ? []
      : [
          {
            title: 'Series',
            lines: [
              `"${series}" tells series apart: ${groups.size} series in one table, ${describeLengths(groups)}. Windows stay within one; the split is by time in each.`,
              ...(minRows === null
                ? []
                : [`"minRows": ${minRows} leaves out those that are much shorter than the others.`]),
            ],
          },
        ];
  return [{ title: 'Times', lines }, ...panel];
}
