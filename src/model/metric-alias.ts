// Keras' names of metrics, understood wherever a person names one: in a sweep file, on the command line.
import type { MetricName } from '../study/trial.js';

const ALIASES = { valAccuracy: 'validationAccuracy' } as const satisfies Record<string, MetricName>;
type MetricAlias = keyof typeof ALIASES;

export const METRIC_ALIASES = Object.keys(ALIASES) as readonly MetricAlias[];

/** Our name for `name`, which is another's or not. */
export function unaliasMetric<Name extends string>(
  name: Name,
): Exclude<Name, MetricAlias> | (typeof ALIASES)[MetricAlias] {
  const isAlias = (text: string): text is MetricAlias => Object.hasOwn(ALIASES, text);
  return isAlias(name) ? ALIASES[name] : (name as Exclude<Name, MetricAlias>);
}
