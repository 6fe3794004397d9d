// Which plots there are, and what may be said of them on the command line.
import type { BusFlags } from '../open-bus.js';

export const PLOTS = [
  'history',
  'curves',
  'importance',
  'parallel',
  'slice',
  'forecast',
  'horizon',
  'confusion',
] as const;
export type PlotName = (typeof PLOTS)[number];

export interface PlotOptions extends BusFlags {
  readonly trial?: string;
  readonly column?: string;
  readonly series?: string;
  readonly from?: number;
  readonly windows?: number;
  readonly param?: string;
  readonly top?: number;
  readonly json?: boolean;
}
