// What a model of windows is fed by those who use it: the columns, and where it is told the series its place.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import type { ModelInput } from '../model-frame.js';
import type { WindowUse } from './window-use.js';

type InputUse = Pick<WindowUse, 'columns' | 'window' | 'series' | 'seriesInput' | 'ahead'>;

/** The names of the series that a model is told; nothing where it is not. */
export function describeSeriesInput(
  { seriesInput }: { readonly seriesInput?: number },
  { series }: Pick<DatasetMetadata, 'series'>,
): { seriesInput?: string[] } {
  return seriesInput === undefined ? {} : { seriesInput: (series?.list ?? []).map(({ name }) => name) };
}

/** Whoever feeds a model of series that are normalised by themselves has the means and deviations; empty: it has them. */
export function ownScale({ series }: Pick<WindowUse, 'series'>): string {
  return series?.own === undefined ? '' : ', as (value - mean) / std of the series, found in task.series';
}

export function frameInput(use: InputUse): ModelInput {
  const { columns, window, seriesInput, ahead = [] } = use;
  const place = { name: 'place of the series', unit: null, mean: 0, std: 1 };
  const read = seriesInput === undefined ? columns : [...columns, place];
  const apart = seriesInput === undefined ? ahead : [...ahead, columns.length];
  return {
    kind: 'columns',
    name: 'window',
    about: `rows i - ${window.lookback}, i - ${window.lookback} + ${window.step}, ..., i - ${window.step} of ${read.map(({ name }) => name).join(', ')}${ownScale(use)}`,
    columns: read,
    ...(window.normalise === undefined ? {} : { normalise: { by: window.normalise, apart } }),
  };
}
