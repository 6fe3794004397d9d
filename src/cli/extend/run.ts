// What `sweep extend` does: makes a study of another one's sweep with more trials or points in it, or more epochs, and runs it.

import { SweepError } from '../../errors.js';
import { createSampler, populationOf } from '../../search/registry.js';
import { HolderCheck } from '../../study/holder-check.js';
import { countTrials } from '../../study/study-view.js';
import type { Params } from '../../study/trial/trial.js';
import { deriveSweep } from '../../sweep-file/derive-sweep.js';
import { epochsPath } from '../../sweep-file/objective/registry.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { withBus } from '../read-study.js';
import { dataOfChild, type ParentStudy, readParent } from '../start/parent-study.js';
import { runNewStudy } from '../start/run.js';

/** A log takes records of a megabyte: so many points of some twenty dimensions fit into the sweep. */
const MOST_LISTED_POINTS = 1_000;

export interface ExtendOptions extends BusFlags {
  readonly trials?: number;
  readonly epochs?: number;
  readonly set?: readonly string[];
  readonly workers?: number;
  readonly detach?: boolean;
  readonly plain?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function extendStudy(
  context: CliContext,
  argument: string,
  options: ExtendOptions,
): Promise<number> {
  const { trials, epochs, set = [] } = options;
  if (trials === undefined && epochs === undefined && set.length === 0)
    throw new SweepError('USAGE', 'extend needs to know by what', {
      hint: 'add --trials N, --epochs N or --set path=value',
    });
  const parent = await readParent(context, argument, options);
  if (trials !== undefined && populationOf(parent.spec.scheduler) !== null)
    throw new SweepError('USAGE', `--trials: the trials of ${parent.study} are segments of a population`, {
      hint: 'train it longer with --epochs N, or make it larger: --set scheduler.population=N',
    });
  const { total } = countTrials(parent.view);
  const known = parent.spec.parent?.known;
  // To a sampler that learns other epochs are other results: it would propose other trials than those to be trained longer.
  const isLed = epochs !== undefined && learns(parent.spec);
  const points = isLed ? await pointsOf(context, parent, options) : null;
  const end = trials !== undefined ? total + trials : isLed ? total : null;
  const sweep = deriveSweep(
    parent.spec,
    { study: parent.study, by: 'extend', trials: total, ...(known === undefined ? {} : { known }) },
    {
      fields: points === null ? {} : { enqueue: points },
      overrides: [
        ...(end === null ? [] : [`limits.maxTrials=${end}`]),
        ...(epochs === undefined ? [] : [`${epochsPath(parent.spec.objective)}=${epochs}`]),
        ...set,
      ],
    },
  );
  if (trials !== undefined) refuseFullSpace(parent, sweep.spec, total);
  const dataset = await dataOfChild(context, parent, sweep, options);
  return runNewStudy(context, { ...sweep, dataset }, { ...options, tellsBeginnings: epochs !== undefined });
}

/** A population goes on from its last generation, whatever proposed the first one. */
function learns(spec: ParentStudy['spec']): boolean {
  return populationOf(spec.scheduler) === null && createSampler(spec).window !== null;
}

/** In the order in which its sampler proposed them. Throws USAGE when they are too many for a sweep to list. */
async function pointsOf(
  context: CliContext,
  { study, spec }: ParentStudy,
  options: BusFlags,
): Promise<readonly Params[]> {
  const points: Params[] = [];
  await withBus(context, options, async (bus) => {
    const holders = new HolderCheck();
    for await (const logged of bus.events(study)) {
      const { event } = logged;
      const isOfPoint =
        event.type === 'trial.queued' || event.type === 'trial.finished' || event.type === 'trial.failed';
      if (isOfPoint && holders.admits(logged))
        points[Math.floor(event.index / spec.repeats)] ??= event.params;
    }
  });
  // Where a small space ran out, some came twice.
  const listed = [...new Map(points.map((params) => [JSON.stringify(params), params])).values()].filter(
    (params) => params !== undefined,
  );
  if (listed.length <= MOST_LISTED_POINTS) return listed;
  throw new SweepError(
    'USAGE',
    `--epochs: study ${study} has ${listed.length} points of a sampler that learns, at most ${MOST_LISTED_POINTS} can be trained longer at once`,
    { hint: `train the best of them: sweep promote ${study} --top 100 --epochs N` },
  );
}

/** Throws USAGE when the space has no point that the study did not try. */
function refuseFullSpace({ study }: ParentStudy, spec: ParentStudy['spec'], total: number): void {
  const { count } = createSampler(spec);
  if (count === null || count * spec.repeats > total) return;
  throw new SweepError('USAGE', `--trials: study ${study} has all ${total} trials that its space gives`, {
    hint: 'add values to the space: --set space.NAME=[...]',
  });
}
