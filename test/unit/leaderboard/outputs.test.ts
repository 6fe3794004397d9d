// Several outputs of a model on the leaderboard and as figures: by step, by quantile, by class, in the unit of the target.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { confusedPairs } from '../../../src/leaderboard/outputs/confused-pairs.js';
import { outputFigures } from '../../../src/leaderboard/outputs/output-figures.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, result } from '../../support/fixtures/study-events.js';

const STD = 8.85;
const dataset = created().dataset!;

function band(coverage: number) {
  return {
    band: { nominal: 0.8, coverage, width: 2 },
    outputs: {
      quantiles: [
        { quantile: 0.1, pinball: 0.1, below: 0.2 },
        { quantile: 0.5, pinball: 0.3, below: 0.5 },
        { quantile: 0.9, pinball: 0.2, below: 0.7 },
      ],
    },
  };
}

/** Two seeds a point. */
function viewOf(fields: readonly object[]) {
  const spec = { ...(created().spec as object), repeats: 2 };
  return foldEvents(
    logged([
      created({ spec, total: fields.length }),
      ...fields.map((each, index) =>
        finished(index, 0.3, {
          params: { units: Math.floor(index / 2) },
          seed: 42 + (index % 2),
          result: result(0.3 + index / 100, each),
        }),
      ),
    ]),
  );
}

test('rows by quantiles have the mean pinball loss and coverage of their seeds, in JSON, CSV and table', () => {
  const view = viewOf([band(0.7), band(0.8), band(0.5), band(0.6)]);
  const rows = leaderboardDocument(view).leaderboard as readonly { pinball?: number; coverage?: number }[];
  assert.deepEqual(
    rows.map(({ pinball, coverage }) => [Number(pinball?.toFixed(9)), Number(coverage?.toFixed(9))]),
    [
      [0.2, 0.75],
      [0.2, 0.55],
    ],
  );
  const [head, first] = leaderboardCsv(view)
    .split('\n')
    .map((line) => line.split(','));
  assert.equal(Number(first![head!.indexOf('coverage')]), 0.75);
  assert.ok(Math.abs(Number(first![head!.indexOf('pinball')]) - 0.2) < 1e-12);
  const table = leaderboardTable(view, { width: 200, useColor: false });
  assert.match(table, /pinball +covered of 80 %/);
  assert.match(table, /75\.00/);
});

test('a study without quantiles has neither column, and a row that lacks them among others is empty there', () => {
  const plain = viewOf([{}, {}]);
  assert.doesNotMatch(leaderboardCsv(plain), /pinball|coverage/);
  assert.doesNotMatch(leaderboardTable(plain, { width: 200, useColor: false }), /pinball|covered/);
  const mixed = viewOf([band(0.7), band(0.8), {}, {}]);
  const [head, , second] = leaderboardCsv(mixed)
    .split('\n')
    .map((line) => line.split(','));
  assert.equal(second![head!.indexOf('coverage')], '');
});

test('figures by step and of the band are in the unit; without one they are as computed', () => {
  const bySteps = [
    { horizonRows: 1, mae: 0.1, mse: 0.02, baselineMae: 0.2, coverage: 0.7, width: 0.5 },
    { horizonRows: 24, mae: 0.3, mse: 0.1, baselineMae: 0.4 },
  ];
  const figures = outputFigures({ bySteps, ...band(0.7) }, dataset)!;
  assert.equal(figures.unit, '°C');
  assert.deepEqual(figures.steps, [
    {
      horizonRows: 1,
      mae: 0.1 * STD,
      mse: 0.02 * STD * STD,
      baselineMae: 0.2 * STD,
      coverage: 0.7,
      width: 0.5 * STD,
    },
    { horizonRows: 24, mae: 0.3 * STD, mse: 0.1 * STD * STD, baselineMae: 0.4 * STD },
  ]);
  assert.deepEqual(figures.band, { nominal: 0.8, coverage: 0.7, width: 2 * STD });
  assert.deepEqual(figures.quantiles[0], { quantile: 0.1, below: 0.2 });
  assert.equal(figures.isConformal, false);
  const plain = outputFigures({ bySteps }, { ...dataset, unit: null })!;
  assert.equal(plain.unit, '');
  assert.equal(plain.steps[0]!.mae, 0.1);
  assert.equal(outputFigures({}, dataset), null);
});

test('of classes: their names, and what is most often taken for what', () => {
  const confusion = [
    [5, 3, 2],
    [0, 9, 1],
    [4, 0, 0],
  ];
  const outputs = { classes: { macroF1: 0.5, topK: [0.6], confusion } };
  const { classes } = outputFigures({ outputs }, {
    ...dataset,
    task: 'classify',
    classes: ['sport', 'trade', 'weather'],
  } as never)!;
  assert.deepEqual(classes?.labels, ['sport', 'trade', 'weather']);
  assert.deepEqual(confusedPairs(classes!, 2), [
    { own: 'weather', answer: 'sport', samples: 4, share: 1 },
    { own: 'sport', answer: 'trade', samples: 3, share: 0.3 },
  ]);
  const many = outputFigures({ outputs: { classes: { macroF1: 0.5, topK: [0.6] } } }, dataset)!;
  assert.equal(many.classes?.confusion, null);
  assert.deepEqual(confusedPairs(many.classes!, 5), []);
});

test('of several labels a text: each by its name', () => {
  const each = [
    { f1: 0.5, samples: 3, given: 2 },
    { f1: 1, samples: 1, given: 1 },
  ];
  const outputs = { labels: { subsetAccuracy: 0.4, microF1: 0.6, macroF1: 0.75, each } };
  const told = outputFigures({ outputs }, {
    ...dataset,
    task: 'classify',
    classes: ['art', 'sport'],
  } as never)!;
  assert.deepEqual(told.labels, {
    ...outputs.labels,
    each: [
      { name: 'art', ...each[0] },
      { name: 'sport', ...each[1] },
    ],
  });
  assert.equal(told.classes, null);
});
