// Which study `start --continue` goes on with: so that whoever restarts a command that died (a container's supervisor)
// need not know the id that the first start drew.
import type { Bus } from '../bus/bus.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import { canonicalJson } from '../study/canonical-json.js';
import { hasEnded } from '../study/study-view.js';
import { foldStudy } from './read-study.js';
import { byCreation } from './study-argument.js';

/** The state is wanted, not the ranking. */
const ROWS_KEPT = 1;

/** The latest study of exactly this spec that has not ended; null when there is none. */
export async function findUnfinished(bus: Bus, spec: SweepSpec): Promise<string | null> {
  const wanted = canonicalOf(spec);
  const same = (await bus.listStudies())
    .sort(byCreation)
    .filter((study) => canonicalOf(study.spec) === wanted);
  for (const { study } of same.reverse()) {
    const { header, state } = await foldStudy(bus, study, ROWS_KEPT);
    // Without a header it was cut short while it was made, before it had a trial.
    if (header !== null && !hasEnded(state)) return study;
  }
  return null;
}

/** Through JSON, as the stored one went. */
function canonicalOf(spec: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(spec)));
}
