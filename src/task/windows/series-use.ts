// How the rows of a series are read for an exported model: its columns, its calendar, its series, the form of its table.
import { basename } from 'node:path';
import type { DatasetMetadata, SeriesFacts } from '../../dataset/dataset.js';
import { isJena, jenaCsvSource } from '../../dataset/sources/jena-series.js';
import { SweepError } from '../../errors.js';
import type { CsvSource, RowsSpec } from '../../study/dataset-source.js';
import type { StepFact } from '../task-export.js';
import type { WindowUse } from './window-use.js';

export function describeColumnsUsed(
  spec: RowsSpec,
  metadata: DatasetMetadata & StepFact,
  cacheDirectory: string,
): Pick<WindowUse, 'columns' | 'calendar' | 'series' | 'stepSeconds' | 'csv'> {
  const { columns, calendar, series, stepSeconds } = metadata;
  return {
    columns: columns.map(({ name, unit, mean, std, held }) => ({
      name,
      unit,
      mean,
      std,
      ...(held ? { held } : {}),
    })),
    ...(calendar === undefined ? {} : { calendar: { of: [...calendar.of], timeZone: calendar.timeZone } }),
    ...(series === undefined ? {} : { series: describeSeries(series) }),
    stepSeconds,
    csv: csvForm(spec, metadata, cacheDirectory),
  };
}

function describeSeries({ column: named, normalise, list }: SeriesFacts): NonNullable<WindowUse['series']> {
  const column = named === null || typeof named === 'string' ? named : [...named];
  if (normalise === 'together') return { column };
  return { column, own: list.map(({ name, columns = [] }) => ({ name, columns: [...columns] })) };
}

/** How the CSV was read that the dataset was prepared from. The stand-in series is read like the one it stands for. */
function csvForm(spec: RowsSpec, metadata: DatasetMetadata, cacheDirectory: string): WindowUse['csv'] {
  const isNamed = isJena(metadata.source.name) || metadata.source.synthetic;
  if (isNamed) return formOf(jenaCsvSource(cacheDirectory));
  const files = spec.sources.filter((one) => one.type === 'csv');
  // A log of an older version may name another file with the same values.
  const file = files.find(({ path }) => basename(path) === metadata.source.name) ?? files[0];
  if (file === undefined)
    throw new SweepError('INTERNAL', `the study names no CSV like ${metadata.source.name}`);
  return formOf(file);
}

function formOf({ type: _, path: __, sql: ___, columns: ____, ...form }: CsvSource): WindowUse['csv'] {
  const { time, missing } = form;
  return {
    ...form,
    time: time === null || typeof time === 'string' ? time : [...time],
    missing: [...missing],
  };
}
