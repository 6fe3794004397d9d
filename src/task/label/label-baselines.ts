// Which class common sense answers with: the most frequent one of the training windows; and what those answer who know the
// labels of earlier rows.
import type { MappedDataset } from '../../dataset/dataset.js';
import { openEarlierLabels, openLabelWindows } from '../../dataset/label-windows.js';
import { AT_WINDOW_END, type LabelTask, type RowRange } from '../../study/trial/trial.js';
import { seasonsBack } from '../../study/trial/window-reference.js';
import type { Baseline } from '../task.js';

const DAY_SECONDS = 86_400;

export interface FrequentClass extends Baseline {
  /** Its number. */
  readonly label: number;
  readonly rivals: readonly LabelRival[];
}

export interface LabelRival {
  /** `persistence`: the class of the last row read. `seasonal`: the class at the same time of an earlier day. */
  readonly name: 'persistence' | 'seasonal';
  readonly period?: number;
  readonly accuracy: number;
  /** `[samples]`, 1 where the answer is right. */
  readonly hits: Float32Array;
}

/** Over every `stride`-th window of `rows`. For this room only: validationBaseline and testBaseline are the doors. */
export function frequentClassOver(
  dataset: MappedDataset,
  task: LabelTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): FrequentClass {
  const counts = new Array<number>(task.classes ?? 2).fill(0);
  for (const label of labelsOf(dataset, task, task.split.train, 'train', 1)) counts[label]!++;
  const label = counts.indexOf(Math.max(...counts));
  const labels = labelsOf(dataset, task, rows, splitName, stride);
  const hitsOf = (answer: (sample: number) => number): Float32Array =>
    labels.map((own, sample) => (answer(sample) === own ? 1 : 0));
  const hits = hitsOf(() => label);
  return {
    value: share(hits),
    perSample: hits,
    label,
    rivals: rivalsOf(dataset, task).map(({ back, ...rival }) => {
      const ofRival = hitsOf(openEarlierLabels(dataset, task, rows, splitName, stride, back));
      return { ...rival, accuracy: share(ofRival), hits: ofRival };
    }),
  };
}

/** `back`: rows from the one whose class is told to the one whose class is the answer. */
function rivalsOf(
  { metadata }: MappedDataset,
  { window }: LabelTask,
): (Pick<LabelRival, 'name' | 'period'> & { readonly back: number })[] {
  const { step, delay } = window;
  const horizon = step + delay;
  const perDay = DAY_SECONDS / (metadata.time?.stepSeconds ?? Number.NaN);
  // Of several series, and of the copies of blocks, the rows before are those of others.
  const hasSeason =
    Number.isInteger(perDay) && perDay > 1 && metadata.series === undefined && metadata.rolling === undefined;
  return [
    // Where the class is one of the window itself its label is what is asked for.
    ...(delay === AT_WINDOW_END ? [] : [{ name: 'persistence', back: horizon } as const]),
    ...(hasSeason
      ? [{ name: 'seasonal', period: perDay, back: seasonsBack(perDay, Math.max(1, horizon)) } as const]
      : []),
  ];
}

function labelsOf(
  dataset: MappedDataset,
  task: LabelTask,
  rows: RowRange,
  splitName: string,
  stride: number,
): Float32Array {
  const samples = openLabelWindows(dataset, task, rows, splitName, stride);
  const labels = new Float32Array(samples.count);
  samples.gatherTargets(
    Uint32Array.from({ length: samples.count }, (_, index) => index),
    0,
    samples.count,
    labels,
    0,
  );
  return labels;
}

function share(hits: Float32Array): number {
  return hits.reduce((sum, hit) => sum + hit, 0) / hits.length;
}
