// Nothing reads what was not known at its time where several series lie in one table, forecast or told classes of, the model being
// told the series and reading columns that are known ahead: each series up to its own cut.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MappedDataset } from '../../../src/dataset/dataset.js';
import { prepareDataset } from '../../../src/dataset/prepare.js';
import { openDataset } from '../../../src/dataset/prepared/mapped-file.js';
import type { SampleSet } from '../../../src/dataset/sample-set.js';
import type { SplitSpec } from '../../../src/study/dataset-source.js';
import {
  type ForecastTask,
  type LabelTask,
  type SplitName,
  stretchesOfSeries,
} from '../../../src/study/trial/trial.js';
import { openSplit } from '../../../src/task/open-split.js';
import { taskOf } from '../../../src/task/registry.js';
import { windowsOfSeries } from '../../../src/task/windows/errors-over-time.js';
import { testStream } from '../../support/fakes/array-samples.js';
import { csvSource } from '../../support/fixtures/dataset-fixtures.js';
import { temporaryDirectory } from '../../support/processes/temporary-directory.js';

/** Name, first hour, rows. */
const SERIES = [
  ['north', 0, 100],
  ['south', 12, 80],
] as const;
const COLUMNS = ['load', 'price', 'wind'] as const;
const KNOWN = COLUMNS.indexOf('price');
/** Rows from the last one read to the target. */
const HORIZON = 3;
/** Rows of a validation part before the first that is changed. */
const PAST = 10;
const timeOf = (hour: number): string => new Date(Date.UTC(2020, 0, 1, hour)).toISOString().slice(0, 16);

const SPLITS: Readonly<Record<string, SplitSpec>> = {
  shares: { type: 'fractions', train: 0.5, validation: 0.25, test: 0.25, gap: 2 },
  dates: { type: 'dates', train: { until: timeOf(50) }, validation: { until: timeOf(70) }, test: {} },
  'rolling origin': { type: 'rolling', blocks: 2, validation: 16, test: 16 },
};
type Changed = (series: number, hour: number, column: number) => boolean;

async function prepare(
  directory: string,
  kind: 'forecast' | 'label',
  normalise: 'together' | 'series',
  split: SplitSpec,
  changed: Changed,
): Promise<MappedDataset> {
  const random = testStream(5);
  const lines = SERIES.flatMap(([name, first, rows], series) =>
    Array.from({ length: rows }, (_, row) => {
      const hour = first + row;
      const values = COLUMNS.map((_, column) => {
        const value = 5 + 3 * series + random.nextNormal();
        return changed(series, hour, column) ? -3 * value - 100 : value;
      });
      const state = changed(series, hour, 0) ? 'idle' : ['idle', 'run', 'off'][(row * 7) % 3];
      return `${timeOf(hour)},${name},${values.join(',')},${state}\n`;
    }),
  );
  const path = join(directory, 'table.csv');
  writeFileSync(path, `date,store,${COLUMNS.join(',')},state\n${lines.join('')}`);
  const spec = {
    sources: [csvSource(path, { columns: [...COLUMNS] })],
    split,
    known: ['price'],
    calendar: ['hour'],
    series: { column: 'store', normalise, minRows: 1 },
    target: kind === 'label' ? 'state' : 'load',
  };
  const cacheDirectory = join(directory, 'cache');
  const { metadata } = await prepareDataset(kind === 'label' ? { ...spec, kind: 'labelled' } : spec, {
    cacheDirectory,
  });
  return openDataset(cacheDirectory, metadata.digest);
}

const windows = fc.record({
  timesteps: fc.integer({ min: 2, max: 4 }),
  step: fc.integer({ min: 1, max: 2 }),
  normalise: fc.constantFrom(undefined, 'last', 'mean', 'standard'),
  as: fc.constantFrom(undefined, 'difference'),
  isSeveral: fc.boolean(),
});
type Drawn = typeof windows extends fc.Arbitrary<infer One> ? One : never;

function tasksOf(
  { metadata }: MappedDataset,
  kind: 'forecast' | 'label',
  { timesteps, step, normalise, as, isSeveral }: Drawn,
): readonly (ForecastTask | LabelTask)[] {
  const made = metadata.columns.map((_, column) => column).filter((column) => column >= COLUMNS.length);
  const shared = {
    split: metadata.split,
    stretches: stretchesOfSeries(metadata.series!.list),
    window: {
      lookback: timesteps * step,
      step,
      delay: HORIZON - step,
      ...(normalise === undefined ? {} : { normalise }),
    },
    ahead: [KNOWN, ...made],
    seriesInput: 2,
  };
  const task: ForecastTask | LabelTask =
    kind === 'label'
      ? { kind, classes: 3, ...shared }
      : {
          kind,
          targetColumn: 0,
          ...(isSeveral ? { targetColumns: [0, 2] } : {}),
          ...(as === undefined ? {} : { as }),
          ...shared,
        };
  return taskOf(task).blocks(task as never, metadata) as readonly (ForecastTask | LabelTask)[];
}

function readSample(samples: SampleSet, at: number): { readonly fed: number[]; readonly targets: number[] } {
  const inputs = new Float32Array(samples.timesteps * samples.features);
  const one = Uint32Array.of(at);
  samples.gather(one, 0, 1, inputs, 0, samples.features, inputs.length);
  const targets = new Float32Array(samples.targetUnits ?? 1);
  samples.gatherTargets(one, 0, 1, targets, 0);
  return { fed: [...inputs], targets: [...targets] };
}

/** The hour of the first row of a part of each series, and that after the last. */
function hoursOf({ metadata }: MappedDataset, block: number, part: SplitName): (readonly [number, number])[] {
  const list = metadata.rolling?.blocks[block]?.series ?? metadata.series!.list;
  return list.map(({ stretches }) => [stretches[part][0], stretches[part][0] + stretches[part][1]]);
}

for (const kind of ['forecast', 'label'] as const)
  for (const normalise of ['together', 'series'] as const)
    for (const [name, split] of Object.entries(SPLITS)) {
      // Errors of such forecasts have no unit that blocks share.
      if (kind === 'forecast' && normalise === 'series' && split.type === 'rolling') continue;
      test(`${kind} of several series, ${name}, normalised ${normalise}: no sample reads what its series has later`, async (t) => {
        const directory = temporaryDirectory(t);
        const open = (changed: Changed) => prepare(directory, kind, normalise, split, changed);
        const before = await open(() => false);
        const blocks = before.metadata.rolling?.blocks.length ?? 1;
        for (let block = 0; block < blocks; block++) {
          const ends = hoursOf(before, block, 'train').map(([, end]) => end);
          const later = await open((series, hour) => hour >= ends[series]!);
          fc.assert(
            fc.property(windows, (drawn) => {
              const [was, is] = [before, later].map((one) =>
                openSplit(one, tasksOf(one, kind, drawn)[block]!, 'train'),
              );
              assert.ok(was!.count > 0 && was!.count === is!.count);
              assert.equal(was!.features, before.metadata.columns.length + 1);
              for (let at = 0; at < was!.count; at++)
                assert.deepEqual(readSample(is!, at), readSample(was!, at));
            }),
            { numRuns: 5 },
          );
          later.close();
          const cuts = hoursOf(before, block, 'validation').map(([start]) => start + PAST);
          const after = await open(
            (series, hour, column) => hour > cuts[series]! + (column === KNOWN ? HORIZON : 0),
          );
          fc.assert(
            fc.property(windows, (drawn) => {
              const task = tasksOf(before, kind, drawn)[block]!;
              const [was, is] = [before, after].map((one) => openSplit(one, task, 'validation'));
              let first = 0;
              for (const count of windowsOfSeries(task, 'validation', 1)) {
                const last = PAST - task.window.lookback + task.window.step;
                assert.ok(last >= 0 && last < count);
                for (let at = first; at <= first + last; at++) {
                  const [past, now] = [readSample(was!, at), readSample(is!, at)];
                  assert.deepEqual(now.fed, past.fed);
                  if (kind === 'forecast' && at === first + last)
                    assert.notDeepEqual(now.targets, past.targets, 'the target is what was changed');
                }
                first += count;
              }
              assert.equal(first, was!.count);
            }),
            { numRuns: 5 },
          );
          after.close();
        }
        before.close();
      });
    }
