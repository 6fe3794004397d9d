// What folding costs: by event the same, however many rows are kept, workers take part or trials are open. Ratios of
// processor time with wide bounds: what grew with the square would miss them by far.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WorkerHealth } from '../../../src/coordinator/dispatch/worker-health.js';
import { StudyFold } from '../../../src/study/fold.js';
import { emptyView } from '../../../src/study/study-view.js';
import { created, failed, finished, logged, started } from '../../support/fixtures/study-events.js';

/** Times what linear growth would be, as short measurements are rough. */
const SLACK = 3;
const GROWTH = 16;

/** The least of three: a neighbour on the machine only ever adds. */
function processorMs(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** Objectives in no order. */
const objectiveAt = (index: number): number => ((index * 7_919) % 10_007) / 10_007;

describe('StudyFold: growth', () => {
  it('keeps all rows in time that grows with their number', () => {
    const measure = (rows: number): number => {
      const all = logged([
        created({ total: rows }),
        ...Array.from({ length: rows }, (_, index) => finished(index, objectiveAt(index))),
      ]);
      return processorMs(() => {
        const fold = new StudyFold(emptyView(Number.POSITIVE_INFINITY));
        for (const event of all) fold.apply(event);
        assert.equal(fold.view.rows.length, rows);
      });
    };
    const [few, many] = [measure(5_000), measure(5_000 * GROWTH)];
    assert.ok(many < few * GROWTH * SLACK, `${few} ms, and ${many} ms for ${GROWTH} times the rows`);
  });

  it('takes a start and an end at the same cost however many workers there are', () => {
    const measure = (workers: number): number => {
      const trials = 6_400;
      const all = logged([
        created({ total: trials }),
        ...Array.from({ length: trials }, (_, index) => {
          const worker = `w${index % workers}`;
          return [started(index, { worker }), finished(index, objectiveAt(index), { worker })];
        }).flat(),
      ]);
      return processorMs(() => {
        const fold = new StudyFold();
        for (const event of all) fold.apply(event);
        assert.equal(fold.view.workers.size, workers);
      });
    };
    const [few, many] = [measure(50), measure(3_200)];
    assert.ok(many < few * SLACK, `${few} ms with 50 workers, ${many} ms with 3,200`);
  });
});

describe('WorkerHealth: growth', () => {
  it('is asked after each event at the same cost however many workers have failed', () => {
    const measure = (workers: number): number => {
      const events = Array.from({ length: 3_200 }, (_, index) => {
        const worker = `w${index % workers}`;
        return index % 2 === 0 ? finished(index, 0, { worker }) : failed(index, { worker, final: false });
      });
      return processorMs(() => {
        const health = new WorkerHealth();
        for (const event of events) {
          health.observe(event);
          health.quarantined();
        }
      });
    };
    const [few, many] = [measure(50), measure(1_600)];
    assert.ok(many < few * SLACK + 20, `${few} ms with 50 workers, ${many} ms with 1,600`);
  });
});
