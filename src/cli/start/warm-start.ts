// `start FILE --from STUDY`: what the sampler of a new study is told of another one's results, and what is said of it.
import { type KnownPoints, knownPoints } from '../../coordinator/search/known-points.js';
import { SweepError } from '../../errors.js';
import { createSampler } from '../../search/registry.js';
import { createPointCode } from '../../search/space/point-code.js';
import { countTrials } from '../../study/study-view.js';
import { readSecondMetric } from '../../study/trial/second-metric.js';
import type { SweepText } from '../../sweep-file/parse.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import type { CliContext } from '../context.js';
import type { BusFlags } from '../open-bus.js';
import { type ParentStudy, readParent } from './parent-study.js';

/**
 * The sweep with the results of `argument` in it. Throws USAGE where they would be no use: to a sampler that learns nothing,
 * of another objective, or of no point of this space.
 */
export async function startFrom(
  context: CliContext,
  sweep: SweepText,
  argument: string,
  options: BusFlags & { readonly quiet?: boolean },
): Promise<SweepText> {
  const { spec } = sweep;
  const parent = await readParent(context, argument, options);
  refuseDeafSampler(spec);
  refuseOtherObjective(spec, parent);
  const found = knownPoints(
    parent.view,
    parent.spec.space,
    spec.space,
    spec.constraints,
    readSecondMetric(spec.objective),
  );
  const { study, view } = parent;
  if (found.known.length === 0)
    throw new SweepError('USAGE', `--from ${study}: none of its results is of a point of this space`, {
      hint:
        found.outside > 0
          ? `${countOf(found.outside, 'row')} of it have values that this space does not hold, or that its constraints rule out`
          : `sweep leaderboard ${study} shows what it has`,
    });
  if (options.quiet !== true)
    for (const note of notesOf(study, found)) context.stderr.write(`note: ${printable(note)}\n`);
  const { known } = found;
  return {
    ...sweep,
    spec: {
      ...withBestFirst(spec, found),
      parent: { study, by: 'start', trials: countTrials(view).total, known },
    },
  };
}

function refuseDeafSampler({ space, sampler, seed }: SweepSpec): void {
  if (createSampler({ space, sampler, seed }).window !== null) return;
  throw new SweepError(
    'USAGE',
    `--from: the sampler is ${sampler.type}, which proposes the same points whatever it is told`,
    { path: 'sampler.type', hint: `choose one that learns: --set 'sampler={"type":"auto"}'` },
  );
}

function refuseOtherObjective({ objective }: SweepSpec, { study, spec }: ParentStudy): void {
  const before = spec.objective;
  if (before.metric === objective.metric && before.direction === objective.direction) return;
  throw new SweepError(
    'USAGE',
    `--from ${study}: its results are ${before.metric} to ${before.direction}, and this sweep is to ${objective.direction} ${objective.metric}`,
    { path: 'objective', hint: 'results of another objective say nothing of this one' },
  );
}

/** What was best there is tried at once: under this sweep it may be another value. */
function withBestFirst(spec: SweepSpec, { best }: KnownPoints): SweepSpec {
  if (best === null) return spec;
  const { keyOf } = createPointCode(spec.space);
  const enqueued = spec.enqueue ?? [];
  if (enqueued.some((params) => keyOf(params) === keyOf(best))) return spec;
  return { ...spec, enqueue: [{ ...best }, ...enqueued.map((params) => ({ ...params }))] };
}

function notesOf(study: string, { known, best, dropped, spread, outside }: KnownPoints): string[] {
  return [
    `the sampler starts from ${countOf(known.length, 'point')} of ${study}${best === null ? '' : ', the best of which is tried first'}`,
    ...dropped.map((name) => `${study} searched ${name}, which this sweep does not: its values are left out`),
    ...spread.map(
      (name) => `${study} did not search ${name}: of that the sampler knows nothing, and it is spread evenly`,
    ),
    ...(outside === 0
      ? []
      : [
          `${countOf(outside, 'row')} of ${study} left out, with values that this space does not hold or its constraints rule out`,
        ]),
  ];
}
