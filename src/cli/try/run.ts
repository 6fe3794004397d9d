// What `sweep try` does: one trial of a sweep file in a trial thread of this process, as any other trial, told as it goes.
import { listenForInterrupts } from '../../../worker/interrupts.js';
import { unpackProgram } from '../../../worker/node/program-cache.js';
import { shareMachine } from '../../../worker/runners/program-settings.js';
import { runnerOf } from '../../../worker/runners/registry.js';
import {
  openTrialPool,
  TRIAL_TASK_FILE,
  type TrialOutcome,
  type TrialPool,
} from '../../../worker/thread/trial-pool.js';
import { planStudy } from '../../coordinator/plan/spec-plan.js';
import type { PlannedTrial, StudyPlan } from '../../coordinator/plan/study-plan.js';
import { secondOf } from '../../study/trial/second-metric.js';
import type { EpochReport, Params, ParamValue } from '../../study/trial/trial.js';
import { readOverride } from '../../sweep-file/text/overrides.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { openCliEngine } from '../open-cli-engine.js';
import { readDevices } from '../options/program-options.js';
import { prepareFor, readSweepFile, type SweepFileFlags } from '../options/sweep-file.js';

export interface TryOptions extends SweepFileFlags {
  readonly devices?: string;
  readonly json?: boolean;
}

interface Traced {
  readonly heading: string;
  readonly text: string;
}

export async function tryTrial(context: CliContext, file: string, options: TryOptions): Promise<number> {
  const { set = [], ...rest } = options;
  const { space } = (await readSweepFile(file, rest)).spec;
  const isDimension = (text: string): boolean => Object.hasOwn(space, text.split('=')[0] ?? '');
  const fields = set.filter((text) => !isDimension(text));
  const sweep = await readSweepFile(file, { ...rest, set: fields });
  const dataset = await prepareFor(context, sweep, true);
  const engine = await openCliEngine(context);
  const plan = planStudy(sweep.spec, dataset, engine);
  const given = Object.fromEntries(set.filter(isDimension).map(readParam));
  const planned = plan.resolve({ ...startingPoint(plan, sweep.spec), ...given }, 0);
  const digest = runnerOf(planned.config).filesOf(planned.config);
  if (digest !== null && sweep.bundle) unpackProgram(context.cacheDirectory, digest, sweep.bundle);
  const programs = shareMachine(context.environment, 1, readDevices(options));
  const { cacheDirectory } = context;
  const settings = { engine: engine.name, kernels: engine.native, cacheDirectory, programs };
  const say = (heading: string, text: string): void => {
    if (options.json !== true)
      for (const line of text.split('\n')) context.stdout.write(`${heading.padEnd(12)} ${printable(line)}\n`);
  };
  say('trial', `${planned.trial}, seed ${planned.config.seed}`);
  for (const [name, value] of Object.entries(planned.params)) say('parameter', `${name} = ${String(value)}`);
  const { trialTimeoutMs: timeLimitMs } = sweep.spec.limits;
  const pool = openTrialPool({ threads: 1, taskFile: TRIAL_TASK_FILE, settings });
  try {
    return await runOne(context, { planned, plan, pool, say, timeLimitMs }, options);
  } finally {
    await pool.close();
  }
}

interface OneTrial {
  readonly planned: PlannedTrial;
  readonly plan: StudyPlan;
  readonly pool: TrialPool;
  readonly timeLimitMs: number | null;
  say(heading: string, text: string): void;
}

async function runOne(context: CliContext, one: OneTrial, options: TryOptions): Promise<number> {
  const { planned, plan, pool, say } = one;
  const traced: Traced[] = [];
  const reports: EpochReport[] = [];
  const tell = (heading: string, text: string): void => {
    traced.push({ heading, text });
    say(heading, text);
  };
  const { config } = planned;
  const running = pool.run({
    config,
    objective: plan.objective,
    checkpoint: null,
    timeLimitMs: one.timeLimitMs,
    attempt: { trial: planned.trial, attempt: 1 },
    onReport(report) {
      reports.push(report);
      say('epoch', `${report.epoch}: ${JSON.stringify(report.metrics)}`);
    },
    onCheckpoint: (epoch, bytes) => tell('checkpoint', `of epoch ${epoch}, ${bytes.length} bytes`),
    onWarning: (text) => tell('warning', text),
    onTrace: tell,
  });
  const interrupts = listenForInterrupts({
    onFirst: () => running.requestStop('interrupt'),
    onSecond: () => {},
  });
  const end = await running.outcome.finally(() => interrupts.release());
  warnOfSecond(plan, end, tell);
  if (options.json === true) writeDocument(context, planned, traced, reports, end);
  return conclude(say, end);
}

/** A dimension holds no lists and no objects: what is written as one is a text. */
function readParam(text: string): [name: string, value: ParamValue] {
  const { value } = readOverride(text);
  const equals = text.indexOf('=');
  const isPlain = value === null || typeof value !== 'object';
  return [text.slice(0, equals), isPlain ? (value as ParamValue) : text.slice(equals + 1).trim()];
}

/** A second objective that nobody reports leaves every trial off the front. */
function warnOfSecond({ also }: StudyPlan, end: TrialOutcome, say: OneTrial['say']): void {
  if (also === null || end.type !== 'finished') return;
  const { result } = end;
  if (secondOf(also, { metrics: result.metrics, result }) === null)
    say('warning', `no value of "${also.metric}" (objective.also) came back: report it beside the objective`);
}

/** The point that stands for all where none is given. */
function startingPoint(
  plan: StudyPlan,
  {
    baseline,
    enqueue,
  }: { readonly baseline?: Params | undefined; readonly enqueue?: readonly Params[] | undefined },
): Params {
  const known = baseline ?? enqueue?.[0];
  if (known !== undefined) return known;
  for (const params of plan.samplePoints()) return params;
  return {};
}

function writeDocument(
  context: CliContext,
  { trial, params, config }: PlannedTrial,
  traced: readonly Traced[],
  reports: readonly EpochReport[],
  end: TrialOutcome,
): void {
  const outcome =
    end.type === 'finished'
      ? { type: end.type, result: end.result }
      : end.type === 'failed'
        ? { type: end.type, error: end.error.toWire() }
        : end;
  context.stdout.write(
    `${JSON.stringify({ trial, params, config, trace: traced, reports, outcome }, null, 2)}\n`,
  );
}

function conclude(say: OneTrial['say'], end: TrialOutcome): number {
  switch (end.type) {
    case 'finished': {
      const { state, objective, bestEpoch, epochs, metrics } = end.result;
      say('result', `${state}: objective ${objective} at epoch ${bestEpoch} of ${epochs}`);
      say('metrics', JSON.stringify(metrics));
      return 0;
    }
    case 'failed':
      say('failed', `${end.error.code}: ${end.error.message}`);
      if (end.error.hint !== undefined) say('hint', end.error.hint);
      return 1;
    case 'paused':
      // Nobody asked for it here: a trial that is tried runs to its end.
      say('paused', `after ${end.epoch} epochs`);
      return 0;
    case 'interrupted':
      say('interrupted', `after ${end.epoch} epochs`);
      return 3;
  }
}
