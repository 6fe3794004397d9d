// The trials that run, a line each: how far, how good, where, and what it would take to lead. Pure.

import { TRIAL_DIGITS } from '../../../leaderboard/table-columns.js';
import { runningTrials, type StudyView } from '../../../study/study-view.js';
import type { OpenTrial } from '../../../study/trial/open-trial.js';
import { DASH } from '../../../wording/figures.js';
import type { ObjectiveWords } from '../objective-words.js';
import { type Column, layOut } from '../screen/columns.js';
import type { Line, Style } from '../screen/styled-line.js';
import type { LiveState } from './live-state.js';
import { sparkline } from './sparkline.js';

const SPARK_WIDTH = 16;

/** In the order of the search. */
export function listRunning(view: StudyView): OpenTrial[] {
  return runningTrials(view).sort((left, right) => left.index - right.index);
}

/** The objective's metric in its reports; null where an epoch has none. */
export function reportedValues(trial: OpenTrial, metric: string | null): (number | null)[] {
  return trial.reports.map(({ metrics }) => (metric === null ? null : (metrics[metric] ?? null)));
}

export interface Lead {
  readonly text: string;
  readonly leads: boolean;
}

/** Against the best complete row; null while nothing was reported. */
export function leadOf(trial: OpenTrial, view: StudyView, words: ObjectiveWords): Lead | null {
  const { header } = view;
  const sign = header?.direction === 'maximize' ? -1 : 1;
  const values = reportedValues(trial, header?.metric ?? null).filter(
    (value): value is number => value !== null && Number.isFinite(value),
  );
  const reached = valueThatCounts(values, header?.spec, sign);
  if (reached === null) return null;
  const leader = view.rows.find(({ state }) => state === 'COMPLETE');
  if (leader === undefined) return { text: 'first to complete leads', leads: false };
  const difference = leader.objective - reached;
  if (sign * difference > 0)
    return { text: `leads by ${words.sayDifference(Math.abs(difference)).slice(1)}`, leads: true };
  return { text: `${words.sayDifference(difference)} to lead`, leads: false };
}

function valueThatCounts(values: readonly number[], spec: unknown, sign: number): number | null {
  const { objective } = (spec ?? {}) as { readonly objective?: { readonly epoch?: unknown } };
  if (values.length === 0) return null;
  if (objective?.epoch === 'last') return values.at(-1)!;
  return values.reduce((best, value) => (sign * value < sign * best ? value : best));
}

/** A head, then a line for each of `shown`. */
export function runningLines(
  state: LiveState,
  shown: readonly OpenTrial[],
  words: ObjectiveWords,
  selected: string | null,
  width: number,
): Line[] {
  const { view, plan, board } = state;
  const metric = view.header?.metric ?? null;
  const leads = new Map(shown.map((trial) => [trial, leadOf(trial, view, words)]));
  const values = new Map(shown.map((trial) => [trial, reportedValues(trial, metric)]));
  const columns: Column<OpenTrial>[] = [
    { head: 'running', cell: ({ trial }) => trial.slice(0, TRIAL_DIGITS) },
    { head: 'epoch', align: 'right', cell: (trial) => epochText(trial, plan.epochsOf(trial.params)) },
    {
      head: 'value',
      align: 'right',
      cell: (trial) => {
        const last = values.get(trial)!.at(-1);
        return last == null ? DASH : words.say(last);
      },
    },
    {
      head: '',
      most: SPARK_WIDTH,
      dropOrder: 2,
      cell: (trial) => sparkline(values.get(trial)!, SPARK_WIDTH),
      style: () => 'cyan',
    },
    {
      head: 'to lead',
      most: 28,
      cell: (trial) => leads.get(trial)?.text ?? 'nothing reported yet',
      style: (trial): Style | undefined => (leads.get(trial)?.leads === true ? 'green' : 'dim'),
    },
    { head: 'worker', most: 20, dropOrder: 3, cell: ({ worker }) => worker ?? '' },
    {
      head: 'parameters',
      dropOrder: 1,
      least: 12,
      cell: ({ params }) => (params === null ? '' : board.paramsText(params)),
    },
  ];
  const table = layOut(columns, shown, width);
  return [
    table.head,
    ...shown.map((trial) => table.line(trial, trial.trial === selected ? 'inverse' : undefined)),
  ];
}

function epochText({ reports, fromEpoch, attempt }: OpenTrial, epochs: number | null): string {
  const epoch = Math.max(fromEpoch, reports.at(-1)?.epoch ?? 0);
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  if (epochs === null) return `${epoch === 0 ? DASH : epoch}${again}`;
  return `${epoch}/${epochs}${again}`;
}
