// What `--pareto METRIC` looks at: a study as it stands beside any figure of its trials, not the second objective alone that
// its sweep file names. Pure.
import { SweepError } from '../errors.js';
import { isMetric, METRICS } from '../model/metric.js';
import { unaliasMetric } from '../model/metric-alias.js';
import type { StudyView } from '../study/study-view.js';
import type { SecondMetric } from '../study/trial/second-metric.js';
import { suggest } from '../wording/suggest.js';
import { metricField } from './named-fields.js';
import { figureHeaded, rowFigures, secondOfRow } from './outputs/second-figure.js';

const WAYS = ['minimize', 'maximize'] as const;

/**
 * The view with `asked`, if it is a name, for its second objective: `latency_ms`, or `throughput:maximize` where more is better and nothing
 * says so. Throws USAGE for what no trial reports; before the first result there is nothing to hold it against.
 */
export function besideAsked(view: StudyView, asked: boolean | string | undefined): StudyView {
  const { header } = view;
  if (header === null || typeof asked !== 'string') return view;
  const known = figureNames(view);
  const also = readAsked(asked, view, known);
  if (also.metric === header.metric)
    throw new SweepError('USAGE', `--pareto: ${also.metric} is the study's objective itself`, {
      hint: `name another figure: ${known.join(', ')}`,
    });
  const hasResult = view.rows.length > 0;
  if (hasResult && !known.includes(also.metric))
    throw new SweepError(
      'USAGE',
      `--pareto: no trial of ${header.study} reports ${JSON.stringify(also.metric)}`,
      {
        hint: hintFor(also.metric, known),
      },
    );
  return { ...view, header: { ...header, also } };
}

/** All that rows can be weighed by beside the objective: what was measured, and what it took. */
export function figureNames(view: StudyView): string[] {
  const { rows, header } = view;
  const reported = new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)));
  const names = [...new Set([...reported, ...rowFigures()])];
  const has = (metric: string): boolean =>
    rows.some((row) => secondOfRow({ metric, direction: 'minimize' }, row) !== null);
  return names.filter((name) => name !== header?.metric && has(name));
}

function hintFor(name: string, known: readonly string[]): string {
  const near = suggest(name, known);
  const all = `what there is: ${known.join(', ')}`;
  return near?.startsWith('did you mean') === true ? `${near} ${all}` : all;
}

function readAsked(asked: string, { header }: StudyView, known: readonly string[]): SecondMetric {
  const way = WAYS.find((one) => !known.includes(asked) && asked.endsWith(`:${one}`));
  const given = way === undefined ? asked : asked.slice(0, -way.length - 1);
  const prefix = metricField('');
  const named = known.includes(given) || !given.startsWith(prefix) ? given : given.slice(prefix.length);
  const plain = unaliasMetric(named);
  const metric = known.includes(plain) ? plain : (figureHeaded(plain) ?? plain);
  const own = header?.also?.metric === metric ? header.also.direction : undefined;
  return { metric, direction: way ?? own ?? usualWay(metric) };
}

function usualWay(metric: string): SecondMetric['direction'] {
  if (metric === 'coverage') return 'maximize';
  return isMetric(metric) ? METRICS[metric].direction : 'minimize';
}
