// The leaderboard of a study on reviews: accuracy in percent, the majority class at its place, the test set in percent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectRows } from '../../../src/leaderboard/filter.js';
import { leaderboardCsv } from '../../../src/leaderboard/leaderboard-csv.js';
import { leaderboardDocument } from '../../../src/leaderboard/leaderboard-document.js';
import { leaderboardTable } from '../../../src/leaderboard/leaderboard-table.js';
import { rankView } from '../../../src/leaderboard/ranking.js';
import type { StudyView } from '../../../src/study/study-view.js';
import type { ClassifierTest } from '../../../src/study/test-evaluation.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, result } from '../../support/fixtures/study-events.js';

const tested: ClassifierTest = {
  trial: finished(0, 0.8712).trial,
  testAccuracy: 0.8651,
  interval: [0.858, 0.872],
  baselineTestAccuracy: 0.5,
  pValueVersusBaseline: 0.0005,
  reviews: 12_000,
};

function reviewStudy(tests: readonly ClassifierTest[] = [tested], synthetic = false): StudyView {
  const trial = (index: number, accuracy: number) =>
    finished(index, accuracy, {
      result: result(accuracy, {
        metrics: { trainLoss: 0.2, validationLoss: 0.3, validationAccuracy: accuracy },
        objectiveInterval: [accuracy - 0.01, accuracy + 0.01],
        baselineMae: null,
        baselineAccuracy: 0.5012,
      }),
    });
  return foldEvents(
    logged([
      created({
        spec: {
          objective: { metric: 'validationAccuracy', direction: 'maximize', epoch: 'best' },
          repeats: 1,
        },
        dataset: {
          digest: 'a'.repeat(64),
          kind: 'reviews',
          source: 'imdb',
          synthetic,
          target: 'label',
          unit: null,
          targetStd: 1,
        },
        total: 2,
      }),
      trial(0, 0.8712),
      trial(1, 0.49),
      { type: 'study.tested', tests },
    ]),
  );
}

test('shares of several classes are columns of the documents, and of the table where they are the objective', () => {
  const shares = { validationAccuracy: 0.6, validationMacroF1: 0.5512, validationTop3: 0.9 };
  const view = foldEvents(
    logged([
      created({
        spec: {
          objective: { metric: 'validationMacroF1', direction: 'maximize', epoch: 'best' },
          repeats: 1,
        },
        dataset: reviewStudy().header!.dataset!,
        total: 1,
      }),
      finished(0, 0.5512, { result: result(0.5512, { metrics: shares, objectiveInterval: [0.5, 0.6] }) }),
    ]),
  );
  const text = leaderboardTable(view, { width: 160, useColor: false });
  assert.match(text, /val F1 % +val acc % +95 % interval/);
  assert.match(text, /55\.12 +60\.00 +50\.00 … 60\.00/);
  const [row] = leaderboardDocument(view).leaderboard;
  assert.deepEqual([row?.validationMacroF1, row?.validationTop3], [0.5512, 0.9]);
  assert.equal(row !== undefined && 'validationTop5' in row, false);
  const [head = '', line = ''] = leaderboardCsv(view).split('\n');
  const cell = (name: string) => line.split(',')[head.split(',').indexOf(name)];
  assert.deepEqual([cell('validationMacroF1'), cell('validationTop3')], ['0.5512', '0.9']);
  assert.ok(!head.includes('validationTop5'));
  assert.ok(!leaderboardCsv(reviewStudy()).includes('validationMacroF1'), 'two classes have none');
});

test('of generated reviews the table says that nobody wrote them', () => {
  const text = leaderboardTable(reviewStudy([tested], true), { width: 140, useColor: false });
  assert.match(text, /SYNTHETIC DATA \(imdb\): a generated stand-in, not what people wrote/);
});

test('rows are found and sorted by the accuracy under each of its names', () => {
  const view = reviewStudy();
  for (const name of ['validationAccuracy', 'valAccuracy']) {
    const rows = selectRows(rankView(view), view, { filter: [`${name}<0.9`], sort: name });
    assert.deepEqual(
      rows.map(({ rank }) => rank),
      [2, 1],
      name,
    );
  }
});

test('accuracies are shown in percent, and the majority class stands between what beats it and what does not', () => {
  const text = leaderboardTable(reviewStudy(), { width: 140, useColor: false });
  const lines = text.split('\n');
  const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
  assert.match(text, /val acc %/);
  assert.ok(at(/87\.12 .*86\.12 … 88\.12/) > 0, text);
  assert.ok(at(/87\.12/) < at(/majority class +50\.12/) && at(/majority class +50\.12/) < at(/49\.00/), text);
  assert.match(text, /test set: accuracy 86\.51 % \(95 % interval 85\.80 … 87\.20\) by the winner/);
  assert.match(text, /majority class 50\.00 % on the same 12,000 reviews, p < 0\.001/);
  assert.doesNotMatch(text, /MAE|persistence|°C|NOT better/);
});

test('a winner that guesses is said not to beat the majority class', () => {
  const text = leaderboardTable(
    reviewStudy([{ ...tested, testAccuracy: 0.505, pValueVersusBaseline: 0.4 }]),
    {
      width: 140,
      useColor: false,
    },
  );
  assert.match(text, /NOT better than majority class, as far as these reviews can tell/);
});

test('the document and the CSV of reviews carry accuracies as shares', () => {
  const view = reviewStudy();
  const document = leaderboardDocument(view);
  assert.deepEqual(document.baseline, {
    validationMae: null,
    validationMaeUnits: null,
    testMae: null,
    testMaeUnits: null,
    validationAccuracy: 0.5012,
    testAccuracy: 0.5,
  });
  const [told] = document.test;
  assert.ok(told !== undefined && 'testAccuracy' in told);
  const { validation, optimism, ...rest } = told;
  assert.deepEqual(rest, tested);
  assert.equal(validation, 0.8712);
  assert.equal(optimism, 0.8712 - 0.8651);
  assert.equal(document.leaderboard[0]?.validationAccuracy, 0.8712);
  assert.equal(document.leaderboard[0]?.validationMaeUnits, null);
  const [head, first] = leaderboardCsv(view).split('\r\n');
  const column = head!.split(',').indexOf('validationAccuracy');
  assert.equal(first!.split(',')[column], '0.8712');
});
