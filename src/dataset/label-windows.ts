// The windows of labelled rows as numbered samples: those of windows.ts whose label is known, with the number of its class for a
// target. The label is no value of a window: it stands behind the columns of its row, which windows read without it.
import { SweepError } from '../errors.js';
import { AT_WINDOW_END, type LabelTask, type RowRange } from '../study/trial/trial.js';
import type { MappedDataset } from './dataset.js';
import { checkIndices, checkStride, type SampleSet } from './sample-set.js';
import { readAhead } from './series/ahead-columns.js';
import { withSeriesInput } from './series/series-input.js';
import { frameSamples } from './series/window-frame.js';
import { openedStretches, openStretches, type StretchSamples } from './windows.js';

/** Samples of the dataset as it is, not framed. */
type PlainSamples = StretchSamples;

/**
 * Every `stride`-th of the windows with a label. Throws MODEL_SHAPE (see checkWindow), DATASET_TOO_SHORT when there is not a
 * single one.
 */
export function openLabelWindows(
  dataset: MappedDataset,
  task: LabelTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): SampleSet {
  const { ahead, window } = task;
  const plain = openLabelled(dataset, task, rows, splitName, stride);
  const samples =
    ahead === undefined ? plain : readAhead(plain, plain.windows, ahead, window.step + window.delay);
  const framed = window.normalise === undefined ? samples : frameInputs(samples, task);
  return task.seriesInput === undefined ? framed : withSeriesInput(framed, plain.stretchOf);
}

/** A label is told from nothing. */
function frameInputs(samples: SampleSet, { window, ahead }: LabelTask): SampleSet {
  const { restore: _, ...framed } = frameSamples(samples, {
    window,
    targetColumn: 0,
    ...(ahead && { ahead }),
  });
  const { kept } = samples;
  return {
    ...framed,
    ...(kept === undefined ? {} : { kept }),
    gatherTargets: samples.gatherTargets.bind(samples),
  };
}

/**
 * The labels of each window's own row and of earlier ones, `back` rows before it each, as numbers of classes: −1 where there
 * is none, or where that row is none of the dataset's. For baselines, on the samples of openLabelWindows.
 */
export function openEarlierLabels(
  dataset: MappedDataset,
  task: LabelTask,
  rows: RowRange,
  splitName: string,
  stride: number,
  back: number,
): (sample: number) => number {
  const { window } = task;
  const plain = openLabelled(dataset, task, rows, splitName, stride);
  const { columns } = dataset.metadata;
  const { firstValue, anchorStride, rowValues = columns.length, placesOf } = plain.windows();
  const index = new Uint32Array(1);
  const offset = firstValue + (window.lookback + window.delay - back) * rowValues + columns.length;
  return (sample) => {
    index[0] = sample;
    const place = placesOf?.(index, 0, 1)[0] ?? sample;
    return dataset.values[offset + place * anchorStride] ?? -1;
  };
}

function openLabelled(
  dataset: MappedDataset,
  task: LabelTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): PlainSamples {
  checkStride(stride);
  const stretches = openedStretches(task, rows, splitName);
  const read = { window: task.window, targetColumn: dataset.metadata.columns.length };
  const open = (every: number): PlainSamples =>
    openStretches(dataset, read, stretches, splitName, every, AT_WINDOW_END);
  const all = open(1);
  const kept = labelledSamples(all);
  if (kept.length === all.count) return open(stride);
  if (kept.length === 0)
    throw new SweepError(
      'DATASET_TOO_SHORT',
      `the ${splitName} split has ${all.count} windows, and none of them has a label`,
      { path: `dataset.split.${splitName}`, hint: 'split otherwise: labels are needed in each part' },
    );
  return pick(
    all,
    kept.filter((_, place) => place % stride === 0),
  );
}

function labelledSamples({ count, gatherTargets }: SampleSet): Uint32Array {
  const indices = Uint32Array.from({ length: count }, (_, index) => index);
  const labels = new Float32Array(count);
  gatherTargets(indices, 0, count, labels, 0);
  return indices.filter((index) => labels[index]! >= 0);
}

/** The samples at these places, in order. */
function pick(samples: PlainSamples, kept: Uint32Array): PlainSamples {
  const { count, windows } = samples;
  let places = new Uint32Array(0);
  const placesOf = (indices: Uint32Array, first: number, rows: number): Uint32Array => {
    if (places.length < rows) places = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) places[row] = kept[indices[first + row]!]!;
    return places.subarray(0, rows);
  };
  const checked = (indices: Uint32Array, first: number, rows: number): Uint32Array => {
    checkIndices(indices, first, rows, kept.length);
    return placesOf(indices, first, rows);
  };
  return {
    ...samples,
    count: Math.min(count, kept.length),
    kept,
    stretchOf: (index) => samples.stretchOf(kept[index]!),
    windows() {
      const source = windows();
      const { placesOf: inner } = source;
      return {
        ...source,
        placesOf: (indices, first, rows) => {
          const chosen = placesOf(indices, first, rows);
          return inner === undefined ? chosen : inner(chosen, 0, rows);
        },
      };
    },
    gather(indices, first, rows, out, offset, timeStride, rowStride) {
      samples.gather(checked(indices, first, rows), 0, rows, out, offset, timeStride, rowStride);
    },
    gatherTargets(indices, first, rows, out, offset) {
      samples.gatherTargets(checked(indices, first, rows), 0, rows, out, offset);
    },
  };
}
