// What `sweep show` and `sweep explain` print of one trial, from its events.

import { missingInterval } from '../../leaderboard/interval-note.js';
import { varyingParams } from '../../leaderboard/row-fields.js';
import { syntheticWarning } from '../../leaderboard/synthetic-warning.js';
import type { DatasetInfo, LoggedEvent, StudyEvent } from '../../study/events.js';
import { HolderCheck } from '../../study/holder-check.js';
import { describeBlock } from '../../study/origin-block.js';
import { fillWithNull } from '../../study/study-space.js';
import { Lineage, type Stretch } from '../../study/trial/lineage.js';
import { advanceTrial, newOpenTrial, type OpenTrial } from '../../study/trial/open-trial.js';
import { weightsOf } from '../../study/trial/second-metric.js';
import type { Params, TrialResult } from '../../study/trial/trial.js';
import { OBJECTIVE, trialFigures } from '../../study/trial/trial-figures.js';
import { describeTrial } from '../../study/trial/trial-story.js';
import { taskOfData } from '../../task/registry.js';
import { DASH, formatCount, formatInterval } from '../../wording/figures.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { findStudy } from '../options/study-argument.js';
import { findTrial, unknownTrial } from '../options/trial-argument.js';
import { withBus } from '../read-study.js';

type TerminalEvent = Extract<StudyEvent, { type: 'trial.finished' | 'trial.failed' }>;
interface TrialOptions extends BusFlags {
  readonly json?: boolean;
}

interface TrialEvents {
  readonly id: string;
  readonly events: readonly LoggedEvent[];
  readonly objectives: readonly number[];
  /** Of a member of a population: what it was trained with, stretch by stretch; null: one point all along. */
  readonly schedule: readonly Stretch[] | null;
}

export async function showTrial(
  context: CliContext,
  study: string,
  trial: string,
  options: TrialOptions,
): Promise<number> {
  const { id, events, objectives, schedule } = await readTrial(context, study, trial, options);
  const { open, ending } = foldTrial(id, events);
  const dataset = datasetOf(events);
  const block = describeBlock(dataset, open.index);
  const result = ending?.type === 'trial.finished' ? ending.result : null;
  const error = ending?.type === 'trial.failed' ? ending.error : open.lastError;
  const params = ending?.params ?? open.params;
  const document = {
    trial: id,
    index: open.index,
    state: ending === null ? open.state : (result?.state ?? 'FAILED'),
    params: params === null ? null : fillWithNull(params, specOf(events)),
    ...(schedule === null ? {} : { schedule }),
    seed: ending?.seed ?? open.seed,
    ...(block === null ? {} : { block }),
    attempts: ending?.attempt ?? open.attempt,
    worker: ending?.worker ?? open.worker,
    cached: ending?.type === 'trial.finished' && ending.cached,
    dataset: dataset === null ? null : { source: dataset.source, synthetic: dataset.synthetic },
    reports: open.reports,
    checkpoints: open.checkpoints,
    result: result === null ? null : { ...result, parameters: weightsOf(result) },
    error,
  };
  context.stdout.write(
    options.json === true
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${describe(context, document, params ?? {}, dataset, trialFigures(events, id, objectives))}${syntheticLine(dataset)}`,
  );
  return 0;
}

export async function explainTrial(
  context: CliContext,
  study: string,
  trial: string,
  options: TrialOptions,
): Promise<number> {
  const { id, events, objectives } = await readTrial(context, study, trial, options);
  const story = describeTrial(events, id, objectives);
  if (story === null) throw unknownTrial(study, trial);
  if (options.json === true) {
    context.stdout.write(`${JSON.stringify(story, null, 2)}\n`);
    return 0;
  }
  const { bold, dim } = context.colors.stdout;
  const lines = story.lines.map(
    ({ at, text }) => `${dim(printable(at).replace('T', ' ').slice(0, 19))}  ${printable(text)}`,
  );
  context.stdout.write(
    `${bold(story.trial)}  ${story.state}\n${lines.join('\n')}\n${printable(story.conclusion)}\n${outputLines(story.output)}${syntheticLine(datasetOf(events))}`,
  );
  return 0;
}

function outputLines(output: string | undefined): string {
  if (output === undefined) return '';
  const lines = output.split('\n').map((line) => `  ${printable(line)}\n`);
  return `its last lines:\n${lines.join('')}`;
}

/**
 * Events of the trial that `argument` names, with those of the study itself between them, and the least and the greatest
 * objective of all trials.
 */
async function readTrial(
  context: CliContext,
  study: string,
  argument: string,
  options: TrialOptions,
): Promise<TrialEvents> {
  return withBus(context, options, async (bus) => {
    const record = await findStudy(bus, study);
    const id = await findTrial(bus, record.study, argument);
    const events: LoggedEvent[] = [];
    let objectives: TrialEvents['objectives'] = [];
    const holders = new HolderCheck();
    const lineage = new Lineage();
    for await (const logged of bus.events(record.study)) {
      if (!holders.admits(logged)) continue;
      const { event } = logged;
      lineage.add(event);
      if (!('trial' in event) || event.trial === id) events.push(logged);
      if (event.type === 'trial.finished') objectives = widen(objectives, event.result.objective);
    }
    return { id, events, objectives, schedule: lineage.of(id) };
  });
}

function widen([low, high]: readonly number[], value: number): readonly number[] {
  if (!Number.isFinite(value)) return low === undefined || high === undefined ? [] : [low, high];
  return [Math.min(low ?? value, value), Math.max(high ?? value, value)];
}

function datasetOf(events: readonly LoggedEvent[]): DatasetInfo | null {
  for (const { event } of events) if (event.type === 'study.created') return event.dataset;
  return null;
}

function specOf(events: readonly LoggedEvent[]): unknown {
  for (const { event } of events) if (event.type === 'study.created') return event.spec;
  return null;
}

function syntheticLine(dataset: DatasetInfo | null): string {
  return dataset?.synthetic === true ? `${syntheticWarning(dataset.source, taskOfData(dataset))}\n` : '';
}

function foldTrial(
  id: string,
  events: readonly LoggedEvent[],
): { readonly open: OpenTrial; readonly ending: TerminalEvent | null } {
  let open: OpenTrial | null = null;
  for (const { event, at } of events) {
    if (!('trial' in event)) continue;
    open ??= newOpenTrial(id, event.index);
    if (event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final)) {
      return { open, ending: event };
    }
    open = advanceTrial(open, event, at);
  }
  return { open: open ?? newOpenTrial(id, 0), ending: null };
}

interface TrialDocument {
  readonly trial: string;
  readonly state: string;
  readonly params: object | null;
  readonly schedule?: readonly Stretch[];
  readonly seed: number | null;
  readonly block?: string;
  readonly attempts: number;
  readonly worker: string | null;
  readonly cached: boolean;
  readonly reports: OpenTrial['reports'];
  readonly result: (Omit<TrialResult, 'parameters'> & { readonly parameters: number | null }) | null;
  readonly error: { readonly code: string; readonly message: string; readonly output?: string } | null;
}

/** null: an older log, or a function, which has no samples. */
function certaintyLine(
  result: NonNullable<TrialDocument['result']>,
  dataset: DatasetInfo | null,
  figure: (value: number) => string,
): string | null {
  const { objectiveInterval } = result;
  if (objectiveInterval !== null) return `95 % interval ${formatInterval(objectiveInterval, figure)}`;
  const reason = missingInterval(result, dataset);
  return reason === null ? null : `no 95 % interval: ${reason}`;
}

/** What stays the same all along stands above them. */
function scheduleLines(schedule: readonly Stretch[]): string[] {
  const changing = varyingParams(schedule);
  return schedule.map(({ trial, firstEpoch, lastEpoch, params }) => {
    const values = changing.map((name) => `${printable(name)} ${printable(String(params[name] ?? DASH))}`);
    const until = lastEpoch === null ? 'from epoch' : 'epochs';
    const epochs = lastEpoch === null ? `${firstEpoch}` : `${firstEpoch} to ${lastEpoch}`;
    return `${until} ${epochs} as trial ${printable(trial)}${values.length === 0 ? '' : `: ${values.join(', ')}`}`;
  });
}

/** `active`: the parameters that the point has. */
function describe(
  context: CliContext,
  document: TrialDocument,
  active: Params,
  dataset: DatasetInfo | null,
  figures: ReturnType<typeof trialFigures>,
): string {
  const { bold } = context.colors.stdout;
  const lines = [`${bold(document.trial)}  ${document.state}${document.cached ? ' (cached)' : ''}`];
  for (const [name, value] of Object.entries(document.params ?? {}))
    lines.push(
      `  ${printable(name)} = ${Object.hasOwn(active, name) ? printable(String(value)) : `${DASH} (inactive)`}`,
    );
  lines.push(...scheduleLines(document.schedule ?? []));
  lines.push(
    `seed ${document.seed}, attempt ${document.attempts}, worker ${printable(document.worker ?? 'none yet')}`,
  );
  if (document.block !== undefined) lines.push(document.block);
  for (const { epoch, metrics } of document.reports) {
    const values = Object.entries(metrics).map(
      ([name, value]) => `${printable(name)} ${figures(name)(value)}`,
    );
    lines.push(`epoch ${epoch}: ${values.join(', ')}`);
  }
  if (document.result !== null) {
    const { objective, bestEpoch, epochs, parameters, weightsDigest } = document.result;
    const figure = figures(OBJECTIVE);
    const certainty = certaintyLine(document.result, dataset, figure);
    lines.push(
      [
        `objective ${figure(objective)}${epochs > 0 ? ` at epoch ${bestEpoch} of ${epochs}` : ''}`,
        ...(parameters === null
          ? []
          : [`${formatCount(parameters)} parameter${parameters === 1 ? '' : 's'}`]),
      ].join(', '),
    );
    lines.push(...judgedLines(document.result, dataset, figure));
    if (certainty !== null) lines.push(certainty);
    if (dataset !== null)
      lines.push(
        ...taskOfData(dataset)
          .describeOutputs(document.result, dataset.classes, dataset.targets)
          .map(printable),
      );
    if (weightsDigest !== undefined) lines.push(`weights ${printable(weightsDigest)}`);
  }
  if (document.error !== null)
    lines.push(printable(`error ${document.error.code}: ${document.error.message}`));
  if (document.error?.output !== undefined) lines.push(outputLines(document.error.output).trimEnd());
  return `${lines.join('\n')}\n`;
}

/** On what it was judged, and what common sense makes of the same. Results of older versions do not say. */
function judgedLines(
  result: NonNullable<TrialDocument['result']>,
  dataset: DatasetInfo | null,
  figure: (value: number) => string,
): string[] {
  if (result.validationSamples === undefined || dataset === null) return [];
  const { words, describeBaselineOf } = taskOfData(dataset);
  const judged = `judged on ${countOf(result.validationSamples, `validation ${words.sample}`)}`;
  const baseline = describeBaselineOf(result, figure);
  return [baseline === '' ? judged : `${judged}; ${baseline}`];
}
