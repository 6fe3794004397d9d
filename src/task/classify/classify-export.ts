// A classifier outside of its study: what sweep.json says of it, its words, its README, its labels for a table of reviews. What
// reads data is loaded when it is called: most commands know tasks and read none.
import type { DatasetMetadata } from '../../dataset/dataset.js';
import { SweepError } from '../../errors.js';
import type { DatasetSpec, ReviewTableSource } from '../../study/dataset-source.js';
import type { ClassifyTask } from '../../study/trial/trial.js';
import { formatPercent } from '../../wording/figures.js';
import type { Predicted, PredictRequest, TaskExport } from '../task-export.js';
import type { ClassifyUse } from './classify-use.js';
import { VOCABULARY_FILE } from './vocabulary-file.js';

export const classifyExport: TaskExport<ClassifyTask, ClassifyUse> = {
  describeUse,
  vocabularyFiles: [VOCABULARY_FILE],
  vocabularyFile: ({ vocabulary }) => vocabulary,
  explainUse,
  frameOf: ({ maxLength, classes, labels }) => ({
    input: {
      kind: 'tokens',
      name: 'tokens',
      about: `the last ${maxLength} ids of a review's words, 0 in front`,
    },
    output:
      labels !== undefined
        ? {
            name: 'probabilities',
            about: `of the labels ${labels.join(', ')}, each by itself`,
            mean: 0,
            std: 1,
          }
        : classes === undefined
          ? { name: 'probability', about: 'that the review is positive', mean: 0, std: 1 }
          : { name: 'probabilities', about: `of the classes ${classes.join(', ')}`, mean: 0, std: 1 },
  }),
  unitsOf: ({ classes, labels }) => (labels ?? classes)?.length ?? 1,
  predictionHead: ({ classes, labels }) =>
    labels !== undefined
      ? ['row', 'labels', ...labels.map((name) => `p(${name})`), 'actual']
      : classes === undefined
        ? ['row', 'probability', 'label', 'actual']
        : ['row', 'label', 'probability', 'actual'],
  predict,
};

async function describeUse(
  task: ClassifyTask,
  spec: DatasetSpec,
  metadata: DatasetMetadata,
  cacheDirectory: string,
): Promise<{ use: ClassifyUse; vocabulary: readonly string[] | null }> {
  if (spec.kind !== 'reviews') throw new SweepError('INTERNAL', 'a classifier of what are no reviews');
  const { maxLength, maxFeatures, reversed } = task;
  const { findReviewTable, readVocabulary } = await import('../../dataset/reviews/review-vocabulary.js');
  const table = findReviewTable(spec, metadata);
  const classes = metadata.reviews?.classes?.map(({ name }) => name);
  const labels = metadata.reviews?.tags?.names.map(({ name }) => name);
  const vocabulary =
    table === null ? null : await readVocabulary(table, spec, metadata, { cacheDirectory, maxFeatures });
  return {
    use: {
      kind: 'classify',
      maxLength,
      maxFeatures,
      reversed,
      ...(classes === undefined ? {} : { classes }),
      ...(labels === undefined ? {} : { labels }),
      vocabulary: vocabulary === null ? null : VOCABULARY_FILE,
      table: table === null ? null : await describeTable(table, labels),
    },
    vocabulary,
  };
}

/** How the table was read, with the labels that were found in it: another table may hold some of the classes alone. */
async function describeTable(
  { type: _, path, test: __, classes: set, ...read }: ReviewTableSource,
  labels: readonly string[] | undefined,
): Promise<NonNullable<ClassifyUse['table']>> {
  const { readClasses } = await import('../../dataset/reviews/review-table.js');
  const { label } = read;
  const form = { ...read, label: typeof label === 'object' ? [...label] : label };
  const classes = labels ?? set ?? (await readClasses(path, form));
  return { ...form, ...(classes === null ? {} : { classes: [...classes] }) };
}

function explainUse({ maxLength, maxFeatures, reversed, vocabulary, classes, labels }: ClassifyUse): string {
  return `\`input\` is \`[samples, ${maxLength}]\`, the ids of the words of a review: 1, then one id a word, ${
    vocabulary === null
      ? 'the rank of the word in the source plus 3'
      : 'its place in `vocabulary.json` plus 4 (lower case, punctuation as blanks, split at blanks)'
  }; 2 for other words and ids from ${maxFeatures} on. ${
    reversed ? 'The ids are turned around, then the' : 'The'
  } last ${maxLength} are kept, with 0 in front of shorter ones. \`output\` is ${labels !== undefined ? `the probability of each label, of which a text may have several: ${labels.join(', ')}` : classes === undefined ? 'the probability that it is positive' : `the probability of each class: ${classes.join(', ')}`}.
`;
}

async function predict(request: PredictRequest<ClassifyUse>): Promise<Predicted> {
  const { predictReviews } = await import('./predict-reviews.js');
  const { notices, ...summary } = await predictReviews(
    request,
    ({ review, probability, label, actual, each }) =>
      request.onRow(
        each !== undefined
          ? [review, label, ...each, actual]
          : request.use.classes === undefined
            ? [review, probability, label, actual]
            : [review, label, probability, actual],
      ),
  );
  const accuracy =
    summary.accuracy === null
      ? 'none has a label to compare with'
      : `accuracy ${formatPercent(summary.accuracy)} % over the ${summary.compared} with a label`;
  return { document: summary, line: `${summary.predictions} reviews; ${accuracy}`, notices };
}
