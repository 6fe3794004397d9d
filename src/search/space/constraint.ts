// A condition between parameters, written as an expression: `units * layers <= 256`. Parsed by jsep, which evaluates nothing;
// what may stand in one is listed here, and computed here.
import jsep from 'jsep';
import { SweepError } from '../../errors.js';
import type { ParamValue } from '../../study/trial/trial.js';

/** What an expression gives: known from the space before any point is; `any`: values of several kinds. */
export type ValueKind = 'number' | 'text' | 'boolean' | 'null' | 'any';
/** A parameter's value; undefined: it is inactive and nothing stands for it. */
export type ValueOf = (name: string) => ParamValue | undefined;

export interface Constraint {
  readonly text: string;
  /** The parameters in it, in the order of their first mention. */
  readonly names: readonly string[];
  /** True as well where a parameter in it is inactive and nothing stands for it: it does not speak of such a point. */
  holds(lookUp: ValueOf): boolean;
}

export const MAX_CONSTRAINT_LENGTH = 1000;
/** Values that computing makes are compared in so many digits, so that 0.1 + 0.2 is 0.3. */
const SIGNIFICANT_DIGITS = 12;
const ALLOWED = 'numbers, names, texts, true, false, null, + - * / %, comparisons, && || ! and parentheses';

interface Compiled {
  readonly kind: ValueKind;
  compute(lookUp: ValueOf): ParamValue;
}

/**
 * `kindOf`: kinds of the values of each parameter; undefined: no such parameter. Throws SPEC_INVALID, of an unknown name
 * SPEC_REFERENCE with the name as its `path`; messages say what is wrong after the name of the place.
 */
export function readConstraint(
  text: string,
  kindOf: (name: string) => ValueKind | undefined = () => 'any',
): Constraint {
  const names = new Set<string>();
  const { kind, compute } = compile(parse(text), { text, kindOf, names });
  if (kind !== 'boolean' && kind !== 'any')
    throw wrong(
      text,
      `is ${inWords(kind)}, and no condition that holds or not`,
      0,
      'compare it, as in "… <= 256"',
    );
  if (names.size === 0)
    throw wrong(
      text,
      'names no parameter, so that all points satisfy it or none',
      0,
      'name a dimension of the space',
    );
  const listed = [...names];
  return {
    text,
    names: listed,
    holds: (lookUp) => listed.some((name) => lookUp(name) === undefined) || compute(lookUp) === true,
  };
}

function parse(text: string): jsep.Expression {
  try {
    return jsep(text);
  } catch (thrown) {
    const { index = 0, description = String(thrown) } = thrown as { index?: number; description?: string };
    const isAssignment = text[index] === '=';
    throw wrong(
      text,
      description.replace(/^./, (first) => first.toLowerCase()),
      index,
      isAssignment ? 'write == to compare' : undefined,
    );
  }
}

interface Context {
  readonly text: string;
  readonly kindOf: (name: string) => ValueKind | undefined;
  readonly names: Set<string>;
}

function compile(node: jsep.Expression, context: Context): Compiled {
  switch (node.type) {
    case 'Literal':
      return compileLiteral(node as jsep.Literal, context);
    case 'Identifier':
      return compileName((node as jsep.Identifier).name, context);
    case 'UnaryExpression':
      return compileUnary(node as jsep.UnaryExpression, context);
    case 'BinaryExpression':
      return compileBinary(node as jsep.BinaryExpression, context);
    case 'Compound':
      throw compoundFault(node as jsep.Compound, context);
    default:
      throw wrong(context.text, `holds ${FORMS[node.type] ?? node.type}`, 0, `allowed are ${ALLOWED}`);
  }
}

const FORMS: Readonly<Record<string, string>> = {
  CallExpression: 'a call',
  MemberExpression: 'a member of something',
  ArrayExpression: 'a list',
  ConditionalExpression: 'a choice by ? and :',
  ThisExpression: '"this"',
};

function compileLiteral({ value }: jsep.Literal, { text }: Context): Compiled {
  const isPlain = value === null || ['number', 'string', 'boolean'].includes(typeof value);
  if (!isPlain)
    throw wrong(text, 'holds a value of no kind that a parameter has', 0, `allowed are ${ALLOWED}`);
  const known = value as ParamValue;
  return { kind: kindOfValue(known), compute: () => known };
}

function compileName(name: string, { text, kindOf, names }: Context): Compiled {
  const kind = kindOf(name);
  if (kind === undefined) {
    const at = placeOf(text, name);
    throw new SweepError(
      'SPEC_REFERENCE',
      `names ${JSON.stringify(name)} at character ${at + 1}, which is no dimension of the space`,
      {
        path: name,
      },
    );
  }
  names.add(name);
  return { kind, compute: (lookUp) => lookUp(name) ?? null };
}

function compileUnary({ operator, argument }: jsep.UnaryExpression, context: Context): Compiled {
  const operand = compile(argument, context);
  if (operator === '!') {
    expect(operand, 'boolean', operator, context);
    return { kind: 'boolean', compute: (lookUp) => operand.compute(lookUp) !== true };
  }
  if (operator !== '-' && operator !== '+') throw unknownOperator(operator, context);
  expect(operand, 'number', operator, context);
  const sign = operator === '-' ? -1 : 1;
  return { kind: 'number', compute: (lookUp) => sign * asNumber(operand.compute(lookUp)) };
}

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};
const ORDER: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};
const EQUALITY: Readonly<Record<string, boolean>> = { '==': true, '===': true, '!=': false, '!==': false };

function compileBinary({ operator, left, right }: jsep.BinaryExpression, context: Context): Compiled {
  const [one, other] = [compile(left, context), compile(right, context)];
  const arithmetic = ownOf(ARITHMETIC, operator);
  const order = ownOf(ORDER, operator);
  const isEqual = ownOf(EQUALITY, operator);
  if (arithmetic !== undefined) {
    for (const operand of [one, other]) expect(operand, 'number', operator, context);
    return {
      kind: 'number',
      compute: (lookUp) => arithmetic(asNumber(one.compute(lookUp)), asNumber(other.compute(lookUp))),
    };
  }
  if (order !== undefined) {
    for (const operand of [one, other]) expect(operand, 'number', operator, context);
    return {
      kind: 'boolean',
      compute: (lookUp) => order(rounded(one.compute(lookUp)), rounded(other.compute(lookUp))),
    };
  }
  if (isEqual !== undefined) {
    refuseUnlike(one.kind, other.kind, operator, context);
    return {
      kind: 'boolean',
      compute: (lookUp) => isSame(one.compute(lookUp), other.compute(lookUp)) === isEqual,
    };
  }
  if (operator !== '&&' && operator !== '||') throw unknownOperator(operator, context);
  for (const operand of [one, other]) expect(operand, 'boolean', operator, context);
  return {
    kind: 'boolean',
    compute: (lookUp) =>
      operator === '&&'
        ? one.compute(lookUp) === true && other.compute(lookUp) === true
        : one.compute(lookUp) === true || other.compute(lookUp) === true,
  };
}

function expect({ kind }: Compiled, wanted: 'number' | 'boolean', operator: string, { text }: Context): void {
  if (kind === wanted || kind === 'any') return;
  const isChain = kind === 'boolean' && Object.hasOwn(ORDER, operator);
  throw wrong(
    text,
    `has ${inWords(kind)} beside "${operator}", which takes ${inWords(wanted)}`,
    placeOf(text, operator),
    isChain ? 'write both comparisons, as in "1 < x && x < 5"' : undefined,
  );
}

function refuseUnlike(one: ValueKind, other: ValueKind, operator: string, { text }: Context): void {
  if (one === other || [one, other].some((kind) => kind === 'any' || kind === 'null')) return;
  throw wrong(
    text,
    `compares ${inWords(one)} with ${inWords(other)}, which are never the same`,
    placeOf(text, operator),
  );
}

function unknownOperator(operator: string, { text }: Context): SweepError {
  return wrong(text, `has the operator "${operator}"`, placeOf(text, operator), `allowed are ${ALLOWED}`);
}

/** Nothing, or several expressions beside each other. */
function compoundFault({ body }: jsep.Compound, { text }: Context): SweepError {
  if (body.length === 0)
    return wrong(text, 'is empty', 0, 'write a condition, as in "units * layers <= 256"');
  const word = body.find(
    ({ type, name }) => type === 'Identifier' && ['and', 'or', 'not'].includes(String(name)),
  );
  const name = word === undefined ? undefined : String(word.name);
  const sign = { and: '&&', or: '||', not: '!' }[name ?? ''];
  if (name !== undefined && sign !== undefined)
    return wrong(text, `has "${name}"`, placeOf(text, name), `write ${sign}`);
  return wrong(
    text,
    'has two expressions beside each other',
    0,
    'join them with && or ||, or write one constraint for each',
  );
}

function wrong(text: string, what: string, index: number, hint?: string): SweepError {
  const where = index > 0 ? ` at character ${index + 1}` : '';
  return new SweepError('SPEC_INVALID', `${what}${where}: ${JSON.stringify(text)}`, { hint });
}

/** Of its first mention as a word of its own. */
function placeOf(text: string, word: string): number {
  const pattern = word.replace(/[^A-Za-z0-9_]/g, '\\$&');
  const found = /^[A-Za-z0-9_$]/.test(word)
    ? new RegExp(`(?<![A-Za-z0-9_$])${pattern}(?![A-Za-z0-9_$])`).exec(text)?.index
    : text.indexOf(word);
  return Math.max(0, found ?? 0);
}

export function kindOfValue(value: ParamValue): ValueKind {
  if (value === null) return 'null';
  return typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
}

function inWords(kind: ValueKind): string {
  return { number: 'a number', text: 'a text', boolean: 'true or false', null: 'null', any: 'a value' }[kind];
}

function asNumber(value: ParamValue): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function rounded(value: ParamValue): number {
  return typeof value === 'number' ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : Number.NaN;
}

function isSame(one: ParamValue, other: ParamValue): boolean {
  return typeof one === 'number' && typeof other === 'number'
    ? rounded(one) === rounded(other)
    : one === other;
}

function ownOf<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
