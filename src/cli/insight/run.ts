// What `sweep insight` prints: the study's rows, all of them, beside the space that they were drawn from.
import { insightOf } from '../../coordinator/archive/study-insight.js';
import { insightText } from '../../leaderboard/insight-text.js';
import { syntheticWarning } from '../../leaderboard/synthetic-warning.js';
import { headerOf } from '../../study/study-view.js';
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
  const { study: id, direction, metric, dataset } = headerOf(view);
  const insight = insightOf(view);
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
