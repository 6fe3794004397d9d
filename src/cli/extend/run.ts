// What `sweep extend` does: makes a study of another one's sweep with more trials or points in it, and runs it.

import { SweepError } from '../../errors.js';
import { createSampler } from '../../search/registry.js';
import { countTrials } from '../../study/study-view.js';
import { deriveSweep } from '../../sweep-file/derive-sweep.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { dataOfChild, type ParentStudy, readParent } from '../start/parent-study.js';
import { runNewStudy } from '../start/run.js';

export interface ExtendOptions extends BusFlags {
  readonly trials?: number;
  readonly epochs?: number;
  readonly set?: readonly string[];
  readonly workers?: number;
  readonly detach?: boolean;
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
  const { total } = countTrials(parent.view);
  const known = parent.spec.parent?.known;
  const sweep = deriveSweep(
    parent.spec,
    { study: parent.study, by: 'extend', trials: total, ...(known === undefined ? {} : { known }) },
    {
      fields: {},
      overrides: [
        ...(trials === undefined ? [] : [`limits.maxTrials=${total + trials}`]),
        ...(epochs === undefined ? [] : [`training.epochs=${epochs}`]),
        ...set,
      ],
    },
  );
  if (trials !== undefined) refuseFullSpace(parent, sweep.spec, total);
  if (epochs !== undefined && options.quiet !== true)
    context.stderr.write(
      'note: with other epochs every trial trains from its start: no final state of it is kept\n',
    );
  const dataset = await dataOfChild(context, parent, sweep, options);
  return runNewStudy(context, { ...sweep, dataset }, options);
}

/** Throws USAGE when the space has no point that the study did not try. */
function refuseFullSpace({ study }: ParentStudy, spec: ParentStudy['spec'], total: number): void {
  const { space, sampler, seed, enqueue, constraints } = spec;
  const { count } = createSampler(space, sampler, seed, enqueue, [], constraints);
  if (count === null || count * spec.repeats > total) return;
  throw new SweepError('USAGE', `--trials: study ${study} has all ${total} trials that its space gives`, {
    hint: 'add values to the space: --set space.NAME=[...]',
  });
}
