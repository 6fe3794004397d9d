// From reviews as text or archive to word ids: tokenising, the vocabulary, ids, splits, and what is refused where.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type PreparedDataset, prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import { verifyPrepared } from '../../../src/dataset/prepared/prepared-format.js';
import { viewReviews } from '../../../src/dataset/prepared/review-layout.js';
import { readClasses, readReviewTable } from '../../../src/dataset/reviews/review-table.js';
import { splitWords } from '../../../src/dataset/reviews/review-words.js';
import { splitReviews } from '../../../src/dataset/reviews/split-reviews.js';
import type { SweepError } from '../../../src/errors.js';
import type { ReviewSource, ReviewsSpec, ReviewTableSource } from '../../../src/study/dataset-source.js';
import { ARCHIVE_REVIEWS, ARCHIVES } from '../../support/fixtures/imdb-archives.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

const table = (path: string, fields: Partial<ReviewTableSource> = {}): ReviewTableSource => ({
  type: 'table',
  format: 'tsv',
  path,
  test: null,
  text: 'text',
  label: 'label',
  header: true,
  ...fields,
});

function prepare(
  directory: string,
  sources: readonly ReviewSource[],
  shares: Partial<ReviewsSpec> = {},
): Promise<PreparedDataset> {
  const spec: ReviewsSpec = { kind: 'reviews', sources, validationSplit: 0.25, testSplit: 0.2, ...shares };
  return prepareDataset(spec, { cacheDirectory: join(directory, 'cache') });
}

/** Label and ids of every review, in the order of the prepared file. */
function readBack(directory: string, { metadata }: PreparedDataset): { label: number; ids: number[] }[] {
  const dataset = openDataset(join(directory, 'cache'), metadata.digest);
  try {
    const { labels, starts, ids } = viewReviews(dataset.values, metadata.rows);
    return [...labels].map((label, row) => ({ label, ids: [...ids.subarray(starts[row], starts[row + 1])] }));
  } finally {
    dataset.close();
  }
}

function fails(code: string, pattern: RegExp) {
  return (error: SweepError): boolean => {
    assert.equal(error.code, code, String(error));
    assert.match(`${error.message} ${error.path} ${error.hint}`, pattern);
    return true;
  };
}

test('words are those of Keras’ Tokenizer, once the line-break marks are gone', () => {
  // keras.preprocessing.text.text_to_word_sequence of the text without "<br />".
  assert.deepEqual(splitWords('A "great" film!<br /><br />It\'s -- well_made (2/10)...\tIsn\'t\nit?<BR>'), [
    'a',
    'great',
    'film',
    "it's",
    'well',
    'made',
    '2',
    '10',
    "isn't",
    'it',
  ]);
  assert.deepEqual(splitWords('É über <br/>naïve'), ['é', 'über', 'naïve']);
  assert.deepEqual(splitWords('...'), []);
});

test('ids count the words of the training reviews alone, begin with 1, and the most frequent word is 4', async (context) => {
  const directory = temporaryDirectory(context);
  // "only5" stands in one review each, so that the split shows in what is known and what is not.
  const lines = Array.from(
    { length: 10 },
    (_, row) => `${row % 2}\tthe The the, film film only${row}${row === 3 ? ' film' : ''}`,
  );
  const path = join(directory, 'reviews.tsv');
  writeFileSync(path, `label\ttext\n${lines.join('\n')}\n`);
  const prepared = await prepare(directory, [table(path)]);
  const { split, reviews, rows, columns } = prepared.metadata;
  assert.deepEqual(split, {
    train: { start: 0, end: 6 },
    validation: { start: 6, end: 8 },
    test: { start: 8, end: 10 },
  });
  assert.equal(rows, 10);
  assert.deepEqual(columns, []);
  const { order } = splitReviews(10, null, { validationSplit: 0.25, testSplit: 0.2 });
  assert.deepEqual(
    [...order].sort(),
    Array.from({ length: 10 }, (_, row) => row),
  );
  // Ranks: the 1, film 2, then the words of one occurrence in the order of the file.
  const rare = order.slice(0, 6).sort((left, right) => left - right);
  const expected = order.map((row) => ({
    label: row % 2,
    ids: [1, 4, 4, 4, 5, 5, rare.includes(row) ? 6 + rare.indexOf(row) : 2, ...(row === 3 ? [5] : [])],
  }));
  assert.deepEqual(readBack(directory, prepared), expected);
  assert.equal(reviews?.vocabulary, 8);
  assert.equal(reviews?.words, expected.flatMap(({ ids }) => ids).length);
  assert.equal(reviews?.longest, 8);
  assert.equal(reviews?.positive.test, (order[8]! % 2) / 2 + (order[9]! % 2) / 2);
  await verifyPrepared(join(directory, 'cache'), prepared.metadata.digest);
});

test('a second call finds the prepared reviews, and other shares are another dataset', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'reviews.tsv');
  writeFileSync(
    path,
    `label\ttext\n${Array.from({ length: 20 }, (_, row) => `${row % 2}\ta b${row}`).join('\n')}\n`,
  );
  const first = await prepare(directory, [table(path)]);
  const again = await prepare(directory, [table(path)]);
  assert.deepEqual([first.fromCache, again.fromCache], [false, true]);
  assert.equal(again.metadata.digest, first.metadata.digest);
  const other = await prepare(directory, [table(path)], { validationSplit: 0.5 });
  assert.notEqual(other.metadata.digest, first.metadata.digest);
});

test('reviews sorted by label are shuffled before they are split', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'sorted.tsv');
  writeFileSync(path, Array.from({ length: 400 }, (_, row) => `${row < 200 ? 'neg' : 'pos'}\tw`).join('\n'));
  const { metadata } = await prepare(directory, [table(path, { header: false, label: 0, text: 1 })]);
  for (const share of Object.values(metadata.reviews?.positive ?? {})) assert.ok(share > 0.3 && share < 0.7);
});

test('a test table is the test split, in its own order and with the words of the training table', async (context) => {
  const directory = temporaryDirectory(context);
  const [path, testPath] = [join(directory, 'train.csv'), join(directory, 'test.csv')];
  writeFileSync(
    path,
    'review,sentiment\n"good, ""very"" good\nindeed",positive\nbad,negative\nbad,NEGATIVE\ngood,1\n',
  );
  writeFileSync(testPath, 'review,sentiment\nnever seen,0\n"good, bad",1\n');
  const source = table(path, { format: 'csv', test: testPath, text: 'review', label: 'sentiment' });
  const prepared = await prepare(directory, [source]);
  assert.deepEqual(prepared.metadata.split, {
    train: { start: 0, end: 3 },
    validation: { start: 3, end: 4 },
    test: { start: 4, end: 6 },
  });
  const reviews = readBack(directory, prepared);
  const training = reviews.slice(0, 3);
  assert.ok(training.some(({ label }) => label === 0));
  assert.deepEqual(reviews[4], { label: 0, ids: [1, 2, 2] });
  assert.equal(reviews[5]?.ids.length, 3);
  assert.equal(reviews[5]?.label, 1);
});

for (const [protocol, text] of Object.entries(ARCHIVES)) {
  test(`ranks of an archive (${protocol}) become ids as imdb.load_data makes them: start 1, offset 3`, async (context) => {
    const directory = temporaryDirectory(context);
    const path = join(directory, 'imdb.npz');
    writeFileSync(path, Buffer.from(text, 'base64'));
    const prepared = await prepare(directory, [{ type: 'npz', path }]);
    const { order } = splitReviews(4, 2, { validationSplit: 0.25, testSplit: 0.2 });
    const loaded = (ranks: readonly number[]): number[] => [1, ...ranks.map((rank) => rank + 3)];
    const { training, trainingLabels, test: tested, testLabels } = ARCHIVE_REVIEWS;
    assert.deepEqual(readBack(directory, prepared), [
      ...order.map((row) => ({ label: trainingLabels[row], ids: loaded(training[row]!) })),
      ...tested.map((ranks, row) => ({ label: testLabels[row], ids: loaded(ranks) })),
    ]);
    assert.equal(prepared.metadata.reviews?.vocabulary, 70_000);
  });
}

test('the first source that is here is used, and those before it are named', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'here.tsv');
  writeFileSync(path, 'label\ttext\n0\ta\n1\tb\n0\tc\n1\td\n0\te\n');
  const missing = table(join(directory, 'gone.tsv'));
  const withoutTest = table(path, { test: join(directory, 'gone-too.tsv') });
  const named = { type: 'named', name: 'imdb' } as const;
  const { notices } = await prepare(directory, [missing, withoutTest, named, table(path)]);
  assert.match(notices.join('\n'), /gone\.tsv[\s\S]*gone-too\.tsv[\s\S]*sweep data fetch imdb/);
  await assert.rejects(prepare(directory, [missing, named]), fails('DATASET_NOT_FOUND', /gone\.tsv/));
});

test('a quoted review keeps its commas, doubled quotes, blank lines and lines that quote nothing', async (context) => {
  const path = join(temporaryDirectory(context), 'quoted.csv');
  writeFileSync(path, 'label,text\r\n1,"a, ""b""\r\n\r\nc"\r\n\r\n0,d\r\n1,""\r\n');
  const read: [number, string][] = [];
  await readReviewTable(path, table(path, { format: 'csv' }), {
    onBytes: () => {},
    onReview: (label, text) => void read.push([label, text]),
  });
  assert.deepEqual(read, [
    [1, 'a, "b"\n\nc'],
    [0, 'd'],
    [1, ''],
  ]);
});

// Looking at all of an open field again with every line takes minutes.
test('a quoted review of many lines is read in time that grows with its length', {
  timeout: 20_000,
}, async (context) => {
  const lines = 400_000;
  const path = join(temporaryDirectory(context), 'long.csv');
  writeFileSync(path, `label,text\n1,"${'w\n'.repeat(lines)}"\n`);
  let length = 0;
  await readReviewTable(path, table(path, { format: 'csv' }), {
    onBytes: () => {},
    onReview: (_, text) => {
      length = text.length;
    },
  });
  assert.equal(length, 2 * lines);
});

const HAM_OR_SPAM = ['ham', 'spam', 'ham', 'spam'];
const SHAPES: readonly [what: string, name: string, text: string, form: Partial<ReviewTableSource>][] = [
  [
    'semicolons',
    'a.csv',
    'id;text;label\n1;so, so;ham\n2;free;spam\n3;yes;ham\n4;win;spam\n',
    { format: 'csv' },
  ],
  ['tabs with quotes', 'a.tsv', 'label\ttext\nham\t"so, so"\nspam\t"free"\nham\t"yes"\nspam\t"win"\n', {}],
  [
    'JSON lines',
    'a.jsonl',
    `${['so, so', 'free', 'yes', 'win'].map((text, row) => JSON.stringify({ text, label: HAM_OR_SPAM[row] })).join('\n')}\n`,
    { format: 'csv' },
  ],
];
for (const [what, name, text, form] of SHAPES)
  test(`reviews by ${what} are read, and their two labels found`, async (context) => {
    const directory = temporaryDirectory(context);
    const path = join(directory, name);
    writeFileSync(path, text);
    const read: [number, string][] = [];
    const { notices } = await readReviewTable(path, table(path, form), {
      onBytes() {},
      onReview: (label, review) => void read.push([label, review]),
    });
    assert.deepEqual(read, [
      [0, 'so, so'],
      [1, 'free'],
      [0, 'yes'],
      [1, 'win'],
    ]);
    assert.match(notices.join(), /"ham": 0 and "spam": 1/);
    assert.deepEqual(await readClasses(path, table(path, form)), ['ham', 'spam']);
  });

test('a quote within a field that does not begin with one is a character', async (context) => {
  const path = join(temporaryDirectory(context), 'inches.csv');
  const rows = ['a 5" screen works well,1', 'the 5" one broke,0', '"good, says ""he""",1', 'bad 7",0'];
  writeFileSync(path, `text,label\n${rows.join('\n')}\n`);
  const read: string[] = [];
  await readReviewTable(path, table(path, { format: 'csv' }), {
    onBytes() {},
    onReview: (label, review) => void read.push(`${label} ${review}`),
  });
  assert.deepEqual(read, ['1 a 5" screen works well', '0 the 5" one broke', '1 good, says "he"', '0 bad 7"']);
});

test('what is wrong in a table is refused with line and column', async (context) => {
  const directory = temporaryDirectory(context);
  const path = join(directory, 'bad.csv');
  const cases: readonly [
    content: string,
    source: Partial<ReviewTableSource>,
    code: string,
    pattern: RegExp,
  ][] = [
    ['label\ttext\n1\tfine\n2\tso so\n', {}, 'CSV_VALUE', /:3:label: "2" is no label/],
    [
      'label\ttext\nham\tfine\n\tso so\nspam\tfree\n',
      {},
      'CSV_VALUE',
      /:3:label: "" is no label.*a label is "ham" or "spam": "where" leaves rows of others out/,
    ],
    [
      'label\ttext\nham\tfine\nham\tso so\n',
      {},
      'CSV_VALUE',
      /:2:label: "ham" is no label.*two labels or more, and the table has none but "ham"/,
    ],
    ['label\ttext\n1\tfine\nnothing\n', {}, 'CSV_SYNTAX', /:3: 1 field,/],
    ['label\ttext\n', {}, 'CSV_SYNTAX', /no review/],
    ['', {}, 'CSV_SYNTAX', /no review/],
    ['stars\ttext\n1\ta\n', {}, 'SPEC_INVALID', /no column "label".*dataset\.source\.label/],
    ['1\ta\n', { header: false }, 'SPEC_INVALID', /no line of column names.*dataset\.source\.text/],
    ['1\ta\n', { header: false, text: 4, label: 0 }, 'SPEC_INVALID', /no column 4/],
    ['label,text\n1,"open\nmore\n', { format: 'csv' }, 'CSV_SYNTAX', /:2: a quote is opened/],
    ['label,text\n1,"a"b,""\n', { format: 'csv' }, 'CSV_SYNTAX', /:2: field 2 is not quoted/],
    ['label\ttext\n0\ta\n1\tb\n', {}, 'DATASET_TOO_SHORT', /leave none/],
    [
      `label\ttext\n1\t${'x'.repeat(5 * 2 ** 20)}\n`,
      {},
      'CSV_SYNTAX',
      /a line of more than.* no review is that long/,
    ],
  ];
  for (const [content, fields, code, pattern] of cases) {
    writeFileSync(path, content);
    await assert.rejects(prepare(directory, [table(path, fields)]), fails(code, pattern));
  }
});
