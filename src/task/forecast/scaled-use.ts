// The columns of an exported model with the means and deviations of one series, where each was normalised by itself.
import { RowFault } from '../../dataset/sources/csv/row-fault.js';
import { SweepError } from '../../errors.js';
import { suggest } from '../../wording/suggest.js';
import type { ForecastUse } from './forecast-use.js';

/** `row`: the first one of the series. Throws a fault for a series nobody knows. */
export function scaledUse<Use extends Pick<ForecastUse, 'columns' | 'series'>>(
  use: Use,
  name: string | null,
  row: number,
): Use {
  const own = use.series?.own;
  if (own === undefined) return use;
  const known = own.find((one) => one.name === name);
  if (known !== undefined) {
    const columns = use.columns.map((column, place) => ({ ...column, ...known.columns[place]! }));
    return { ...use, columns };
  }
  const names = own.map((one) => one.name);
  const column = use.series?.column ?? null;
  throw new RowFault(row, ({ file, line }) => {
    const at = column === null ? file : `${file}:${line}:${column}`;
    return new SweepError(
      'CSV_VALUE',
      `${at}: the model was trained without the series ${JSON.stringify(name)}, and each was normalised by itself, so that there is nothing to normalise it by`,
      {
        path: at,
        hint: `${suggest(name ?? '', names.slice(0, 10))}; a model of series that are normalised together takes new ones`,
      },
    );
  });
}
