// The second half of preparing a series, or several: the split, what columns are normalised by, the prepared file.
import { SweepError } from '../../errors.js';
import type { RollingSplit, RowsSpec } from '../../study/dataset-source.js';
import type { RowRange } from '../../study/trial/trial.js';
import { faultError, type Notice } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { showField } from '../../wording/show-field.js';
import { suggest } from '../../wording/suggest.js';
import { forecastNames, labelsOf } from '../by-kind.js';
import type {
  ColumnMetadata,
  DatasetMetadata,
  OneSeries,
  RollingBlock,
  RollingFacts,
  SeriesFacts,
} from '../dataset.js';
import { writePrepared } from '../prepared/prepared-writer.js';
import type { TextColumn } from '../sources/csv/csv-header.js';
import { numberHint } from '../sources/csv/number-hint.js';
import { formatTimestamp } from '../sources/csv/times/time-stamps.js';
import type { PrepareOptions, SourceRows } from '../sources/source-rows.js';
import { type Turn, turnsOf } from '../turns.js';
import { type ArrangedOrigin, type ArrangedSeries, arrangeSeries } from './arrange-series.js';
import { measureColumns, rangeColumns, scaleColumns } from './column-statistics.js';
import { type FoundLabels, findLabels } from './label-classes.js';
import { resolveSplit } from './split/resolve-split.js';
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
  const split = resolveSplit(spec.split, read.axis());
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
    read.axis(),
    options.cacheDirectory,
    turn,
    read.columns.length,
  );
  try {
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
  const { column, normalise } = spec.series;
  const arranged = await arrangeSeries(read.store, read.series, spec, options.cacheDirectory, turn);
  const { store, origins, list, left, sourceRow } = arranged;
  try {
    const isRolling = spec.split.type === 'rolling';
    const blocks: RollingBlock[] = [];
    for (const origin of isRolling || normalise !== 'together' ? origins : [])
      blocks.push(await scaleOrigin(arranged, origin, read, spec, turn));
    const scaled = list.map((one, place) => ({ ...one, ...blocks[0]?.series?.[place] }));
    const series: SeriesFacts = { column, normalise, list: scaled, left };
    const { split } = origins[0]!;
    const rolling = isRolling ? { rolling: { rows: split.test.end, blocks } } : {};
    const placeOf = (row: number): string => read.placeOf(sourceRow(row));
    const written = await writeRows(
      { ...read, store, placeOf },
      spec,
      { split, series, ...rolling },
      options,
    );
    return { ...written, notices: [...written.notices, ...describeLeft(series)] };
  } finally {
    store.close();
  }
}

/** What an origin's rows are normalised by: all together, or each series with means and deviations of its own. */
async function scaleOrigin(
  { store, list, axis }: ArrangedSeries,
  { split, stretches, common }: ArrangedOrigin,
  { columns }: SourceRows,
  spec: SeveralSpec,
  turn: Turn,
): Promise<RollingBlock> {
  const { train, validation } = common ?? split;
  const timesOf = ({ start, end }: RowRange): [string, string] => [
    formatTimestamp(axis!.timeOf(start)),
    formatTimestamp(axis!.timeOf(end)),
  ];
  const place = {
    split,
    origin: { train, validation },
    ...(axis === null ? {} : { times: { train: timesOf(train), validation: timesOf(validation) } }),
  };
  if (spec.series.normalise === 'together') {
    const scales = await scaleColumns(store, split.train, turn, columns.length);
    return { ...place, columns: scales, series: stretches.map((own) => ({ stretches: own })) };
  }
  const each: OneSeries[] = [];
  let end = split.train.start;
  for (const [at, own] of stretches.entries()) {
    const start = end;
    end += own.train[1];
    each.push({
      ...list[at]!,
      stretches: own,
      columns: await scaleColumns(store, { start, end }, turn, columns.length),
    });
  }
  return {
    ...place,
    columns: columns.map(() => ({ mean: 0, std: 1 })),
    series: each.map(({ stretches: own, columns: scales }) => ({ stretches: own, columns: scales! })),
  };
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
  const labels = await findLabelsOf(read, spec, layout, turn);
  for (const target of forecastNames(spec))
    checkTarget({ columns: described, ...layout }, target, read.textColumns);
  const metadata = await writePrepared(
    options.cacheDirectory,
    store,
    {
      version: 1,
      rows: store.rows,
      columns: described,
      ...layout,
      ...(layout.rolling === undefined || labels === null
        ? {}
        : { rolling: withClasses(layout.rolling, labels) }),
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
  { split, rolling }: Pick<DatasetMetadata, 'split' | 'rolling'>,
  turn: Turn,
): Promise<FoundLabels | null> {
  const labels = labelsOf(spec);
  if (names === null || labels === null) return null;
  const { column, classes } = labels;
  const splits = rolling?.blocks.map((block) => block.split) ?? [split];
  return findLabels(store, splits, { column, names, isListed: classes !== null }, turn);
}

function withClasses({ rows, blocks }: RollingFacts, { trainOfBlocks }: FoundLabels): RollingFacts {
  return { rows, blocks: blocks.map((block, back) => ({ ...block, classRows: trainOfBlocks[back]! })) };
}

/** `degC` of `T (degC)`; null without brackets. */
function unitOf(name: string): string | null {
  return /\(([^()]+)\)\s*$/.exec(name)?.[1] ?? null;
}

export function checkTarget(
  dataset: {
    readonly columns: readonly Pick<ColumnMetadata, 'name' | 'mean' | 'held'>[];
    readonly rolling?: RollingFacts;
    readonly series?: SeriesFacts;
  },
  target: string,
  textColumns: readonly TextColumn[] = [],
): void {
  const names = dataset.columns.map(({ name }) => name);
  const column = dataset.columns.find(({ name }) => name === target);
  if (column?.held) throw faultError('SPEC_INVALID', { kind: 'constant-target', target, value: column.mean });
  if (column !== undefined) {
    checkParts(dataset, names.indexOf(target), target);
    return;
  }
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

/** In every block, and where each series is normalised by itself, in each of them. */
function checkParts(
  { rolling, series }: { readonly rolling?: RollingFacts; readonly series?: SeriesFacts },
  place: number,
  target: string,
): void {
  const isHeld = ({ columns }: Pick<OneSeries, 'columns'>): boolean => columns?.[place]?.held === true;
  const constant = (at: number): boolean =>
    series?.list.some((one, own) => isHeld(rolling?.blocks[at]?.series?.[own] ?? one)) === true;
  const blocks = rolling?.blocks ?? [];
  const back = blocks.findIndex((block, at) => isHeld(block) || constant(at));
  if (back < 0 && !constant(0)) return;
  const ofBlock = back < 0 ? '' : ` of block ${blocks.length - back} of ${blocks.length}`;
  const each = blocks[Math.max(0, back)]?.series ?? series?.list ?? [];
  const own = each.findIndex(isHeld);
  if (own < 0)
    throw new SweepError(
      'SPEC_INVALID',
      `the target "${target}" is constant over the training rows${ofBlock}: it has no deviation to be normalised by`,
      { path: 'dataset.split.rolling', hint: 'fewer blocks, or smaller validation parts' },
    );
  throw new SweepError(
    'SPEC_INVALID',
    `the target "${target}" is constant over the training rows${ofBlock === '' ? ' of' : `${ofBlock} in`} ${JSON.stringify(series?.list[own]?.name)}: by itself that series has no deviation to be normalised by`,
    { path: 'dataset.normalise', hint: '"together", or leave the series out' },
  );
}
