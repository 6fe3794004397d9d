// Rows of the leaderboard as a CSV: what they are, not how they are written on the page. Pure.
import type { DashboardRow } from '../../wire.js';
import type { StudyStore } from '../study-store.js';

/** In the order given; the objective in the unit that the page tells it in. */
export function boardCsv(store: StudyStore, rows: readonly DashboardRow[]): string {
  const { paramNames, metricNames, metric, unit, unitScale, also } = store.facts!;
  const scale = unitScale ?? 1;
  const inUnit = (value: number | null): number | null => (value === null ? null : value * scale);
  const heads = [
    ...['rank', 'trial', 'index', 'state'],
    unit === '' ? metric : `${metric} (${unit})`,
    ...['low', 'high'],
    ...paramNames.map((name) => `params.${name}`),
    ...(also === null ? [] : [also.metric]),
    ...metricNames,
    ...['bestEpoch', 'epochs', 'durationMs', 'parameters', 'worker', 'attempts', 'cached', 'error'],
  ];
  const lines = rows.map((row) => [
    ...[store.rankOf(row), row.trial, row.index, row.state, inUnit(row.objective)],
    ...[inUnit(row.low), inUnit(row.high)],
    ...paramNames.map((_, at) => row.params[at] ?? null),
    ...(also === null ? [] : [row.second]),
    ...metricNames.map((_, at) => row.metrics[at] ?? null),
    ...[row.bestEpoch, row.epochs, row.durationMs, row.parameters, row.worker, row.attempts, row.cached],
    row.error,
  ]);
  return [heads, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula is quoted by an apostrophe. */
function field(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
