// Which study `start --continue` goes on with, and `start` tells of: so that whoever restarts a command that died (a
// container's supervisor) need not know the id that the first start drew.

import type { Bus } from '../../bus/bus.js';
import { asSweepError } from '../../errors.js';
import type { Logger } from '../../log.js';
import { canonicalJson } from '../../study/canonical-json.js';
import { hasEnded, type StudyState } from '../../study/study-view.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import { type BusFlags, busSuffix } from '../open-bus.js';
import { byCreation } from '../options/study-argument.js';
import { foldStudy } from '../read-study.js';

/** The state is wanted, not the ranking. */
const ROWS_KEPT = 1;

interface EarlierOptions extends BusFlags {
  readonly continue?: boolean;
}

export interface UnfinishedStudy {
  readonly study: string;
  readonly state: StudyState;
  /** A coordinator runs it. */
  readonly isHeld: boolean;
}

/** The latest study of exactly this spec that has not ended, among the `newest` of it; null when there is none. */
async function findUnfinished(
  bus: Bus,
  spec: SweepSpec,
  newest = Number.POSITIVE_INFINITY,
): Promise<UnfinishedStudy | null> {
  const wanted = canonicalOf(spec);
  const same = (await bus.listStudies())
    .sort(byCreation)
    .filter((study) => study.damage === undefined && canonicalOf(study.spec) === wanted);
  for (const { study } of same.reverse().slice(0, newest)) {
    const { header, state } = await foldStudy(bus, study, ROWS_KEPT);
    // Without a header it was cut short while it was made, before it had a trial.
    if (header === null || hasEnded(state)) continue;
    return { study, state, isHeld: (await bus.readLeaseHolder(study)) !== null };
  }
  return null;
}

/** Without `isWanted` it is for a note alone, for which no log but the last one's is read, and none need be readable. */
export async function findEarlier(
  bus: Bus,
  spec: SweepSpec,
  isWanted: boolean,
  logger: Logger,
): Promise<UnfinishedStudy | null> {
  if (isWanted) return findUnfinished(bus, spec);
  try {
    return await findUnfinished(bus, spec, 1);
  } catch (thrown) {
    logger.warn('the last study of this sweep cannot be read', { error: asSweepError(thrown).message });
    return null;
  }
}

/** Who starts a sweep again may have meant to go on with it: what is computed twice is computed for nothing. */
export function noteEarlier(
  context: CliContext,
  earlier: UnfinishedStudy | null,
  options: EarlierOptions,
): void {
  const note = (text: string): boolean => context.stderr.write(`note: ${printable(text)}\n`);
  if (options.continue === true) {
    if (earlier === null) note('no study of this sweep is unfinished: this is a new one');
    return;
  }
  if (earlier === null) return;
  const { study, state, isHeld } = earlier;
  const suffix = busSuffix(context, options);
  if (isHeld)
    note(`${study} of this sweep is ${state} already; look at it by: sweep status ${study}${suffix}`);
  else
    note(
      `${study} of this sweep is unfinished; go on with it by: sweep resume ${study}${suffix}, or --continue`,
    );
}

/** Through JSON, as the stored one went. */
function canonicalOf(spec: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(spec)));
}
