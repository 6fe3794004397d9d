// A row in a few lines, for a tooltip or a screen reader.
import type { DashboardRow } from '../wire.js';
import { metricName, objectiveWithUnit } from './figures.js';
import { ink, rampColor } from './plots/colors.js';
import type { StudyStore } from './study-store.js';

const MOST_PARAMS = 10;

export function stateText(state: DashboardRow['state']): string {
  return state.toLowerCase();
}

export function rowLines(store: StudyStore, row: DashboardRow): string[] {
  const facts = store.facts!;
  const rank = store.rankOf(row);
  const params = store.axes.filter(({ isObjective }) => !isObjective);
  return [
    rank === null
      ? `trial ${row.index + 1}, ${stateText(row.state)}`
      : `rank ${rank}, ${stateText(row.state)}`,
    ...(row.objective === null
      ? []
      : [`${metricName(facts.metric)} ${objectiveWithUnit(facts, row.objective)}`]),
    ...params.slice(0, MOST_PARAMS).map((axis) => `${axis.title} ${axis.textOf(row)}`),
    ...(params.length > MOST_PARAMS ? [`and ${params.length - MOST_PARAMS} more`] : []),
  ];
}

/** The better its rank, the stronger; of those without one by what became of them. */
export function rowColor(store: StudyStore, row: DashboardRow): string {
  const rank = store.rankOf(row);
  if (row.state === 'FAILED') return ink().failed;
  if (rank === null) return ink().running;
  return rampColor((1 - (rank - 1) / Math.max(1, store.ranked)) ** 2);
}

/** What tells it from the others, in a line. */
export function rowName(store: StudyStore, row: DashboardRow): string {
  const varying = store.axes.filter(({ isObjective }) => !isObjective);
  const text = varying
    .slice(0, 4)
    .map((axis) => `${axis.title}=${axis.textOf(row)}`)
    .join(' ');
  return text === '' ? row.trial.slice(0, 8) : text;
}
