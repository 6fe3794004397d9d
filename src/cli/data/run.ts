// What the verbs under `sweep data` do: call the dataset room and print what it says.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Table from 'cli-table3';
import type { DatasetMetadata, ReviewFacts, SourceFacts } from '../../dataset/dataset.js';
import { describeDataset, listDatasets } from '../../dataset/describe-dataset.js';
import { fetchImdb } from '../../dataset/download/imdb-download.js';
import { fetchJena } from '../../dataset/download/jena-download.js';
import { JENA_ROWS } from '../../dataset/sources/jena-series.js';
import { writeSyntheticCsv } from '../../dataset/sources/synthetic/synthetic-csv.js';
import { SYNTHETIC_SEED } from '../../dataset/sources/synthetic/synthetic-jena.js';
import { asSweepError, SweepError } from '../../errors.js';
import type { MissingPolicy, SeriesSpec } from '../../study/dataset-source.js';
import type { RowRange, SplitName } from '../../study/trial/trial.js';
import { type Speaker, sayAs } from '../../wording/fault-words.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { asOptions, type TableFlags, tableForm } from '../options/table-options.js';
import { describeSeries } from '../terminal/describe-series.js';
import { prepareWithProgress } from '../terminal/prepare-progress.js';

export interface FetchOptions {
  readonly url?: string;
  readonly acceptUnknown?: boolean;
  readonly json?: boolean;
}

export async function fetchData(
  context: CliContext,
  name: 'jena' | 'imdb',
  options: FetchOptions,
): Promise<number> {
  const fetch = name === 'jena' ? fetchJena : fetchImdb;
  const { stderr, cacheDirectory } = context;
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal);
  let shown = '';
  try {
    const fetched = await fetch({
      cacheDirectory,
      signal: stop.signal,
      ...(options.url === undefined ? {} : { url: options.url }),
      acceptUnknown: options.acceptUnknown === true,
      onProgress: ({ phase, done, total }) => {
        if (stderr.isTTY !== true) return;
        const share = total === null || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} %`;
        const text = `${phase}${share}`;
        if (text !== shown) stderr.write(`\r\u001b[K${text}`);
        shown = text;
      },
    });
    if (shown !== '') stderr.write('\r\u001b[K');
    for (const notice of fetched.notices) stderr.write(`note: ${printable(notice)}\n`);
    if (options.json === true) context.stdout.write(`${JSON.stringify(fetched, null, 2)}\n`);
    else
      context.stdout.write(`${fetched.fromCache ? 'already here' : 'fetched'}: ${printable(fetched.path)}\n`);
    return 0;
  } finally {
    process.off('SIGINT', onSignal);
  }
}

export interface ImportOptions extends TableFlags {
  readonly target: string;
  readonly column?: readonly string[];
  readonly onMissing: MissingPolicy;
  readonly series?: string;
  readonly normalise?: 'together' | 'series';
  readonly minRows?: number;
  readonly train: number;
  readonly validation: number;
  readonly json?: boolean;
}

export async function importData(context: CliContext, file: string, options: ImportOptions): Promise<number> {
  const { train, validation } = options;
  const test = 1 - train - validation;
  if (test <= 0) {
    throw new SweepError(
      'USAGE',
      `--train ${train} and --validation ${validation} leave no rows to test on`,
      {
        hint: 'their sum must be below 1',
      },
    );
  }
  const prepared = await prepareWithProgress(
    context,
    {
      sources: [
        {
          type: 'csv',
          path: resolve(context.directory, file),
          ...tableForm(options),
          onMissing: options.onMissing,
          columns: options.column ?? null,
        },
      ],
      target: options.target,
      split: { type: 'fractions', train, validation, test },
      ...seriesOf(options),
    },
    false,
    OPTIONS,
  ).catch((thrown: unknown) => {
    throw sayAs(OPTIONS, asSweepError(thrown));
  });
  return printDataset(context, prepared.metadata.digest, options, prepared.metadata, asOptions);
}

/** Throws USAGE where what is for several series comes without the column that tells them apart. */
function seriesOf({ series: column, normalise, minRows }: ImportOptions): Pick<SeriesSpec, 'series'> {
  if (column !== undefined)
    return { series: { column, normalise: normalise ?? 'together', minRows: minRows ?? 1 } };
  if (normalise === undefined && minRows === undefined) return {};
  throw new SweepError(
    'USAGE',
    `${normalise === undefined ? '--min-rows' : '--normalise'} is for several series in one table`,
    {
      hint: '--series COLUMN names the column that tells them apart',
    },
  );
}

const OPTION_OF: Readonly<Record<string, string>> = {
  'dataset.source': 'FILE',
  'dataset.source.time': '--time',
  'dataset.source.timeZone': '--time-zone',
  'dataset.source.where': '--where',
  'dataset.source.encoding': '--encoding',
  'dataset.source.columns': '--column',
  'dataset.target': '--target',
  'dataset.series': '--series',
  'dataset.normalise': '--normalise',
  'dataset.minRows': '--min-rows',
  'dataset.split.train': '--train',
  'dataset.split.validation': '--validation',
  'dataset.split.test': '--train, --validation',
};

/** The fields of a sweep file as the options of this command. */
const OPTIONS: Speaker = {
  onMissing: (policy) => `--on-missing ${policy}`,
  missing: '--missing',
  columns: '--column',
  time: '--time',
  series: '--series',
  split: '--train',
  noHeader: null,
  placeOf: (field) => OPTION_OF[field] ?? field,
  sayHint: asOptions,
};

export interface InfoOptions {
  readonly json?: boolean;
}

export async function showData(
  context: CliContext,
  digest: string | undefined,
  options: InfoOptions,
): Promise<number> {
  if (digest !== undefined) return printDataset(context, digest, options);
  const listings = listDatasets(context.cacheDirectory);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ datasets: listings }, null, 2)}\n`);
    return 0;
  }
  if (listings.length === 0) {
    context.stderr.write(`no prepared datasets in ${context.cacheDirectory}\n`);
    return 0;
  }
  const table = new Table({
    head: ['digest', 'source', 'rows', 'columns', 'MB'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  });
  for (const { digest: id, metadata, problem, sizeBytes, alsoFrom } of listings) {
    table.push([
      id.slice(0, 12),
      printable(metadata === null ? `damaged: ${problem}` : [metadata.source.name, ...alsoFrom].join(', ')),
      metadata === null ? '–' : metadata.rows.toLocaleString('en-US'),
      metadata === null || metadata.reviews !== undefined ? '–' : String(metadata.columns.length),
      (sizeBytes / 1e6).toFixed(1),
    ]);
  }
  context.stdout.write(`${table.toString()}\n`);
  return 0;
}

async function printDataset(
  context: CliContext,
  digest: string,
  options: InfoOptions,
  facts?: SourceFacts,
  sayFound: (words: string) => string = (words) => words,
): Promise<number> {
  const description = await describeDataset(context.cacheDirectory, digest, null, facts);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify(description, null, 2)}\n`);
    return 0;
  }
  const { metadata, path, columns, alsoFrom } = description;
  if (metadata.reviews !== undefined) {
    context.stdout.write(describeReviews(metadata, metadata.reviews, path));
    return 0;
  }
  const { source, split, time, missing } = metadata;
  const range = ({ start, end }: RowRange): string => `[${start}, ${end}]`;
  const lines = [
    `${source.name}${source.synthetic ? ' (synthetic)' : ''}: ${metadata.rows.toLocaleString('en-US')} rows`,
    `file        ${path}`,
    `rows        train ${range(split.train)}, validation ${range(split.validation)}, test ${range(split.test)} (ends not included)`,
  ];
  if (time !== null) {
    const irregular =
      time.irregularSteps === 0
        ? ''
        : `, ${countOf(time.irregularSteps, 'step')} differ${time.irregularSteps === 1 ? 's' : ''}`;
    lines.push(`time        ${time.first} to ${time.last}, every ${time.stepSeconds} s${irregular}`);
  }
  if (metadata.series !== undefined) lines.push(`series      ${describeSeries(metadata.series)}`);
  if (metadata.found !== undefined && metadata.found.length > 0)
    lines.push(
      `found       ${metadata.found.map(sayFound).join(metadata.found.map(sayFound)[0]!.startsWith('--') ? ' ' : ', ')}`,
    );
  if (alsoFrom.length > 0) lines.push(`also from   ${alsoFrom.join(', ')}: the same values`);
  if (missing.values > 0) lines.push(`missing     ${countOf(missing.values, 'value')}, ${missing.policy}`);
  const table = new Table({
    head: ['column', 'mean (train)', 'std (train)', 'min', 'max'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'right', 'right', 'right'],
  });
  for (const { name, mean, std, min, max } of columns) {
    const decimals = decimalsOf(Math.max(std, (max - min) / 10));
    table.push([printable(name), ...[mean, std, min, max].map((value) => inDecimals(value, decimals))]);
  }
  context.stdout.write(`${lines.map(printable).join('\n')}\n${table.toString()}\n`);
  return 0;
}

const LEAST_DECIMALS = 2;
const MOST_DECIMALS = 12;

/** So many that a column's spread is seen to three digits. */
function decimalsOf(spread: number): number {
  if (!(spread > 0)) return LEAST_DECIMALS;
  return Math.min(MOST_DECIMALS, Math.max(LEAST_DECIMALS, 2 - Math.floor(Math.log10(spread))));
}

/** Never -0.00: what rounds to 0 has no sign. */
function inDecimals(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 10 ** -decimals))
    return value.toPrecision(6);
  const text = value.toFixed(decimals);
  return /^-0\.0*$/.test(text) ? text.slice(1) : text;
}

function describeReviews(metadata: DatasetMetadata, reviews: ReviewFacts, path: string): string {
  const { source, split, rows } = metadata;
  const count = (value: number): string => value.toLocaleString('en-US');
  const part = (name: SplitName): string => {
    const { start, end } = split[name];
    return `${name} ${count(end - start)} (${(100 * reviews.positive[name]).toFixed(1)} % positive)`;
  };
  return [
    `${source.name}${source.synthetic ? ' (synthetic)' : ''}: ${count(rows)} reviews`,
    `file        ${path}`,
    `reviews     ${part('train')}, ${part('validation')}, ${part('test')}`,
    `words       ${count(reviews.words)} in all, ${count(reviews.vocabulary)} different ones with an id of their own`,
    `length      median ${count(reviews.medianLength)} words, longest ${count(reviews.longest)}`,
    '',
  ].join('\n');
}

export interface SynthOptions {
  readonly rows?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

export async function synthesizeData(
  context: CliContext,
  file: string,
  options: SynthOptions,
): Promise<number> {
  const path = resolve(context.directory, file);
  if (existsSync(path)) {
    throw new SweepError('USAGE', `${path} is there already`, { hint: 'name another file, or remove it' });
  }
  const rows = options.rows ?? JENA_ROWS;
  const seed = options.seed ?? SYNTHETIC_SEED;
  const sizeBytes = writeSynthetic(path, rows, seed);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify({ path, rows, seed, sizeBytes, synthetic: true }, null, 2)}\n`);
  } else {
    context.stdout.write(`${path}: ${rows.toLocaleString('en-US')} synthetic rows\n`);
  }
  return 0;
}

function writeSynthetic(path: string, rows: number, seed: number): number {
  try {
    return writeSyntheticCsv(path, { rows, seed });
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === undefined) throw thrown;
    throw new SweepError('USAGE', `${path} cannot be written: ${message}`, {
      hint: 'name a file in a directory that is there and that you may write to',
      cause: thrown,
    });
  }
}
