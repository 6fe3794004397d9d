// What `sweep insight` prints: the study's rows, all of them, beside the space that they were drawn from.
import { describeInsight } from '../../leaderboard/insight.js';
import { insightText } from '../../leaderboard/insight-text.js';
import { syntheticWarning } from '../../leaderboard/synthetic-warning.js';
import { axesOf } from '../../search/space/axes.js';
import type { FinishedRow } from '../../study/finished-row.js';
import { headerOf } from '../../study/study-view.js';
import type { Params } from '../../study/trial/trial.js';
import { dimensionOf, isReference } from '../../sweep-file/reference.js';
import { fillInactive } from '../../sweep-file/resolve-section.js';
import { reviveSweepSpec, type SweepSpec } from '../../sweep-file/sweep-spec.js';
import { taskOfData } from '../../task/registry.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { readStudy } from '../read-study.js';

export async function showInsight(
  context: CliContext,
  study: string,
  options: BusFlags & { readonly json?: boolean },
): Promise<number> {
  const view = await readStudy(context, options, study, Number.POSITIVE_INFINITY);
  const { study: id, direction, metric, dataset, ...header } = headerOf(view);
  const spec = reviveSweepSpec(header.spec);
  const partial = [...view.partialRows.values()].filter((row): row is FinishedRow => row.seeds.length > 0);
  const insight = describeInsight({
    rows: [...view.rows, ...partial],
    direction,
    metric,
    axes: axesOf(spec.space),
    epochsOf: (params) => plannedEpochs(spec, params),
  });
  if (options.json === true) {
    const facts = { study: id, state: view.state, metric, direction };
    const data = dataset === null ? null : { source: dataset.source, synthetic: dataset.synthetic };
    context.stdout.write(`${JSON.stringify({ ...facts, dataset: data, ...insight }, null, 2)}\n`);
    return 0;
  }
  const useColor = context.colors.stdout.isColorSupported;
  const warning =
    dataset?.synthetic === true ? `${syntheticWarning(dataset.source, taskOfData(dataset))}\n` : '';
  context.stdout.write(`${insightText(insight, { metric: metric ?? 'objective', useColor })}${warning}`);
  return 0;
}

/** What the sweep file has a trial of these parameters train; null: nothing. */
function plannedEpochs({ space, training, variants }: SweepSpec, params: Params): number | null {
  const epochs = (training ?? variants?.[String(params.variant)]?.training)?.epochs;
  if (epochs === undefined) return null;
  const value = isReference(epochs) ? fillInactive(space, params).params[dimensionOf(epochs)] : epochs;
  return typeof value === 'number' ? value : null;
}
