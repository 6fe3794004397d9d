// An exported model for one series: with its means and deviations, where each was normalised by itself, and its place, where the
// model is told which series a window is of.
import { RowFault } from '../../dataset/sources/csv/row-fault.js';
import { SweepError } from '../../errors.js';
import { suggest } from '../../wording/suggest.js';
import type { WindowUse } from './window-use.js';

type SeriesUse = Pick<WindowUse, 'columns' | 'series' | 'seriesInput'>;

/** `row`: the first one of the series. Throws a fault for a series nobody knows. */
export function scaledUse<Use extends SeriesUse>(
  use: Use,
  name: string | null,
  row: number,
): Use & { readonly seriesPlace?: number } {
  const { seriesInput, series } = use;
  const own = series?.own;
  const names = seriesInput ?? own?.map((one) => one.name);
  if (names === undefined) return use;
  const place = names.indexOf(name ?? '');
  if (place < 0) throw unknownSeries(use, name, row, names);
  return {
    ...use,
    ...(seriesInput === undefined ? {} : { seriesPlace: place }),
    ...(own === undefined
      ? {}
      : { columns: use.columns.map((column, at) => ({ ...column, ...own[place]!.columns[at]! })) }),
  };
}

function unknownSeries(
  { series, seriesInput }: SeriesUse,
  name: string | null,
  row: number,
  names: readonly string[],
): RowFault {
  const column = series?.column ?? null;
  const [why, takes] =
    seriesInput === undefined
      ? [
          'each was normalised by itself, so that there is nothing to normalise it by',
          'of series that are normalised together',
        ]
      : ['reads which one a window is of, so that it knows nothing of it', 'that is not told the series'];
  return new RowFault(row, ({ file, line }) => {
    const at = column === null ? file : [file, line, ...[column].flat()].join(':');
    return new SweepError(
      'CSV_VALUE',
      `${at}: the model was trained without the series ${JSON.stringify(name)}, and ${why}`,
      {
        path: at,
        hint: `${suggest(name ?? '', names.slice(0, 10))}; a model ${takes} takes new ones`,
      },
    );
  });
}
