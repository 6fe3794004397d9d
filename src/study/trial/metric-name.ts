// Which texts name a metric: known to the page as well, which has no schemas.
export const METRIC_NAME = /^(?!__proto__$)[A-Za-z_][\w./@:-]{0,63}$/;

export function isMetricName(value: unknown): value is string {
  return typeof value === 'string' && METRIC_NAME.test(value);
}
