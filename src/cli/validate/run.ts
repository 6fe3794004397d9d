// What `sweep validate` prints: trial count, layer tables, memory of a thread, a measured ETA; of each variant and in all.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import Table from 'cli-table3';
import { describeIdleScheduler } from '../../coordinator/plan/idle-scheduler.js';
import {
  describeJudgedWindows,
  type JudgedWindows,
  type WindowPlace,
} from '../../coordinator/plan/judged-windows.js';
import type { PlanChanges } from '../../coordinator/plan/plan-changes.js';
import { checkPoints } from '../../coordinator/plan/sample-points.js';
import { planStudy } from '../../coordinator/plan/spec-plan.js';
import { asSweepError } from '../../errors.js';
import { variantNames } from '../../sweep-file/variants.js';
import { formatDuration } from '../../wording/duration.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, openHomeResults, usesNats } from '../open-bus.js';
import { openCliEngine } from '../open-cli-engine.js';
import { placing, prepareFor, readSweepFile, type SweepFileFlags } from '../options/sweep-file.js';
import { withBus } from '../read-study.js';
import { type ChangesOptions, changesText, findChanges } from '../start/changes.js';
import { createCliLogger } from '../terminal/cli-logger.js';
import { describeSeries } from '../terminal/describe-series.js';
import { paramsText } from '../terminal/params-text.js';
import { announceSynthetic } from '../terminal/synthetic-notice.js';
import { describeModels, type ModelDescription, type SampleCounts } from './describe-model.js';
import { describeSpace, spaceLines } from './describe-space.js';
import { listHorizons } from './horizons.js';

export interface ValidateOptions extends SweepFileFlags, BusFlags {
  readonly workers?: number;
  readonly json?: boolean;
}

/** More layer tables than fit on a screen are left out: the overview has a line for each. */
const MOST_LAYER_TABLES = 3;

export async function validateFile(
  context: CliContext,
  file: string,
  options: ValidateOptions,
): Promise<number> {
  const sweep = await readSweepFile(file, options);
  const { spec, locate } = sweep;
  const dataset = await prepareFor(context, sweep, options.json === true);
  if (dataset?.source.synthetic === true) announceSynthetic(context, dataset);
  const engine = await openCliEngine(context);
  const plan = await placing(locate, () => planStudy(spec, dataset, engine));
  // First: it names the value of the space, where a point only says that it is too long.
  const windows = await placing(locate, () => describeJudgedWindows(spec, dataset));
  await placing(locate, () => checkPoints(plan));
  const idle = describeIdleScheduler(spec, plan);
  const slots = options.workers ?? availableParallelism();
  const models = describeModels(spec, dataset, engine, context.cacheDirectory, slots);
  const [first] = models;
  const horizons = listHorizons(plan, dataset);
  const space = describeSpace(spec);
  const changes = await changesSince(context, options, { spec, dataset, engine });
  const etas = models.map(({ etaMs }) => etaMs);
  const document = {
    name: spec.name,
    ...(spec.profile === undefined ? {} : { profile: spec.profile }),
    trials: plan.total,
    points: plan.sampler.count,
    repeats: spec.repeats,
    space,
    changes,
    firstTrial: first?.firstTrial ?? null,
    layers: first?.layers ?? [],
    parameters: first?.parameters ?? 0,
    samples: first?.samples ?? null,
    ...(dataset?.series === undefined ? {} : { series: dataset.series }),
    ...(dataset?.found === undefined ? {} : { found: dataset.found }),
    windows: windows === null ? null : withoutWarnings(windows),
    horizons,
    warnings: [...(windows?.warnings ?? []), ...(idle === null ? [] : [idle])],
    memoryBytesPerTrial: Math.max(0, ...models.map((model) => model.memoryBytesPerTrial)),
    smallest: first?.smallest ?? null,
    largest: first?.largest ?? null,
    workers: slots,
    stepMs: first?.stepMs ?? null,
    etaMs: etas.includes(null) ? null : etas.reduce<number>((sum, etaMs) => sum + (etaMs ?? 0), 0),
    ...(variantNames(spec) === null ? {} : { variants: models }),
  };
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return 0;
  }
  const { trials, profile, etaMs } = document;
  const blocks = dataset?.rolling?.blocks.length;
  const lines = [
    `${printable(`${file}${profile === undefined ? '' : `, profile ${profile},`}`)} is right: ${trials === null ? 'endlessly many trials' : countOf(trials, 'trial')}`,
    ...spaceLines(space),
    ...(changes === null ? [] : [printable(changesText(changes))]),
    ...(models.length > MOST_LAYER_TABLES ? [] : models.flatMap(describeLayers)),
    ...(first?.samples == null ? [] : describeSamples(first.samples, first.variant)),
    ...(dataset?.series === undefined ? [] : [printable(`series: ${describeSeries(dataset.series)}`)]),
    ...(dataset?.found === undefined || dataset.found.length === 0
      ? []
      : [printable(`found in the table: ${dataset.found.join(', ')}`)]),
    ...horizons.map(({ text }) => `target: ${text}`),
    ...(windows === null ? [] : describeWindows(windows)),
    ...(idle === null ? [] : [`WARNING: ${idle}`]),
    ...(blocks === undefined
      ? []
      : [`rolling origin: ${blocks} blocks, each point is trained once in each on that block's past`]),
    ...('variants' in document ? [describeVariants(models)] : []),
    ...(first === undefined || 'variants' in document ? [] : describeStep(first)),
    ...(etaMs === null ? [] : [`${inWords(etaMs)} on ${countOf(slots, 'thread')}, as measured here`]),
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** Nobody asked for it: where the studies cannot be read the file is as right as before. */
async function changesSince(
  context: CliContext,
  options: ValidateOptions,
  sweep: Omit<ChangesOptions, 'bus' | 'home' | 'logger'>,
): Promise<PlanChanges | null> {
  const logger = createCliLogger(context, options);
  if (!usesNats(context, options) && !existsSync(context.home(options.home))) return null;
  try {
    const home = await openHomeResults(context, options, logger);
    try {
      return await withBus(context, options, (bus) => findChanges({ ...sweep, bus, home, logger }));
    } finally {
      await home?.close();
    }
  } catch (thrown) {
    const { code, message } = asSweepError(thrown);
    if (code !== 'BUS_EMPTY')
      logger.warn('the file is not compared with its latest study', { error: message });
    return null;
  }
}

const PLAIN = { head: [], border: [], compact: true };

/** What Keras calls the summary of the first trial. */
function describeLayers({ variant, firstTrial, layers, ...model }: ModelDescription): string[] {
  if (layers.length === 0) return [];
  const table = new Table({
    head: ['layer', 'output shape', 'parameters'],
    style: PLAIN,
    colAligns: ['left', 'left', 'right'],
  });
  for (const { name, outputShape, parameters } of layers)
    table.push([name, `[${outputShape.join(', ')}]`, inGroups(parameters)]);
  return [
    `first trial${variant === null ? '' : ` of ${printable(variant)}`}: ${paramsText(firstTrial?.params ?? {}) || 'nothing is searched'}`,
    table.toString(),
    describeSizes(model),
  ];
}

/** From the smallest trial to the largest: one that runs out of memory is rarely the first. */
function describeSizes({
  smallest,
  largest,
  parameters,
}: Pick<ModelDescription, 'smallest' | 'largest' | 'parameters'>): string {
  if (smallest === null || largest === null) return `${inGroups(parameters)} parameters`;
  const counts = inGroups(smallest.parameters, largest.parameters);
  const megabytes = inGroups(inMegabytes(smallest.memoryBytes), inMegabytes(largest.memoryBytes));
  const which = smallest === largest ? '' : `, most with ${paramsText(largest.params)}`;
  return `${counts} parameters, about ${megabytes} MB a trial${which}`;
}

function describeVariants(models: readonly ModelDescription[]): string {
  const table = new Table({
    head: ['variant', 'trials', 'layers', 'parameters', 'MB', 'ms a step', 'ETA'],
    style: PLAIN,
    colAligns: ['left', 'right', 'left', 'right', 'right', 'right', 'right'],
  });
  for (const model of models)
    table.push([
      printable(model.variant ?? ''),
      model.trials ?? '∞',
      layersInWords(model),
      inGroups(model.smallest?.parameters ?? model.parameters, model.largest?.parameters ?? model.parameters),
      inGroups(inMegabytes(model.memoryBytesPerTrial)),
      model.stepMs?.toFixed(1) ?? '',
      model.etaMs === null ? '' : formatDuration(model.etaMs),
    ]);
  return table.toString();
}

/** `conv1d, maxPooling1d, gru, dense`: repeated neighbours are counted. */
function layersInWords({ layers }: ModelDescription): string {
  const groups: { type: string; count: number }[] = [];
  for (const { type } of layers) {
    const last = groups.at(-1);
    if (last?.type === type) last.count += 1;
    else groups.push({ type, count: 1 });
  }
  return groups.map(({ type, count }) => (count > 1 ? `${count} ${type}` : type)).join(', ');
}

function describeStep({ stepMs, parameters }: ModelDescription): string[] {
  if (stepMs === null) return [];
  return [`${stepMs.toFixed(1)} ms ${parameters > 0 ? 'a training step' : 'an evaluation batch'}`];
}

function describeSamples(samples: SampleCounts, variant: string | null): string[] {
  const { train, validation, test, validationStride, batchSize, batchesPerEpoch, acrossBreaks } = samples;
  const stride = validationStride === 1 ? '' : ` (one of ${validationStride} is evaluated)`;
  const batches =
    batchesPerEpoch === 0 ? '' : `; ${inGroups(batchesPerEpoch)} batches of ${batchSize} an epoch`;
  return [
    `samples${variant === null ? '' : ` of ${printable(variant)}`}: train ${inGroups(train)}, validation ${inGroups(validation)}${stride}, ` +
      `test ${inGroups(test)}${batches}`,
    ...(acrossBreaks === 0
      ? []
      : [`up to ${inGroups(acrossBreaks)} of them read across a break in the times`]),
  ];
}

function withoutWarnings({ warnings: _, ...windows }: JudgedWindows): Omit<JudgedWindows, 'warnings'> {
  return windows;
}

/** What the longest window takes from all the others, and what is left. */
function describeWindows({ validation, test, longest, shortest, lost, warnings }: JudgedWindows): string[] {
  const place = ({ lookback, delay, path }: WindowPlace): string =>
    `lookback ${inGroups(lookback)}, delay ${inGroups(delay)}: ${path}`;
  const isSame = lost.validation === 0 && lost.test === 0;
  return [
    `windows: every trial is judged on the same ${inGroups(validation)} validation and ${inGroups(test)} test windows`,
    ...(isSame
      ? []
      : [
          `the longest (${place(longest)}) costs ${inGroups(lost.validation)} and ${inGroups(lost.test)} of them against the shortest (${place(shortest)})`,
        ]),
    ...warnings.map((warning) => `WARNING: ${warning}`),
  ];
}

function inWords(etaMs: number): string {
  return etaMs < 1000 ? 'less than a second' : `about ${formatDuration(etaMs)}`;
}

/** `4,577`, or `101 to 4,577`. */
function inGroups(low: number, high = low): string {
  const [from, to] = [low, high].map((count) => count.toLocaleString('en-US'));
  return from === to ? `${from}` : `${from} to ${to}`;
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
