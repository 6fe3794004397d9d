// What every task must do: the guarantees of src/task/task.ts, as tests on a small dataset of its own.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { evaluateOnTest } from '../../src/coordinator/ending/finalize.js';
import type { MappedDataset } from '../../src/dataset/dataset.js';
import { trainTrial } from '../../src/engine/training/trial-training.js';
import { createWasmEngine, type WasmEngine } from '../../src/engine/wasm/wasm-engine.js';
import { METRICS } from '../../src/model/metric.js';
import type { DatasetSpec } from '../../src/study/dataset-source.js';
import { studyEventSchema } from '../../src/study/events.js';
import type { SeedResult } from '../../src/study/finished-row.js';
import type { TestEvaluation } from '../../src/study/test-evaluation.js';
import type { TrainConfig, TrialResult } from '../../src/study/trial/trial.js';
import { openSplit, validationBaseline } from '../../src/task/open-split.js';
import {
  TASK_METRICS,
  TASKS,
  taskOf,
  taskOfData,
  taskOfPrepared,
  taskOfTest,
} from '../../src/task/registry.js';
import type { Task } from '../../src/task/task.js';
import { openTestSplit, testBaseline } from '../../src/task/test-split.js';
import { taskUseSchema } from '../../src/task/use-schema.js';

export interface TaskCase {
  readonly task: Task;
  /** A short training of a model that goes with it. */
  readonly config: TrainConfig;
  readonly dataset: MappedDataset;
  /** Data of another kind. */
  readonly foreign: MappedDataset;
  /** What the dataset would have been prepared from. */
  readonly source: DatasetSpec;
}

const TARGET_STD = 10;
const DATA = { unit: null, target: 'load', targetStd: TARGET_STD };

export function describeTaskContract({ task, config, dataset, foreign, source }: TaskCase): void {
  const { task: spec } = config;
  const { metadata } = dataset;
  const [own] = task.metrics;
  let engine: WasmEngine;
  let result: TrialResult;
  let tested: TestEvaluation;

  describe(`the task ${task.kind}`, () => {
    before(async () => {
      engine = await createWasmEngine();
      const outcome = trainTrial({
        engine,
        config: { ...config, training: { ...config.training, epochs: 1, loss: task.loss } },
        objective: { metric: own.name, direction: METRICS[own.name].direction, epoch: 'best' },
        dataset,
        checkpoint: null,
        now: () => 0,
        hooks: { onReport() {}, onCheckpoint() {}, onProgress() {}, stopRequest: () => 'none' },
      });
      assert.ok(outcome.type === 'finished');
      result = outcome.result;
      const trained = { ...config, training: { ...config.training, epochs: 1, loss: task.loss } };
      const winner = { trial: 'a'.repeat(16), result: { ...result, modelDigest: 'b'.repeat(64) } };
      tested = await evaluateOnTest(trained, winner as unknown as SeedResult, {
        bus: { getBlob: async () => outcome.model } as never,
        engine,
        dataset,
        targetStd: TARGET_STD,
        signal: new AbortController().signal,
      });
    });

    it('is found by its trials, its data and its tests', () => {
      assert.equal(TASKS[task.kind], task);
      assert.equal(taskOf(spec), task);
      assert.equal(taskOfData({ kind: task.data }), task);
      assert.equal(taskOfPrepared(metadata), task);
      assert.equal(taskOfTest(tested), task);
      for (const other of Object.values(TASKS)) assert.equal(other.isOwn(tested), other === task, other.kind);
    });

    it('measures its metrics, each once, and formats them; of those that it does not it says why', () => {
      const all = task.metrics.map(({ name }) => name);
      assert.equal(new Set(all).size, all.length);
      const names = all.filter((name) => task.unmeasured(spec, name) === null);
      assert.equal(names[0], all[0], 'the default is measured of all samples');
      for (const name of all.filter((one) => !names.includes(one)))
        assert.match(task.unmeasured(spec, name)!, /^is of \d+ classes and more/);
      for (const { name, head, title, format } of task.metrics) {
        assert.ok(TASK_METRICS.includes(name), `${name} can be an objective`);
        assert.ok(head !== '' && title !== '');
        if (names.includes(name)) {
          assert.ok(Number.isFinite(result.metrics[name]), `${name} is measured`);
          assert.match(format(result.metrics[name]!), /\d/);
        }
        assert.notEqual(format(0.25), format(0.75));
      }
      const measured = Object.keys(result.metrics).filter((name) => name !== 'trainLoss');
      assert.deepEqual(measured.sort(), [...names].sort());
    });

    it('counts the samples that it opens, every stride-th of them, in the shape that it says', () => {
      for (const split of ['train', 'validation'] as const) {
        const samples = openSplit(dataset, spec, split);
        assert.equal(samples.count, task.count(spec, split), split);
        assert.equal(openSplit(dataset, spec, split, 3).count, Math.ceil(samples.count / 3));
        assert.equal(samples.timesteps, task.timesteps(spec));
        assert.equal(samples.features, task.features(metadata.columns.length, spec));
      }
      assert.equal(openTestSplit(dataset, spec).count, task.count(spec, 'test'));
    });

    it('judges on rows within the split, and on the same ones with the reach that it has anyway', () => {
      for (const split of ['validation', 'test'] as const) {
        const { start, end } = task.judgedRows(spec, split);
        assert.ok(start >= spec.split[split].start && end <= spec.split[split].end && start < end, split);
        assert.deepEqual(task.judgedRows(task.withCommonReach(spec, task.reach(spec)), split), {
          start,
          end,
        });
      }
      assert.deepEqual(task.withCommonReach(spec, task.reach(spec)), spec);
      assert.ok(task.overlap(spec, 1) >= 1);
      assert.ok(task.overlap(spec, 1000) <= task.overlap(spec, 1));
    });

    it('has a baseline on the same samples, which is the mean over them and comes back from a result', () => {
      for (const [baseline, count] of [
        [validationBaseline(dataset, spec), task.count(spec, 'validation')],
        [testBaseline(dataset, spec), task.count(spec, 'test')],
      ] as const) {
        assert.equal(baseline.perSample.length, count);
        const mean = baseline.perSample.reduce((sum, one) => sum + one, 0) / count;
        assert.ok(Math.abs(baseline.value - mean) < 1e-6);
      }
      const { value } = validationBaseline(dataset, spec);
      assert.equal(task.baselineOf(result), value);
      assert.equal(result.validationSamples, task.count(spec, 'validation'));
      assert.match(task.describeBaselineOf(result, String), /\d/);
      assert.ok(task.describeBaselineOf(result, String).startsWith(task.words.commonSense));
    });

    it('refuses data of another kind, and takes its own', () => {
      assert.equal(task.findMisfit(spec, metadata), null);
      assert.equal(task.findMisfit(spec, foreign.metadata)?.path, 'task.kind');
    });

    it('has a test result that goes through the event log and is told in words', () => {
      const event = { type: 'study.tested', tests: [tested] };
      assert.deepEqual(studyEventSchema.parse(JSON.parse(JSON.stringify(event))), event);
      const told = task.describeTest(tested, null);
      for (const text of Object.values(told)) assert.notEqual(text, '');
      assert.match(told.samples, new RegExp(`^${task.count(spec, 'test')} ${task.words.samples}$`));
      assert.match(told.result, /^\S+ [\d.]+/);
      // Of the kind of its first metric: below the study's tables the two are set against each other.
      const figure = task.testValueOf(tested);
      assert.ok(
        told.result.includes(task.unitOf(DATA).format(figure * task.unitOf(DATA).scale)),
        told.result,
      );
    });

    it('says its own metric in the unit of the target', () => {
      const unit = task.unitOf(DATA);
      assert.match(unit.say(0.5 * unit.scale), /\d/);
      assert.match(unit.sayDifference(0.25 * unit.scale), /^\+\d/);
      assert.equal(
        unit.sayDifference(-0.25 * unit.scale),
        unit.sayDifference(0.25 * unit.scale).replace('+', '−'),
      );
      assert.notEqual(unit.head(true), '');
      assert.equal(unit.hasOwnScale, unit.scale !== 1);
      assert.equal(unit.format(null), '–');
    });

    it('describes its baselines for scripts and for people', () => {
      const found = { validation: validationBaseline(dataset, spec), test: testBaseline(dataset, spec) };
      const { document, name, figures } = task.describeBaselines(spec, metadata, found);
      assert.deepEqual(JSON.parse(JSON.stringify(document)), document);
      assert.ok(name.startsWith(task.words.baseline));
      assert.deepEqual(
        // What others try stands below the split, set in.
        figures.filter((line) => !line.startsWith(' ')).map((line) => line.split(' ')[0]),
        ['validation', 'test'],
      );
    });

    it('is described for use outside of its study in a form that is read back', async () => {
      const { use, vocabulary } = await task.describeUse(
        spec,
        source,
        { ...metadata, stepSeconds: null },
        '.',
      );
      assert.deepEqual(taskUseSchema.parse(JSON.parse(JSON.stringify(use))), use);
      assert.equal(taskOf(use), task);
      const file = task.vocabularyFile(use);
      assert.equal(file === null, vocabulary === null);
      assert.ok(file === null || task.vocabularyFiles.includes(file));
      const shape = {
        timesteps: task.timesteps(spec),
        features: task.features(metadata.columns.length, spec),
      };
      assert.ok(task.explainUse(use, shape).includes(`${shape.timesteps}`));
      assert.ok(task.predictionHead(use).includes('actual'));
    });
  });
}
