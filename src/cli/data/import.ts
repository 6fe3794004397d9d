// `sweep data import`: a table of one's own, prepared and described.
import { resolve } from 'node:path';
import { asSweepError, SweepError } from '../../errors.js';
import type { MissingPolicy, SeriesSpec } from '../../study/dataset-source.js';
import { type Speaker, sayAs } from '../../wording/fault-words.js';
import type { CliContext } from '../context.js';
import { asOptions, type TableFlags, tableForm } from '../options/table-options.js';
import { prepareWithProgress } from '../terminal/prepare-progress.js';
import { printDataset } from './print-dataset.js';

export interface ImportOptions extends TableFlags {
  readonly target: readonly string[];
  readonly column?: readonly string[];
  readonly onMissing: MissingPolicy;
  readonly series?: readonly string[];
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
      ...targetsOf(options),
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

/** Throws USAGE for a column that is named twice. */
function targetsOf({
  target: [first = '', ...others],
}: ImportOptions): Pick<SeriesSpec, 'target' | 'targets'> {
  const all = [first, ...others] as const;
  const twice = all.find((name, place) => all.indexOf(name) < place);
  if (twice !== undefined)
    throw new SweepError('USAGE', `--target names ${JSON.stringify(twice)} twice`, {
      hint: 'each column is forecast once',
    });
  return { target: first, ...(others.length === 0 ? {} : { targets: [...all] }) };
}

/** Throws USAGE where what is for several series comes without the column that tells them apart. */
function seriesOf({ series, normalise, minRows }: ImportOptions): Pick<SeriesSpec, 'series'> {
  const [column] = series ?? [];
  if (series !== undefined && column !== undefined)
    return {
      series: {
        column: series.length === 1 ? column : [...series],
        normalise: normalise ?? 'together',
        minRows: minRows ?? 1,
      },
    };
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
