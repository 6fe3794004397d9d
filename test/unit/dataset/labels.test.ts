// Labels of rows, from CSV to prepared classes and windows: what is a class, what is left out, and that no window reads a label or
// anything later than its own rows.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { planStudy } from '../../../src/coordinator/plan/spec-plan.js';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { openEarlierLabels, openLabelWindows } from '../../../src/dataset/label-windows.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import type { CsvSource, LabelledSpec } from '../../../src/study/dataset-source.js';
import type { LabelTask, TrainConfig } from '../../../src/study/trial/trial.js';
import { TEST_ENGINE } from '../../support/fakes/list-plan.js';
import { csvSource, HALF_AND_QUARTERS } from '../../support/fixtures/dataset-fixtures.js';
import { severalLabelTask, smallLabels, smallLabelTask } from '../../support/fixtures/small-labels.js';
import { parseDocument } from '../../support/fixtures/sweep-documents.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

/** Labels of rows 0, 1, …, each row with its number for a value. */
const csvOf = (labels: readonly string[]): string =>
  `x,state\n${labels.map((label, row) => `${row},${label}\n`).join('')}`;

async function prepare(
  directory: string,
  text: string,
  spec: Partial<LabelledSpec> = {},
  csv: Partial<CsvSource> = {},
) {
  const path = join(directory, 'rows.csv');
  writeFileSync(path, text);
  const cacheDirectory = join(directory, 'cache');
  const { metadata, notices } = await prepareDataset(
    {
      kind: 'labelled',
      sources: [csvSource(path, { time: null, ...csv })],
      target: 'state',
      split: HALF_AND_QUARTERS,
      ...spec,
    },
    { cacheDirectory },
  );
  const dataset = openDataset(cacheDirectory, metadata.digest);
  const values = Float32Array.from(dataset.values);
  dataset.close();
  const width = metadata.columns.length + 1;
  const classes = Array.from({ length: metadata.rows }, (_, row) => values[row * width + width - 1]);
  return { metadata, notices, values, classes, labels: metadata.labels! };
}

const repeated = (...labels: string[]): string[] =>
  Array.from({ length: 24 }, (_, row) => labels[row % labels.length]!);

test('labels of any text are classes by their order, and no column of the model', async (t) => {
  const odd = ['__proto__', 'constructor', '"a, b"', 'Zoë 🚲', '10', '9.0'];
  const { metadata, labels, classes, notices } = await prepare(
    temporaryDirectory(t),
    csvOf(repeated(...odd)),
  );
  assert.deepEqual(
    labels.classes.map(({ name }) => name),
    ['9.0', '10', 'Zoë 🚲', '__proto__', 'a, b', 'constructor'],
  );
  assert.deepEqual(classes.slice(0, 6), [3, 5, 4, 2, 1, 0]);
  assert.deepEqual(labels.classes[0], { name: '9.0', train: 2, validation: 1, test: 1 });
  assert.deepEqual(
    metadata.columns.map(({ name }) => name),
    ['x'],
  );
  assert.match(
    notices.map(String).join('\n'),
    /"state" is read as 6 classes, by their order: "9.0": 0 \(2 training rows\)/,
  );
});

test('numbers and spellings of one label are one class, as a sweep file has them', async (t) => {
  const directory = temporaryDirectory(t);
  const { labels } = await prepare(directory, csvOf(repeated('1.0', '0.0', '1', 'TRUE', 'true', ' True ')));
  assert.deepEqual(
    labels.classes.map(({ name, train }) => [name, train]),
    [
      ['0.0', 2],
      ['1.0', 4],
      ['TRUE', 6],
    ],
  );
});

test('rows without a label are counted and said, and those that are not listed are such rows', async (t) => {
  const directory = temporaryDirectory(t);
  const text = csvOf(repeated('a', 'b', '', 'nan', '-99', 'none'));
  const { labels, classes, notices } = await prepare(directory, text, {}, { missing: [-99] });
  assert.deepEqual(
    labels.classes.map(({ name }) => name),
    ['a', 'b', 'none'],
  );
  assert.deepEqual(labels.unlabelled, { train: 6, validation: 3, test: 3 });
  assert.deepEqual(classes.slice(0, 6), [0, 1, -1, -1, -1, 2]);
  assert.match(notices.map(String).join('\n'), /12 rows have no label \(6 of the training part/);
  const listed = await prepare(directory, text, { classes: ['B', 'a'] });
  assert.deepEqual(listed.classes.slice(0, 6), [1, 0, -1, -1, -1, -1]);
  assert.deepEqual(listed.labels.unlabelled, { train: 8, validation: 4, test: 4 });
});

test('labels that nothing can be learnt of are refused, with what to do', async (t) => {
  const directory = temporaryDirectory(t);
  const refused = (labels: readonly string[], message: RegExp, spec: Partial<LabelledSpec> = {}) =>
    assert.rejects(
      prepare(directory, csvOf(labels), spec),
      (error: Error & { code: string; hint: string }) => {
        assert.match(`${error.code}: ${error.message}; ${error.hint}`, message);
        return true;
      },
    );
  await refused(
    repeated('on'),
    /SPEC_INVALID: all labels of the training rows are "on": there is nothing to tell apart/,
  );
  await refused(repeated(''), /no training row has a label: "state" is empty there/);
  const late = [...repeated('a', 'b').slice(1), 'late'];
  await refused(
    late,
    /the label "late" is on 1 row of the validation and test part and on none.*"classes": \["a", "b"\]/,
  );
  assert.equal((await prepare(directory, csvOf(late), { classes: ['a', 'b'] })).labels.unlabelled.test, 1);
  await refused(repeated('a', 'b'), /no training row has the label "c"/, { classes: ['a', 'b', 'c'] });
  await refused(
    Array.from({ length: 1001 }, (_, row) => `id-${row}`),
    /CSV_VALUE: .*rows.csv:1002:state: "id-1000" is no label, as there are more than 1000 different ones/,
  );
  await refused(
    repeated('a', 'b'),
    /the target "stat" is not a column of the dataset; did you mean "state"/,
    {
      target: 'stat',
    },
  );
});

test('labels of several series lie with their rows, and those of a rolling origin in each block', async (t) => {
  const directory = temporaryDirectory(t);
  const rows = Array.from(
    { length: 48 },
    (_, row) => `${row},${row % 2 ? 'p' : 'q'},${row % 3 ? 'b' : 'a'}\n`,
  );
  const several = await prepare(directory, `x,who,state\n${rows.join('')}`, {
    series: { column: 'who', normalise: 'series', minRows: 1 },
  });
  assert.equal(several.metadata.series?.list.length, 2);
  for (const [place, row] of rowsOf(several).entries()) assert.equal(several.classes[place], row % 3 ? 1 : 0);
  const rolling = await prepare(directory, csvOf(repeated('a', 'b')), {
    split: { type: 'rolling', blocks: 2, validation: 4, test: 4 },
  });
  const { blocks } = rolling.metadata.rolling!;
  assert.ok(blocks.every((block) => block.columns.length === 1));
  assert.deepEqual(
    rolling.classes,
    [...repeated('a', 'b'), ...repeated('a', 'b').slice(0, 16)].map((label) => (label === 'a' ? 0 : 1)),
  );
});

test('classes of a rolling origin are learnt in each block that is judged with them, or refused by its number', async (t) => {
  const directory = temporaryDirectory(t);
  const split = { type: 'rolling', blocks: 2, validation: 4, test: 4 } as const;
  const rolled = (text: string, spec: object = {}) =>
    prepare(directory, csvOf([...text]), { split: { ...split, ...spec } });
  // Trained on rows until 16 and 12, validated on the four after these.
  const weighed = await rolled('aaabaaababababababababab');
  assert.deepEqual(
    weighed.metadata.rolling!.blocks.map(({ classRows }) => classRows),
    [
      [10, 6],
      [8, 4],
    ],
  );
  const tasks = [0, 1].map(
    (repeat) =>
      (
        planStudy(
          parseDocument({
            name: 'rows',
            dataset: {
              source: { csv: './rows.csv' },
              task: 'classify',
              target: 'state',
              split: { rolling: { blocks: 2, validation: 4 }, test: 4 },
            },
            window: { lookback: 2, step: 1 },
            model: { type: 'linear' },
            space: { learningRate: [0.1] },
            training: { learningRate: '$learningRate', classWeights: 'balanced' },
          }),
          weighed.metadata,
          TEST_ENGINE,
        ).resolve({ learningRate: 0.1 }, repeat).config as TrainConfig
      ).training.classWeights,
  );
  assert.deepEqual(tasks, [
    [16 / 20, 16 / 12],
    [12 / 16, 12 / 8],
  ]);
  await assert.rejects(rolled('abababababababcacabacabc'), {
    message: /"c" is on 1 row of the validation part and on none of the training part of block 1 of 2/,
  });
  await assert.rejects(rolled('aaaaaaaaaaaaaaabaaabaaab'), {
    message: /all labels of the training rows of block 1 of 2 are "a"/,
  });
  // Of a sliding part the first rows are of the earlier block alone.
  const sliding = await rolled('abcabababababababababaab', { train: 12 });
  assert.deepEqual(
    sliding.labels.classes.map(({ name, train }) => [name, train]),
    [
      ['a', 6],
      ['b', 6],
      ['c', 0],
    ],
  );
});

/** Rows of the table in the order of the prepared file. */
function rowsOf({ metadata, values }: Awaited<ReturnType<typeof prepare>>): number[] {
  const { list } = metadata.series!;
  const rows: number[] = [];
  for (const name of ['train', 'validation', 'test'] as const)
    for (const one of list)
      for (let row = 0; row < one.stretches[name][1]; row++) {
        const { mean, std } = one.columns![0]!;
        rows.push(Math.round(values[rows.length * 2]! * std + mean));
      }
  return rows;
}

function samplesOf(dataset: MappedDataset, task: LabelTask, stride = 1) {
  const samples = openLabelWindows(dataset, task, task.split.train, 'train', stride);
  const size = samples.timesteps * samples.features;
  const indices = Uint32Array.from({ length: samples.count }, (_, index) => index);
  const inputs = new Float32Array(samples.count * size);
  const labels = new Float32Array(samples.count);
  samples.gather(indices, 0, samples.count, inputs, 0, samples.features, size);
  samples.gatherTargets(indices, 0, samples.count, labels, 0);
  return { samples, size, inputs, labels };
}

test('a window has the class of its last row, or of a later one; windows without one are none', () => {
  const unlabelled = [20, 21, 300];
  const dataset = smallLabels(3, unlabelled);
  const classOf = (row: number): number => dataset.values[row * 3 + 2]!;
  for (const [delay, first] of [
    [-1, 7],
    [0, 8],
    [5, 13],
  ] as const) {
    const task = { ...severalLabelTask, window: { ...severalLabelTask.window, delay } };
    const rows = Array.from({ length: 400 - first }, (_, place) => first + place);
    const own = rows.filter((row) => !unlabelled.includes(row));
    const { labels, inputs, samples, size } = samplesOf(dataset, task);
    assert.deepEqual([...labels], own.map(classOf));
    assert.equal(samples.features, 2);
    const start = own[30]! - delay - 8;
    const expected = [0, 2, 4, 6].flatMap((back) => [
      ...dataset.values.subarray((start + back) * 3, (start + back) * 3 + 2),
    ]);
    assert.deepEqual([...inputs.subarray(30 * size, 31 * size)], expected);
    const every = samplesOf(dataset, task, 7);
    assert.deepEqual([...every.labels], own.filter((_, place) => place % 7 === 0).map(classOf));
    const before = openEarlierLabels(dataset, task, task.split.train, 'train', 7, 2);
    assert.deepEqual(
      Array.from(every.labels, (_, sample) => before(sample)),
      own.filter((_, place) => place % 7 === 0).map((row) => classOf(row - 2)),
    );
  }
});

test('what comes after a window, and any label, changes nothing that a model is fed', () => {
  fc.assert(
    fc.property(
      fc.record({
        delay: fc.integer({ min: -1, max: 6 }),
        step: fc.constantFrom(1, 2, 4),
        normalise: fc.constantFrom(undefined, 'last', 'mean', 'standard'),
        hidden: fc.boolean(),
        from: fc.integer({ min: 20, max: 380 }),
      }),
      ({ delay, step, normalise, hidden, from }) => {
        const dataset = smallLabels(2, hidden ? [33, 50] : []);
        const window = {
          lookback: 8,
          step,
          delay,
          ...(normalise === undefined ? {} : ({ normalise } as const)),
        };
        const task: LabelTask = { ...smallLabelTask, window };
        const before = samplesOf(dataset, task);
        for (let row = 0; row < 600; row++) {
          const at = row * 3;
          if (dataset.values[at + 2]! >= 0) dataset.values[at + 2] = 1 - dataset.values[at + 2]!;
          if (row >= from) dataset.values.set([1e6, -1e6], at);
        }
        const after = samplesOf(dataset, task);
        assert.deepEqual(
          after.labels,
          before.labels.map((label) => 1 - label),
        );
        // The first windows end before `from`: as many as have their anchor up to there.
        const skipped = hidden ? 2 : 0;
        const whole = Math.max(0, from - 8 - skipped) * before.size;
        assert.deepEqual(after.inputs.subarray(0, whole), before.inputs.subarray(0, whole));
      },
    ),
    { numRuns: 40 },
  );
});
