// A study of variants as tests of reports need it: an untrained one, two trained, one failed.
import type { StudyEvent } from '../../src/study/events.js';
import type { StudyView } from '../../src/study/study-view.js';
import type { EpochReport, Metrics } from '../../src/study/trial.js';
import { foldEvents } from './fold-events.js';
import { created, failed, finished, logged, result, trialAt } from './study-events.js';

const variant = (name: string) => ({ variant: name });

export function epochReport(
  epoch: number,
  trainLoss: number | null,
  validationLoss: number,
  durationMs: number,
): EpochReport {
  const train: Metrics = trainLoss === null ? {} : { trainLoss };
  return { epoch, metrics: { ...train, validationLoss, validationMae: validationLoss }, durationMs };
}

/** In the order of their ends, which is not that of the sweep file. */
export function chapterEvents({ synthetic = false }: { readonly synthetic?: boolean } = {}): StudyEvent[] {
  const dataset = {
    ...created().dataset!,
    synthetic,
    source: synthetic ? 'jena-synthetic' : 'jena',
    targetStd: 10,
  };
  return [
    created({ study: 'chapter6-jena-0001', name: 'chapter6-jena', total: 4, dataset }),
    finished(2, 0.26, {
      params: variant('lstm'),
      result: result(0.26, { bestEpoch: 2, epochs: 2, durationMs: 8000 }),
    }),
    finished(1, 0.265, {
      params: variant('gru'),
      result: result(0.265, { bestEpoch: 2, epochs: 3, parameters: 4545, durationMs: 9000 }),
    }),
    finished(0, 0.2897, {
      params: variant('naive'),
      result: result(0.2897, { bestEpoch: 1, epochs: 1, parameters: 0, durationMs: 10, baselineMae: 0.2897 }),
    }),
    failed(3, { final: true, params: variant('conv1d') }),
    { type: 'study.state', state: 'complete', durationMs: 20_000 },
    {
      type: 'study.tested',
      tests: [
        {
          trial: trialAt(2),
          testMae: 0.27,
          testMaeUnits: 2.7,
          interval: [2.6, 2.8],
          baselineTestMae: 0.3,
          baselineTestMaeUnits: 3,
          pValueVersusBaseline: 0.0001,
          windows: 1000,
        },
      ],
    },
  ];
}

export function chapterView(options?: { readonly synthetic?: boolean }): StudyView {
  return foldEvents(logged(chapterEvents(options)));
}

/** Of the untrained and of one trained experiment; that of `lstm` is gone. */
export const CHAPTER_CURVES: ReadonlyMap<string, readonly EpochReport[]> = new Map([
  [trialAt(0), [epochReport(1, null, 0.2897, 10)]],
  [
    trialAt(1),
    [epochReport(1, 0.32, 0.28, 9000), epochReport(2, 0.28, 0.265, 2000), epochReport(3, 0.26, 0.27, 4000)],
  ],
]);
