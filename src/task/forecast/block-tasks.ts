// The blocks of a rolling origin as tasks, and forecasts without a model over the validation windows of all of them: what a
// point's mean over its blocks is compared with.
import type { DatasetMetadata, MappedDataset } from '../../dataset/dataset.js';
import { judgedRows } from '../../dataset/windows.js';
import { delaysOf, type ForecastTask, stretchesOfSeries, targetColumnsOf } from '../../study/trial/trial.js';
import { scalesOf } from './baselines/rival-errors.js';
import { type BesideColumn, rivalsOver } from './baselines/rivals.js';

/** The task as trials of each block have it, the latest first; itself alone where there is no rolling origin. */
export function blockTasks(
  task: ForecastTask,
  { rolling }: Pick<DatasetMetadata, 'rolling'>,
): ForecastTask[] {
  if (rolling === undefined) return [task];
  const { errorScale: _, errorScales: __, ...latest } = task;
  return rolling.blocks.map(({ split, series }, back) => ({
    ...latest,
    split,
    ...(series === undefined ? {} : { stretches: stretchesOfSeries(series) }),
    ...errorScalesOf(rolling, targetColumnsOf(task), back),
  }));
}

/** Of an earlier block's target columns the deviations over those of the latest one. */
export function errorScalesOf(
  { blocks }: { readonly blocks: readonly { readonly columns: readonly { readonly std: number }[] }[] },
  columns: readonly number[],
  back: number,
): Pick<ForecastTask, 'errorScale' | 'errorScales'> {
  if (back === 0) return {};
  const stdOf = (place: number, column: number): number => blocks[place]?.columns[column]?.std ?? Number.NaN;
  const scales = columns.map((column) => stdOf(back, column) / stdOf(0, column));
  return scales.length === 1 ? { errorScale: scales[0]! } : { errorScales: scales };
}

/**
 * Rivals of one target column on the validation windows of all blocks, one block after the other, each told from its own past, as the latest block
 * has its values. One that cannot be told in every block is left out.
 */
export function validationRivals(
  dataset: MappedDataset,
  task: ForecastTask,
  stride: number,
): BesideColumn['validation'] {
  const { rolling, columns, series } = dataset.metadata;
  const [latest, ...earlier] = blockTasks(task, dataset.metadata).map((one, back) => {
    const found = rivalsOver(dataset, one, judgedRows(one, 'validation'), 'validation', stride);
    const list = rolling?.blocks[back]?.series ?? series?.list ?? [];
    const scaleOf = scalesOf(one, 'validation', stride, { columns, series: series && { ...series, list } });
    const windows = found.targets.length / delaysOf(task.window).length;
    const scales = Array.from({ length: windows }, (_, window) => scaleOf(window));
    if (back === 0) return { ...found, scales };
    const own = rolling!.blocks[back]!.columns[task.targetColumn]!;
    const to = rolling!.blocks[0]!.columns[task.targetColumn]!;
    const asLatest = (value: number): number => (value * own.std + own.mean - to.mean) / to.std;
    return {
      scales,
      targets: found.targets.map(asLatest),
      forecasts: found.forecasts.map((one) => ({ ...one, predictions: one.predictions.map(asLatest) })),
    };
  });
  const all = [latest!, ...earlier];
  return {
    scales: all.flatMap(({ scales }) => scales),
    targets: join(all.map(({ targets }) => targets)),
    forecasts: latest!.forecasts.flatMap((forecast) => {
      const parts = all.flatMap(({ forecasts }) => forecasts.filter(({ name }) => name === forecast.name));
      if (parts.length < all.length) return [];
      return { ...forecast, predictions: join(parts.map(({ predictions }) => predictions)) };
    }),
  };
}

function join(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}
