// What `sweep validate` prints: trial count, the layer table of the first trial, memory of a thread, a measured ETA.
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { calibrate } from '../coordinator/calibrate.js';
import { systemClock } from '../coordinator/clock.js';
import { formatDuration } from '../coordinator/eta.js';
import { planStudy } from '../coordinator/spec-plan.js';
import type { DatasetMetadata } from '../dataset/dataset.js';
import { createWasmEngine } from '../engine/wasm/wasm-engine.js';
import { type LayerSummary, summarizeModel, trainingBytes } from '../spec/model-shape.js';
import { type Params, type TrialConfig, timestepsOf } from '../study/trial.js';
import type { CliContext } from './context.js';
import { paramsText } from './params-text.js';
import { prepareFor, readSweepFile, type StartOptions } from './start-study.js';
import { announceSynthetic } from './synthetic-notice.js';

export type ValidateOptions = Pick<StartOptions, 'workers' | 'data' | 'set' | 'seed' | 'maxTrials' | 'json'>;

export async function validateFile(
  context: CliContext,
  file: string,
  options: ValidateOptions,
): Promise<number> {
  const spec = await readSweepFile(file, options);
  const dataset = await prepareFor(context, spec, options.json === true);
  if (dataset?.source.synthetic === true) announceSynthetic(context);
  const engine = await createWasmEngine();
  const plan = planStudy(spec, dataset, engine);
  const slots = options.workers ?? availableParallelism();
  const first = plan.plan(0);
  const model = first === null ? null : describeModel(first.config, dataset);
  const calibration = calibrate(plan, engine, context.cacheDirectory, slots, systemClock.now);
  const document = {
    name: spec.name,
    trials: plan.total,
    points: plan.sampler.count,
    repeats: spec.repeats,
    firstTrial: first === null ? null : { trial: first.trial, params: first.params },
    layers: model?.layers ?? [],
    parameters: model?.parameters ?? 0,
    memoryBytesPerTrial: model?.memoryBytes ?? 0,
    workers: slots,
    stepMs: calibration?.stepMs ?? null,
    etaMs: calibration?.studyMs ?? null,
  };
  context.stdout.write(
    options.json === true
      ? `${JSON.stringify(document, null, 2)}\n`
      : describe(document, model?.layers ?? [], file),
  );
  return 0;
}

interface ModelDescription {
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly memoryBytes: number;
}

function describeModel(config: TrialConfig, dataset: DatasetMetadata | null): ModelDescription | null {
  if (config.kind !== 'train' || dataset === null) return null;
  const { task } = config;
  const features = task.kind === 'classify' ? 1 : dataset.columns.length;
  const sample = { timesteps: timestepsOf(task), features };
  const layers = summarizeModel(config.layers, sample);
  return {
    layers,
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
    memoryBytes: trainingBytes(layers, sample, config.training.batchSize),
  };
}

function describe(
  document: {
    readonly trials: number | null;
    readonly firstTrial: { readonly params: Params } | null;
    readonly parameters: number;
    readonly memoryBytesPerTrial: number;
    readonly workers: number;
    readonly stepMs: number | null;
    readonly etaMs: number | null;
  },
  layers: readonly LayerSummary[],
  file: string,
): string {
  const lines = [`${file} is right: ${document.trials ?? 'endlessly many'} trials`];
  if (layers.length > 0) {
    const table = new Table({
      head: ['layer', 'output shape', 'parameters'],
      style: { head: [], border: [], compact: true },
      colAligns: ['left', 'left', 'right'],
    });
    for (const { name, outputShape, parameters } of layers) {
      table.push([name, `[${outputShape.join(', ')}]`, parameters.toLocaleString('en-US')]);
    }
    lines.push(`first trial: ${paramsText(document.firstTrial?.params ?? {})}`, table.toString());
    lines.push(
      `${document.parameters.toLocaleString('en-US')} parameters, ` +
        `about ${Math.ceil(document.memoryBytesPerTrial / 2 ** 20)} MB a trial`,
    );
  }
  if (document.etaMs !== null && document.stepMs !== null) {
    lines.push(
      `measured ${document.stepMs.toFixed(1)} ms a training step: ` +
        `about ${formatDuration(document.etaMs)} on ${document.workers} threads`,
    );
  }
  return `${lines.join('\n')}\n`;
}
