// All trials of a study as a table, one row a trial: for programs that read tables.

import { weightsOf } from '../../study/trial/second-metric.js';
import type { ParamValue } from '../../study/trial/trial.js';
import type { TrialRecord } from '../../study/trial/trial-records.js';

export interface TrialTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly ParamValue[])[];
}

const FACTS = [
  'index',
  'trial',
  'state',
  'seed',
  'worker',
  'attempts',
  'cached',
  'startedAt',
  'endedAt',
] as const;
const RESULTS = ['objective', 'bestEpoch', 'epochs', 'parameters', 'durationMs', 'weightsDigest'] as const;

/** Parameters as `params.<name>`, metrics as `metrics.<name>`; null where a trial has no such thing. */
export function trialTable(trials: readonly TrialRecord[]): TrialTable {
  const params = [...new Set(trials.flatMap((trial) => Object.keys(trial.params)))].sort();
  const metrics = [...new Set(trials.flatMap(({ result }) => Object.keys(result?.metrics ?? {})))].sort();
  const head = [
    ...FACTS,
    ...params.map((name) => `params.${name}`),
    ...RESULTS,
    ...metrics.map((name) => `metrics.${name}`),
    'error',
  ];
  const rows = trials.map((trial) => {
    const measured = (trial.result?.metrics ?? {}) as Readonly<Record<string, number | undefined>>;
    return [
      ...FACTS.map((name) => trial[name]),
      ...params.map((name) => trial.params[name] ?? null),
      ...RESULTS.map((name) => figureOf(trial.result, name)),
      ...metrics.map((name) => measured[name] ?? null),
      trial.error,
    ];
  });
  return { head, rows };
}

function figureOf(result: TrialRecord['result'], name: (typeof RESULTS)[number]): string | number | null {
  if (result === null) return null;
  return name === 'parameters' ? weightsOf(result) : (result[name] ?? null);
}

/** GitHub's Markdown. */
export function* markdownLines({ head, rows }: TrialTable): Generator<string> {
  const line = (cells: readonly unknown[]): string => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  yield line(head);
  yield line(head.map(() => '---'));
  for (const row of rows) yield line(row);
}

function markdownCell(value: unknown): string {
  return value === null
    ? ''
    : String(value)
        .replace(/[\\|<>`*_[\]]/g, '\\$&')
        .replace(/\s+/g, ' ');
}
