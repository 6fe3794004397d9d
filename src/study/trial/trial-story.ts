// The whole story of one trial in words: what `explain` tells. A pure fold over the study's events; where the trial stands
// comes from the same state machine as everywhere (open-trial.ts).

import { formatDuration } from '../../wording/duration.js';
import { countOf } from '../../wording/plural.js';
import type { DatasetInfo, LoggedEvent, StudyEvent } from '../events.js';
import { describeBlock } from '../origin-block.js';
import { advanceTrial, newOpenTrial, type OpenTrial } from './open-trial.js';
import { parentOf } from './segment.js';
import type { Metrics, Params, TrialResult, TrialState } from './trial.js';
import { OBJECTIVE, trialFigures } from './trial-figures.js';

type TrialEvent = Extract<StudyEvent, { index: number }>;
type TerminalEvent = Extract<TrialEvent, { type: 'trial.finished' | 'trial.failed' }>;

/** How a value of a metric, or of the objective, is written. */
type Figures = (metric: string, value: number) => string;

export interface StoryLine {
  readonly seq: number;
  readonly at: string;
  readonly text: string;
}

export interface TrialStory {
  readonly trial: string;
  readonly index: number;
  readonly params: Params | null;
  readonly state: TrialState;
  readonly lines: readonly StoryLine[];
  /** Why it is where it is, in one sentence. */
  readonly conclusion: string;
  /** The last lines that its program wrote before its last failure; absent: it has none. */
  readonly output?: string;
}

/**
 * The story of the trial with this id; null when the events do not know it. Several indices of one trial are one story.
 * `others`: the least and the greatest objective of the study, which its own is compared with.
 */
export function describeTrial(
  events: readonly LoggedEvent[],
  trial: string,
  others: readonly number[] = [],
): TrialStory | null {
  const lines: StoryLine[] = [];
  let open: OpenTrial | null = null;
  let ending: TerminalEvent | null = null;
  let studyState: string | null = null;
  let dataset: DatasetInfo | null | undefined;
  const written = trialFigures(events, trial, others);
  const figures: Figures = (metric, value) => String(Number(written(metric)(value)));
  for (const { seq, at, event } of events) {
    if (event.type === 'study.state') studyState = event.state;
    if (event.type === 'study.created') dataset = event.dataset;
    if (!('index' in event) || event.trial !== trial) continue;
    const isTerminal = event.type === 'trial.finished' || (event.type === 'trial.failed' && event.final);
    const isIgnored = ending !== null;
    lines.push({ seq, at, text: tellInContext(event, ending, (one) => tell(one, figures, dataset)) });
    open ??= newOpenTrial(trial, event.index);
    if (event.type === 'trial.stop' && event.index === open.index) open = advanceTrial(open, event, at);
    if (isIgnored) continue;
    if (event.type !== 'trial.finished') open = advanceTrial(open, event, at);
    if (isTerminal) ending = event;
  }
  if (open === null) return null;
  return {
    trial,
    index: open.index,
    params: ending?.params ?? open.params,
    state: stateOf(open, ending),
    lines,
    conclusion: conclude(open, ending, studyState),
    ...outputOf(open, ending),
  };
}

function tellInContext(
  event: TrialEvent,
  ending: TerminalEvent | null,
  say: (event: TrialEvent) => string,
): string {
  if (ending === null) return say(event);
  if (event.index !== ending.index)
    return `the same trial at place ${event.index} of the study: ${say(event)}`;
  if (event.type === 'trial.stop' && event.counted !== undefined)
    return `stopped in hindsight, as those before it were slower${tellLastEpoch(event)}: ${event.reason}`;
  return `ignored, as it had ended: ${say(event)}`;
}

function outputOf(open: OpenTrial, ending: TerminalEvent | null): { readonly output?: string } {
  if (ending?.type === 'trial.finished') return {};
  const output = (ending?.error ?? open.lastError)?.output;
  return output === undefined ? {} : { output };
}

function stateOf(open: OpenTrial, ending: TerminalEvent | null): TrialState {
  if (ending === null) return open.state;
  if (ending.type === 'trial.failed') return 'FAILED';
  return wasStopped(open, ending.result) ? 'PRUNED' : 'COMPLETE';
}

/** Also where it had trained past its stop, even to the end, when the order reached it. */
function wasStopped({ stopEpoch }: OpenTrial, { state, epochs }: TrialResult): boolean {
  return state === 'PRUNED' || (stopEpoch !== null && epochs >= stopEpoch);
}

/** With a dataset, or where nobody knows, it is trained by an engine, which is then named. */
function tell(event: TrialEvent, figures: Figures, dataset: DatasetInfo | null | undefined): string {
  const isTrained = dataset !== null;
  switch (event.type) {
    case 'trial.queued':
      return event.attempt === 1
        ? `queued for ${workersFor(event.requires)}${tellOrigin(event)}${tellBlock(dataset, event.index)}${event.reason === undefined ? '' : `; ${event.reason}`}`
        : `queued again, as attempt ${event.attempt}, for ${workersFor(event.requires)}${
            event.reason === undefined ? '' : `, as it goes on: ${event.reason}`
          }`;
    case 'trial.started':
      return `attempt ${event.attempt}: ${event.worker} began ${
        event.fromEpoch === 0 && event.fromStep === undefined
          ? 'from the start'
          : `from the checkpoint of ${tellPlace(event.fromEpoch, event.fromStep)}`
      }${isTrained ? ` (${event.engine})` : ''}`;
    case 'trial.report':
      return `epoch ${event.report.epoch}: ${tellMetrics(event.report.metrics, figures)} in ${formatDuration(event.report.durationMs)}`;
    case 'trial.checkpoint':
      return `checkpoint of ${tellPlace(event.epoch, event.step)} stored`;
    case 'trial.stop':
      return `asked to stop${tellLastEpoch(event)}: ${event.reason}`;
    case 'trial.finished':
      return event.cached
        ? `taken from the result cache: objective ${figures(OBJECTIVE, event.result.objective)}, computed by ${event.worker}${event.reason === undefined ? '' : `; ${event.reason}`}`
        : `${event.result.state === 'PRUNED' ? 'stopped early' : 'complete'} on ${event.worker}: objective ${figures(
            OBJECTIVE,
            event.result.objective,
          )} at epoch ${event.result.bestEpoch} of ${event.result.epochs}`;
    case 'trial.failed':
      return `attempt ${event.attempt} failed${event.worker === null ? '' : ` on ${event.worker}`}: ${event.error.code}, ${
        event.error.message
      }${event.final ? ' (no further attempt)' : ''}`;
    case 'trial.paused':
      return `attempt ${event.attempt}: it waits after epoch ${event.epoch}, objective ${figures(
        OBJECTIVE,
        event.reached.objective,
      )}`;
    case 'trial.returned':
      return `attempt ${event.attempt}: ${event.worker} gave it back: ${event.reason}`;
  }
}

function conclude(open: OpenTrial, ending: TerminalEvent | null, studyState: string | null): string {
  if (ending?.type === 'trial.failed') {
    return `It failed with ${ending.error.code} after ${countOf(Math.max(1, open.failedAttempts), 'attempt')}: ${ending.error.message}`;
  }
  if (ending?.type === 'trial.finished') {
    if (ending.cached && !wasStopped(open, ending.result))
      return 'It was not trained here: the result cache had its result.';
    if (wasStopped(open, ending.result)) {
      return `It was stopped early${open.stopReason === null ? '' : `: ${open.stopReason}`}.`;
    }
    return `It is complete, ${countOf(ending.attempt, 'attempt')}.`;
  }
  if (open.state === 'RUNNING') {
    const last = open.reports.at(-1);
    const progress = last === undefined ? 'no epoch is done yet' : `epoch ${last.epoch} is done`;
    return `It runs on ${open.worker ?? 'a worker'}, attempt ${open.attempt}: ${progress}.`;
  }
  if (studyState !== null && studyState !== 'running') return `It waits, as the study is ${studyState}.`;
  if (open.pausedAt !== null)
    return `It waits after epoch ${open.pausedAt}, until it is among those that go on or no other can come.`;
  if (open.lastError !== null) {
    if (open.reached !== null)
      return `It failed with ${open.lastError.code} and waits for those before it, as they may say that it is stopped before that.`;
    return `It waits for another attempt, as attempt ${open.lastFailedAttempt} failed with ${open.lastError.code}.`;
  }
  return `It waits for a free slot of ${workersFor(open.requires)}.`;
}

function tellBlock(dataset: DatasetInfo | null | undefined, index: number): string {
  const block = describeBlock(dataset, index);
  return block === null ? '' : `; ${block}`;
}

function tellOrigin({ origin, params }: Extract<TrialEvent, { type: 'trial.queued' }>): string {
  if (origin === undefined) return '';
  const parent = parentOf(params);
  if (parent?.epoch === origin.epoch)
    return `, to go on from epoch ${parent.epoch}, where trial ${parent.trial} ended`;
  return `, to go on from epoch ${origin.epoch}, where a shorter training of study ${origin.owner.study} ended`;
}

function tellLastEpoch({ epoch }: Extract<TrialEvent, { type: 'trial.stop' }>): string {
  return epoch === undefined ? '' : ` (what it trains after epoch ${epoch} does not count)`;
}

function workersFor(requires: OpenTrial['requires']): string {
  return requires === 'any' ? 'any worker' : `a ${requires} worker`;
}

/** `epoch`: epochs done; `step`: steps done of the next one. */
function tellPlace(epoch: number, step = 0): string {
  return step === 0 ? `epoch ${epoch}` : `epoch ${epoch + 1}, step ${step},`;
}

function tellMetrics(metrics: Metrics, figures: Figures): string {
  return Object.entries(metrics)
    .map(([metric, value]) => `${metric} ${figures(metric, value)}`)
    .join(', ');
}
