// Classes of the reviews of a table with their probabilities, of two that of the second, streamed a batch at a time.
import { idsOfRanks } from '../../dataset/prepared/review-layout.js';
import { writeSample } from '../../dataset/reviews/review-samples.js';
import { readReviewTexts } from '../../dataset/reviews/review-table.js';
import { TagSets } from '../../dataset/reviews/review-tags.js';
import { splitWords } from '../../dataset/reviews/review-words.js';
import { checkIndices, type SampleSet } from '../../dataset/sample-set.js';
import { SweepError } from '../../errors.js';
import { PREDICTION_BATCH } from '../predictor.js';
import type { PredictRequest } from '../task-export.js';
import type { ClassifyUse } from './classify-use.js';

export interface Classification {
  /** Row of the table, 1-based. */
  readonly review: number;
  /** Of two classes that it is positive, of several that of `label`. */
  readonly probability: number;
  /** 0 or 1, or the name of one of several. */
  readonly label: number | string;
  /** What the table says; null: nothing. */
  readonly actual: number | string | null;
  /** Of labels of which a text may have several: the probability of each. */
  readonly each?: readonly number[];
}

export interface ReviewsSummary {
  readonly predictions: number;
  /** Those whose label the table has. */
  readonly compared: number;
  /** Share of them that is right; null without any. */
  readonly accuracy: number | null;
  readonly notices: readonly string[];
}

/** A probability above it says 1. */
const THRESHOLD = 0.5;

/** Throws what reading the table throws, and EXPORT_IMPOSSIBLE for a model that knows words as numbers alone. */
export async function predictReviews(
  request: Omit<PredictRequest<ClassifyUse>, 'onRow'>,
  onClassification: (classification: Classification) => void,
): Promise<ReviewsSummary> {
  const { use, data: path } = request;
  const { vocabulary, description } = request.model;
  if (vocabulary === null || use.table === null) {
    throw new SweepError(
      'EXPORT_IMPOSSIBLE',
      `the model of trial ${description.trial} knows words as numbers alone: ${description.data.source} does not say which`,
      { hint: 'train on a table of texts ({"tsv": …} or {"csv": …}) to classify texts' },
    );
  }
  const ranks = new Map(vocabulary.map((word, place) => [word, place + 1]));
  const model = request.buildPredictor();
  const inputs = new Float32Array(PREDICTION_BATCH * use.maxLength);
  const units = (use.labels ?? use.classes)?.length ?? 1;
  const tags = use.labels === undefined ? null : new TagSets(use.table.separator ?? null, use.labels);
  const nameOf = (label: number): number | string =>
    tags === null ? (use.classes?.[label] ?? label) : nameSet(tags.setOf(label), use);
  const answers = new Float32Array(PREDICTION_BATCH * units);
  const indices = Uint32Array.from({ length: PREDICTION_BATCH }, (_, index) => index);
  const labels: { readonly actual: number | null; readonly row: number }[] = [];
  let predictions = 0;
  let compared = 0;
  let right = 0;
  const predict = (): void => {
    model.predict(
      samplesOf(inputs, labels.length, use.maxLength),
      indices.subarray(0, labels.length),
      answers,
    );
    for (const [index, { actual, row }] of labels.entries()) {
      const outputs = answers.subarray(index * units, (index + 1) * units);
      const [label, probability] =
        tags === null ? answerOf(outputs) : [numberOf(outputs, tags, use), Math.max(...outputs)];
      predictions++;
      if (actual !== null) {
        compared++;
        if (actual === label) right++;
      }
      onClassification({
        review: row + 1,
        probability,
        label: nameOf(label),
        actual: actual === null ? null : nameOf(actual),
        ...(tags === null ? {} : { each: [...outputs] }),
      });
    }
    labels.length = 0;
  };
  try {
    const { notices } = await readReviewTexts(
      path,
      { ...use.table, format: formatOf(path) ?? use.table.format },
      {
        onBytes() {},
        onReview(actual, text, row) {
          const ids = idsOfRanks(splitWords(text), (word) => ranks.get(word) ?? 0);
          writeSample(use, ids, inputs, labels.length * use.maxLength, 1);
          labels.push({ actual, row });
          if (labels.length === PREDICTION_BATCH) predict();
        },
      },
      tags,
    );
    if (labels.length > 0) predict();
    return { predictions, compared, accuracy: compared === 0 ? null : right / compared, notices };
  } finally {
    model.dispose();
  }
}

/** The number of the class, and its probability; of two the probability of the second. */
function answerOf(outputs: Float32Array): readonly [label: number, probability: number] {
  const [first = Number.NaN] = outputs;
  if (outputs.length === 1) return [first > THRESHOLD ? 1 : 0, first];
  const likeliest = outputs.reduce((best, value, at) => (value > outputs[best]! ? at : best), 0);
  return [likeliest, outputs[likeliest]!];
}

/** Of several labels a text: the number of the set of those that are likelier than not. */
function numberOf(outputs: Float32Array, tags: TagSets, { labels = [] }: ClassifyUse): number {
  const given = labels.filter((_, label) => outputs[label]! > THRESHOLD);
  return tags.labelOf(JSON.stringify(given)) ?? -1;
}

/** As a table writes it; empty: none. */
function nameSet(set: readonly number[], { labels = [], table }: ClassifyUse): string {
  return set.map((label) => labels[label]!).join(table?.separator ?? '|');
}

/** By the file's name; null: it does not tell. */
function formatOf(path: string): 'tsv' | 'csv' | null {
  const match = /\.(tsv|csv)(?:\.gz)?$/i.exec(path);
  return match === null ? null : (match[1]!.toLowerCase() as 'tsv' | 'csv');
}

/** `inputs` is `[count, timesteps]`. */
function samplesOf(inputs: Float32Array, count: number, timesteps: number): SampleSet {
  return {
    count,
    timesteps,
    features: 1,
    gather(indices, first, rowCount, out, offset, timeStride, rowStride) {
      checkIndices(indices, first, rowCount, count);
      for (let row = 0; row < rowCount; row++) {
        const read = indices[first + row]! * timesteps;
        for (let time = 0; time < timesteps; time++)
          out[offset + row * rowStride + time * timeStride] = inputs[read + time]!;
      }
    },
    gatherTargets() {
      throw new SweepError('INTERNAL', 'a review to be classified has no target');
    },
  };
}
