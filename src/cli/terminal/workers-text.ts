// The workers that are alive, in a few words.
import type { WorkerInfo } from '../../bus/bus.js';
import { countOf } from '../../wording/plural.js';

export function describeWorkers(live: readonly Pick<WorkerInfo, 'slots' | 'state' | 'backend'>[]): string {
  if (live.length === 0) return 'none';
  const slots = live.reduce((sum, worker) => sum + worker.slots, 0);
  const quarantined = live.filter(({ state }) => state === 'quarantined').length;
  const backends = [...new Set(live.map(({ backend }) => backend))].sort().join('; ');
  return `${countOf(live.length, 'worker')}, ${countOf(slots, 'slot')}${quarantined === 0 ? '' : `, ${quarantined} quarantined`}, by ${backends}`;
}
