// What `sweep promote` does: makes a study of the best points of another one, and runs it.
import { SweepError } from '../../errors.js';
import { rankView } from '../../leaderboard/ranking.js';
import { populationOf } from '../../search/registry.js';
import type { FinishedRow } from '../../study/finished-row.js';
import { countTrials } from '../../study/study-view.js';
import type { Params } from '../../study/trial/trial.js';
import { deriveSweep } from '../../sweep-file/derive-sweep.js';
import { epochsPath } from '../../sweep-file/objective/registry.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { dataOfChild, type ParentStudy, readParent } from '../start/parent-study.js';
import { runNewStudy } from '../start/run.js';

const DEFAULT_TOP = 5;
const DEFAULT_REPEATS = 5;

export interface PromoteOptions extends BusFlags {
  readonly top?: number;
  readonly epochs?: number;
  readonly repeats?: number;
  readonly set?: readonly string[];
  readonly workers?: number;
  readonly detach?: boolean;
  readonly plain?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function promoteStudy(
  context: CliContext,
  argument: string,
  options: PromoteOptions,
): Promise<number> {
  const { top = DEFAULT_TOP, epochs, set = [] } = options;
  const parent = await readParent(context, argument, options);
  const { blocks } = parent.view.header?.dataset ?? {};
  // Of a rolling origin each block is a seed of its own.
  const { repeats = blocks?.length ?? DEFAULT_REPEATS } = options;
  refusePopulation(parent);
  const points = bestPoints(parent, top);
  const trials = points.length * repeats;
  const sweep = deriveSweep(
    parent.spec,
    { study: parent.study, by: 'promote', trials: countTrials(parent.view).total },
    {
      // The points come first, and at as many trials it ends: its sampler is asked for none.
      fields: { enqueue: points, sampler: { type: 'random' }, scheduler: { type: 'none' }, repeats },
      overrides: [
        `limits.maxTrials=${trials}`,
        ...(epochs === undefined ? [] : [`${epochsPath(parent.spec.objective)}=${epochs}`]),
        ...set,
      ],
    },
  );
  refuseOtherPoints(sweep.spec, points, repeats);
  if (options.quiet !== true) {
    const fewer = points.length < top ? `, all that it has` : '';
    context.stderr.write(
      `${countOf(points.length, 'row')} of ${printable(parent.study)}${fewer}, ${countOf(repeats, blocks === undefined ? 'seed' : 'block')} each: ${countOf(trials, 'trial')}\n`,
    );
  }
  const dataset = await dataOfChild(context, parent, sweep, options);
  return runNewStudy(context, { ...sweep, dataset }, options);
}

/** Throws USAGE: its best trials were trained with one set of parameters after another, which no single point repeats. */
function refusePopulation({ study, spec }: ParentStudy): void {
  if (populationOf(spec.scheduler) === null) return;
  throw new SweepError('USAGE', `${study} trained a population, whose parameters changed in the middle`, {
    hint: `let it train longer: sweep extend ${study} --epochs N`,
  });
}

/** Best first. Throws USAGE when there is none. */
function bestPoints({ study, view }: ParentStudy, top: number): Params[] {
  const rows = rankView(view).flatMap(({ row }) => (isFinished(row) ? [row.params] : []));
  if (rows.length > 0) return rows.slice(0, top);
  throw new SweepError('USAGE', `study ${study} has no row with a result that could be promoted`, {
    hint: `sweep status ${study} shows how far it is`,
  });
}

function isFinished({ state }: FinishedRow): boolean {
  return state === 'COMPLETE' || state === 'PRUNED';
}

/** Throws USAGE when `--set` made it another study than that of these points. */
function refuseOtherPoints(spec: SweepSpec, points: readonly Params[], repeats: number): void {
  const isSame =
    spec.repeats === repeats &&
    spec.limits.maxTrials === points.length * repeats &&
    spec.sampler.type === 'random' &&
    JSON.stringify(spec.enqueue) === JSON.stringify(points);
  if (isSame) return;
  throw new SweepError(
    'USAGE',
    'promote runs exactly the best points: --set may not change enqueue, sampler, repeats or limits.maxTrials',
    { hint: 'say how many by --top and --repeats; sweep extend adds other points' },
  );
}
