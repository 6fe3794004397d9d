// What `sweep validate` says of a space beside its number of points: what is fixed, what is not always there, and what
// constraints leave out.
import { createGridSampler } from '../../search/samplers/grid.js';
import { choicesOf, conditionsOf, otherwiseOf } from '../../search/space/dimension.js';
import { measureFeasible } from '../../search/space/feasible.js';
import type { Params, ParamValue } from '../../study/trial/trial.js';
import { conditionsInWords } from '../../sweep-file/check/check-enqueue.js';
import type { SweepSpec } from '../../sweep-file/sweep-spec.js';
import { countOf } from '../../wording/plural.js';
import { printable } from '../../wording/printable.js';
import { paramsText } from '../terminal/params-text.js';

export interface SpaceDescription {
  /** Parameters of a single value, always active. */
  readonly fixed: Params;
  /** In words, by name. */
  readonly conditional: Readonly<Record<string, string>>;
  /** Points of a grid that constraints leave out; null: not a grid. */
  readonly pointsLeftOut: number | null;
  /** Of points at random the share that constraints leave; 1 without constraints. */
  readonly shareLeft: number;
}

export function describeSpace({ space, constraints = [], sampler }: SweepSpec): SpaceDescription {
  const dimensions = Object.entries(space);
  const fixed = dimensions.flatMap(([name, dimension]): [string, ParamValue][] => {
    const values = choicesOf(dimension);
    const [value] = values ?? [];
    return values?.length === 1 && value !== undefined && conditionsOf(dimension).length === 0
      ? [[name, value]]
      : [];
  });
  const conditional = dimensions.flatMap(([name, dimension]): [string, string][] => {
    const conditions = conditionsOf(dimension);
    if (conditions.length === 0) return [];
    const otherwise = otherwiseOf(dimension);
    const stand = otherwise === undefined ? '' : `, else ${JSON.stringify(otherwise)} stands for it`;
    return [[name, `where ${conditionsInWords(conditions)}${stand}`]];
  });
  const isGrid = sampler.type === 'grid';
  return {
    fixed: Object.fromEntries(fixed),
    conditional: Object.fromEntries(conditional),
    pointsLeftOut: isGrid
      ? (createGridSampler(space).count ?? 0) - (createGridSampler(space, constraints).count ?? 0)
      : null,
    shareLeft: constraints.length === 0 ? 1 : measureFeasible(space, constraints).share,
  };
}

export function spaceLines({ fixed, conditional, pointsLeftOut, shareLeft }: SpaceDescription): string[] {
  const left = pointsLeftOut === null ? `${Number((100 * shareLeft).toPrecision(2))} % of the space` : null;
  return [
    ...(Object.keys(fixed).length === 0 ? [] : [`fixed: ${paramsText(fixed)}`]),
    ...Object.entries(conditional).map(([name, where]) => printable(`${name} only ${where}`)),
    ...((pointsLeftOut ?? 0) > 0
      ? [`constraints leave out ${countOf(pointsLeftOut ?? 0, 'point')} of the grid`]
      : []),
    ...(left !== null && shareLeft < 1 ? [`constraints leave ${left}`] : []),
  ];
}
