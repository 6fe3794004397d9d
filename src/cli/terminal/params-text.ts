// The parameters of a trial in one line: `cell=gru units=32`.

import type { Params } from '../../study/trial/trial.js';
import { printable } from '../../wording/printable.js';

export function paramsText(params: Params): string {
  return Object.entries(params)
    .map(([name, value]) => `${printable(name)}=${printable(String(value))}`)
    .join(' ');
}
