// A study as tests of the leaderboard and its renderings need it: ranked, tested, with a failure, on the stand-in series.
import type { StudyEvent } from '../../src/study/events.js';
import type { StudyView } from '../../src/study/study-view.js';
import type { Params } from '../../src/study/trial.js';
import { foldEvents } from './fold-events.js';
import { created, failed, finished, logged, result } from './study-events.js';

const point = (cell: string, units: number, learningRate: number): Params => ({
  cell,
  units,
  dropout: 0.2,
  learningRate,
});

/** Distinct in their first eight digits, as real ids are. */
function trialNamed(index: number): string {
  return `${'a3f9c2e7'.slice(index)}${'0123456789abcdef'.slice(index, index + 8 + index)}`
    .slice(0, 16)
    .padEnd(16, '0');
}

export function exampleEvents({ synthetic = false }: { readonly synthetic?: boolean } = {}): StudyEvent[] {
  const dataset = { ...created().dataset!, synthetic, source: synthetic ? 'jena-synthetic' : 'jena' };
  const test = {
    trial: trialNamed(1),
    testMae: 0.272,
    testMaeUnits: 2.41,
    interval: [2.35, 2.47],
    baselineTestMae: 0.296,
    baselineTestMaeUnits: 2.62,
    pValueVersusBaseline: 0.001998,
    windows: 119_952,
  } as const;
  const at = <T extends { readonly index: number }>(event: T): T => ({
    ...event,
    trial: trialNamed(event.index),
  });
  return [
    created({ total: 6, dataset }),
    { type: 'study.state', state: 'running', durationMs: 0 },
    at(
      finished(0, 0.2651, {
        params: point('gru', 16, 0.001),
        result: result(0.2651, { parameters: 1_553, durationMs: 41_500 }),
      }),
    ),
    at(
      finished(1, 0.2616, {
        params: point('gru', 32, 0.001),
        result: result(0.2616, { durationMs: 83_000, bestEpoch: 14, epochs: 20 }),
      }),
    ),
    at(finished(2, 0.3, { params: point('lstm', 32, 0.0001), cached: true })),
    at(finished(3, 0.27, { params: point('lstm', 16, 0.01), result: result(0.27, { state: 'PRUNED' }) })),
    at(failed(4, { final: true, params: point('lstm', 16, 1) })),
    { type: 'study.state', state: 'complete', durationMs: 130_000 },
    { type: 'study.tested', tests: [test] },
  ];
}

export function exampleView(options?: { readonly synthetic?: boolean }): StudyView {
  return foldEvents(logged(exampleEvents(options)));
}
