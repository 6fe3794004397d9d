// What rows tell the page that they measure: all that a program reports, of trainings what quantiles add.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowVersions } from '../../../src/dashboard/row-versions.js';
import { decodeRow } from '../../../src/dashboard/wire.js';
import { foldEvents } from '../../support/fixtures/fold-events.js';
import { created, finished, logged, result } from '../../support/fixtures/study-events.js';

type Header = Partial<Parameters<typeof created>[0]>;

function told(header: Header, fields: readonly object[]) {
  const rows = new RowVersions();
  const ends = fields.map((each, index) => finished(index, 0.3, { result: result(0.3 + index, each) }));
  rows.settle(foldEvents(logged([created({ total: fields.length, ...header }), ...ends])), 1);
  return {
    names: rows.metricNames,
    metrics: rows.changedAfter(0).rows.map((text) => decodeRow(JSON.parse(text) as unknown[]).metrics),
  };
}

test('every metric of a program but the objectives, each in its place whichever trial reports it first', () => {
  const spec = {
    objective: { type: 'command', metric: 'loss', direction: 'minimize', also: { metric: 'latency' } },
    repeats: 1,
  };
  const { names, metrics } = told({ spec, dataset: null }, [
    { metrics: { loss: 0.3, latency: 9, 'f1@k': 0.5 } },
    { metrics: { loss: 1.3, latency: 8, recall: 0.25, 'f1@k': 0.75 } },
  ]);
  assert.deepEqual(names, ['f1@k', 'recall']);
  assert.deepEqual(metrics, [[0.5], [0.75, 0.25]]);
});

test('of a training its loss and coverage by quantiles alone', () => {
  const quantiles = [{ quantile: 0.5, pinball: 0.125, below: 0.5 }];
  const { names, metrics } = told({}, [
    {},
    { band: { nominal: 0.8, coverage: 0.75, width: 1 }, outputs: { quantiles } },
  ]);
  assert.deepEqual(names, ['pinball', 'coverage']);
  assert.deepEqual(metrics, [[], [0.125, 0.75]]);
});
