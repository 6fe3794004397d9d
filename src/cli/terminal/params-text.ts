// The parameters of a trial in one line: `cell=gru units=32`.
import type { Params } from '../../study/trial.js';

export function paramsText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
