// The second half of preparing a series, or several: the split, what columns are normalised by, the prepared file.
import { SweepError } from '../../errors.js';
import type { RollingSplit, RowsSpec } from '../../study/dataset-source.js';
import { faultError, type Notice } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { showField } from '../../wording/show-field.js';
import { suggest } from '../../wording/suggest.js';
import { forecastNames, labelsOf } from '../by-kind.js';
import type { ColumnMetadata, DatasetMetadata, OneSeries, SeriesFacts } from '../dataset.js';
import { writePrepared } from '../prepared/prepared-writer.js';
import type { TextColumn } from '../sources/csv/csv-header.js';
import { numberHint } from '../sources/csv/number-hint.js';
import type { PrepareOptions, SourceRows } from '../sources/source-rows.js';
import { type Turn, turnsOf } from '../turns.js';
import { arrangeSeries } from './arrange-series.js';
import { measureColumns, rangeColumns } from './column-statistics.js';
import { type FoundLabels, findLabels } from './label-classes.js';
import { resolveSplit } from './resolve-split.js';
import type { RowStore } from './row-store.js';
import { rollRows } from './write-rolling.js';

export interface Written {
  readonly metadata: DatasetMetadata;
  readonly notices: readonly Notice[];
}

/** One series, or several where the spec says which column tells them apart. */
export function writeSeries(read: SourceRows, spec: RowsSpec, options: PrepareOptions): Promise<Written> {
  const { series } = spec;
  if (series !== undefined) return writeSeveral(read, { ...spec, series }, options);
  if (spec.split.type === 'rolling') return writeRolling(read, spec, spec.split, options);
  const split = resolveSplit(spec.split, read.store.rows, read.before);
  return writeRows(read, spec, { split }, options);
}

async function writeRolling(
  read: SourceRows,
  spec: RowsSpec,
  rollingSplit: RollingSplit,
  options: PrepareOptions,
): Promise<Written> {
  const turn = turnsOf(options.signal);
  const { store, split, rolling, sourceRow } = await rollRows(
    read.store,
    rollingSplit,
    options.cacheDirectory,
    turn,
    read.columns.length,
  );
  try {
    for (const target of forecastNames(spec))
      for (const [back, { columns }] of rolling.blocks.entries()) {
        if (!columns[read.columns.indexOf(target)]?.held) continue;
        throw new SweepError(
          'SPEC_INVALID',
          `the target "${target}" is constant over the training rows of block ${rolling.blocks.length - back} of ${rolling.blocks.length}: it has no deviation to be normalised by`,
          { path: 'dataset.split.rolling', hint: 'fewer blocks, or smaller validation parts' },
        );
      }
    const placeOf = (row: number): string => read.placeOf(sourceRow(row));
    return await writeRows({ ...read, store, placeOf }, spec, { split, rolling }, options);
  } finally {
    store.close();
  }
}

type SeveralSpec = RowsSpec & { readonly series: NonNullable<RowsSpec['series']> };

async function writeSeveral(read: SourceRows, spec: SeveralSpec, options: PrepareOptions): Promise<Written> {
  const turn = turnsOf(options.signal);
  if (read.series === null) throw new SweepError('INTERNAL', 'the rows were read without their series');
  const { cacheDirectory } = options;
  const { column, normalise } = spec.series;
  const arranged = await arrangeSeries(read.store, read.series, spec, cacheDirectory, turn);
  const { store, split, list, left, sourceRow } = arranged;
  try {
    const scaled =
      normalise === 'together' ? list : await scaleEach(store, list, read.columns, forecastNames(spec), turn);
    const series: SeriesFacts = { column, normalise, list: scaled, left };
    const placeOf = (row: number): string => read.placeOf(sourceRow(row));
    const written = await writeRows({ ...read, store, placeOf }, spec, { split, series }, options);
    return { ...written, notices: [...written.notices, ...describeLeft(series)] };
  } finally {
    store.close();
  }
}

/** Each series with means and deviations of its own. Throws SPEC_INVALID where the target of one is constant. */
async function scaleEach(
  store: RowStore,
  list: readonly OneSeries[],
  columns: readonly string[],
  targets: readonly string[],
  turn: Turn,
): Promise<OneSeries[]> {
  const scaled: OneSeries[] = [];
  let end = 0;
  for (const one of list) {
    const start = end;
    end += one.stretches.train[1];
    const { mean, std, held } = await measureColumns(store, { start, end }, turn);
    const target = targets.find((name) => held.includes(columns.indexOf(name)));
    if (target !== undefined)
      throw new SweepError(
        'SPEC_INVALID',
        `the target "${target}" is constant over the training rows of ${JSON.stringify(one.name)}: by itself that series has no deviation to be normalised by`,
        { path: 'dataset.normalise', hint: '"together", or leave the series out' },
      );
    const ownColumns = columns.map((_, column) => ({
      mean: mean[column]!,
      std: std[column]!,
      ...(held.includes(column) ? { held: true as const } : {}),
    }));
    scaled.push({ ...one, columns: ownColumns });
  }
  return scaled;
}

function describeLeft({ left, list }: SeriesFacts): string[] {
  if (left.length === 0) return [];
  const named = left.slice(0, 5).map(({ name, rows }) => `${JSON.stringify(name)} (${countOf(rows, 'row')})`);
  return [
    `${left.length} of ${left.length + list.length} series have too few rows and are left out: ${named.join(', ')}${left.length > 5 ? ', …' : ''}`,
  ];
}

async function writeRows(
  read: SourceRows,
  spec: RowsSpec,
  layout: Pick<DatasetMetadata, 'split' | 'series' | 'rolling'>,
  options: PrepareOptions,
): Promise<Written> {
  const turn = turnsOf(options.signal);
  const { store, columns } = read;
  // Of series that are normalised by themselves no column has a mean of its own.
  const together = (layout.series?.normalise ?? 'together') === 'together';
  const plain = { mean: columns.map(() => 0), std: columns.map(() => 1), held: [] as number[] };
  const { mean, std, held } = together ? await measureColumns(store, layout.split.train, turn) : plain;
  const { min, max } = await rangeColumns(store, turn);
  const described = columns.map((name, column) => ({
    name,
    unit: unitOf(name),
    mean: mean[column]!,
    std: std[column]!,
    ...(held.includes(column) ? { held: true as const } : {}),
    min: min[column]!,
    max: max[column]!,
  }));
  const labels = await findLabelsOf(read, spec, layout.split, turn);
  for (const target of forecastNames(spec)) checkTarget({ columns: described }, target, read.textColumns);
  const metadata = await writePrepared(
    options.cacheDirectory,
    store,
    {
      version: 1,
      rows: store.rows,
      columns: described,
      ...layout,
      source: read.source,
      time: read.time,
      missing: read.missing,
      ...(read.calendar === null ? {} : { calendar: read.calendar }),
      ...(labels === null ? {} : { labels: labels.facts }),
      ...(read.found === undefined ? {} : { found: read.found }),
    },
    read.placeOf,
    (done) => options.onProgress?.({ phase: 'write', done, total: store.rows }),
    turn,
    labels?.classOf,
  );
  const notices: Notice[] = [...read.notices, ...(labels?.notices ?? [])];
  const constant = held.filter((column) => column < columns.length);
  if (constant.length > 0) {
    notices.push(
      `constant over the training rows, so they carry nothing and are held at that value: ${constant.map((column) => columns[column]).join(', ')}`,
    );
  }
  return { metadata, notices };
}

/** null: rows have none. */
async function findLabelsOf(
  { labels: names, store }: SourceRows,
  spec: RowsSpec,
  split: DatasetMetadata['split'],
  turn: Turn,
): Promise<FoundLabels | null> {
  const labels = labelsOf(spec);
  if (names === null || labels === null) return null;
  const { column, classes } = labels;
  return findLabels(store, split, { column, names, isListed: classes !== null }, turn);
}

/** `degC` of `T (degC)`; null without brackets. */
function unitOf(name: string): string | null {
  return /\(([^()]+)\)\s*$/.exec(name)?.[1] ?? null;
}

export function checkTarget(
  dataset: { readonly columns: readonly Pick<ColumnMetadata, 'name' | 'mean' | 'held'>[] },
  target: string,
  textColumns: readonly TextColumn[] = [],
): void {
  const names = dataset.columns.map(({ name }) => name);
  const column = dataset.columns.find(({ name }) => name === target);
  if (column?.held) throw faultError('SPEC_INVALID', { kind: 'constant-target', target, value: column.mean });
  if (column !== undefined) return;
  const text = textColumns.find(({ name }) => name === target);
  if (text !== undefined)
    throw new SweepError('SPEC_INVALID', `the target "${target}" holds text: ${showField(text.example)}`, {
      path: 'dataset.target',
      hint:
        numberHint(text.example) ??
        `a target is a column of numbers, or with "task": "classify" one of labels; ${suggest(target, names)}`,
    });
  throw new SweepError('SPEC_INVALID', `the target "${target}" is not a column of the dataset`, {
    path: 'dataset.target',
    hint: suggest(target, names),
  });
}
