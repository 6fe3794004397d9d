// The rules of a space beside its dimensions: which of them are part of a point (`when`), and which points are none
// (constraints). A space without rules is plain: every combination of its values is a point.
import type { Params, ParamValue } from '../../study/trial/trial.js';
import { type Constraint, readConstraint } from './constraint.js';
import { type Condition, conditionsOf, otherwiseOf, type Space } from './dimension.js';

export interface SpaceRules {
  /** Names of the dimensions, in the order of the space but for parents, which come before those that they rule. */
  readonly order: readonly string[];
  readonly isPlain: boolean;
  readonly constraints: readonly Constraint[];
  conditionsOf(name: string): readonly Condition[];
  /** `params` must hold the active ones of the dimensions before it. */
  isActive(name: string, params: Params): boolean;
  /** The point of these values: only what is active, in the order of the space. */
  pointOf(lookUp: (name: string) => ParamValue): Params;
  /** Whether the point satisfies all constraints, or these. */
  allows(params: Params, constraints?: readonly Constraint[]): boolean;
  /** With what stands for the inactive ones, where anything does. */
  complete(params: Params): Params;
}

export function readRules(space: Space, texts: readonly string[] = []): SpaceRules {
  const names = Object.keys(space);
  const conditions = new Map(names.map((name) => [name, conditionsOf(space[name] ?? [])]));
  const order = parentsFirst(names, conditions);
  const constraints = texts.map((text) => readConstraint(text));
  const hasConditions = [...conditions.values()].some((own) => own.length > 0);
  const isOrdered = order.every((name, place) => name === names[place]);
  const isActive = (name: string, params: Params): boolean =>
    (conditions.get(name) ?? []).every(
      // An inactive parent has no value, not even null.
      ({ parent, values }) => Object.hasOwn(params, parent) && values.includes(params[parent] as ParamValue),
    );
  const otherwise = (name: string): ParamValue | undefined => otherwiseOf(space[name] ?? []);
  return {
    order,
    isPlain: !hasConditions && constraints.length === 0,
    constraints,
    conditionsOf: (name) => conditions.get(name) ?? [],
    isActive,
    pointOf(lookUp) {
      if (!hasConditions) return Object.fromEntries(names.map((name) => [name, lookUp(name)]));
      const params: Record<string, ParamValue> = {};
      for (const name of order) if (isActive(name, params)) params[name] = lookUp(name);
      return isOrdered ? params : inOrder(names, params);
    },
    allows: (params, asked = constraints) =>
      asked.every(({ holds }) =>
        holds((name) => (Object.hasOwn(params, name) ? params[name] : otherwise(name))),
      ),
    complete(params) {
      if (!hasConditions) return params;
      const all: Record<string, ParamValue> = {};
      for (const name of names) {
        const value = Object.hasOwn(params, name) ? params[name] : otherwise(name);
        if (value !== undefined) all[name] = value;
      }
      return { ...params, ...all };
    },
  };
}

function inOrder(names: readonly string[], params: Params): Params {
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(params, name) ? [[name, params[name] as ParamValue]] : [])),
  );
}

/** Parents that rule each other in a circle stay in the order of the space: no point has them (check-conditions.ts). */
function parentsFirst(
  names: readonly string[],
  conditions: ReadonlyMap<string, readonly Condition[]>,
): readonly string[] {
  const order: string[] = [];
  const left = new Set(names);
  while (left.size > 0) {
    const next = [...left].find((name) =>
      (conditions.get(name) ?? []).every(({ parent }) => !left.has(parent)),
    );
    if (next === undefined) return [...order, ...left];
    order.push(next);
    left.delete(next);
  }
  return order;
}
