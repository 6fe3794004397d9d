// What a study tells of its search: its rows beside the space that they were drawn from.
import { describeInsight, type StudyInsight } from '../../leaderboard/insight.js';
import { populationOf } from '../../search/registry.js';
import { axesOf } from '../../search/space/axes.js';
import type { FinishedRow } from '../../study/finished-row.js';
import { headerOf, type StudyView } from '../../study/study-view.js';
import type { Params } from '../../study/trial/trial.js';
import { dimensionOf, isReference } from '../../sweep-file/reference.js';
import { fillInactive } from '../../sweep-file/resolve-section.js';
import { reviveSweepSpec, type SweepSpec } from '../../sweep-file/sweep-spec.js';

/** Of a view that holds all rows. */
export function insightOf(view: StudyView): StudyInsight {
  const { direction, metric, spec: written } = headerOf(view);
  const spec = reviveSweepSpec(written);
  const partial = [...view.partialRows.values()].filter((row): row is FinishedRow => row.seeds.length > 0);
  return describeInsight({
    rows: [...view.rows, ...partial],
    direction,
    metric,
    axes: axesOf(spec.space),
    // A segment of a population is planned no longer than it trains.
    epochsOf: (params) => (populationOf(spec.scheduler) === null ? plannedEpochs(spec, params) : null),
  });
}

/** What the sweep file has a trial of these parameters train; null: nothing. */
export function plannedEpochs(
  { space, training, variants, objective }: SweepSpec,
  params: Params,
): number | null {
  if ('epochs' in objective) return objective.epochs ?? null;
  const epochs = (training ?? variants?.[String(params.variant)]?.training)?.epochs;
  if (epochs === undefined) return null;
  const value = isReference(epochs) ? fillInactive(space, params).params[dimensionOf(epochs)] : epochs;
  return typeof value === 'number' ? value : null;
}
