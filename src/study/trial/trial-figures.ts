// With how many digits the errors of one trial are written: those of its epochs are compared with each other, its objective
// with those of the study's other trials. Pure.
import { figureFormat } from '../../wording/figures.js';
import type { LoggedEvent } from '../events.js';

/** Stands for the metric that ranks, whatever its name. */
export const OBJECTIVE = 'objective';

/** `others`: the least and the greatest objective of the study's trials. The format of each metric, or of OBJECTIVE. */
export function trialFigures(
  events: Iterable<LoggedEvent>,
  trial: string,
  others: readonly number[],
): (metric: string) => (value: number) => string {
  const epochs = new Map<string, number[]>();
  const beside: number[] = [];
  let ranking: string | undefined;
  for (const { event } of events) {
    if (event.type === 'study.created') {
      ranking = (event.spec as { readonly objective?: { readonly metric?: string } } | null)?.objective
        ?.metric;
    } else if (event.type === 'trial.finished' && event.trial === trial) {
      const { objective, baselineMae, objectiveInterval } = event.result;
      beside.push(objective, ...(objectiveInterval ?? []), ...(baselineMae === null ? [] : [baselineMae]));
    } else if (event.type === 'trial.report' && event.trial === trial) {
      for (const [metric, value] of Object.entries(event.report.metrics)) {
        const values = epochs.get(metric) ?? [];
        values.push(value);
        epochs.set(metric, values);
      }
    }
  }
  const ranked = ranking === undefined ? [] : (epochs.get(ranking) ?? []);
  const objective = figureFormat(others, ranked, beside);
  return (metric) =>
    metric === OBJECTIVE || metric === ranking ? objective : figureFormat(epochs.get(metric) ?? []);
}
