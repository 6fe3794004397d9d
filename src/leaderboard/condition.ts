// One condition of `--filter`: how it is written, which values it can be compared with, and whether a value satisfies it.
import { SweepError } from '../errors.js';
import type { ParamValue } from '../study/trial/trial.js';

type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface Condition {
  /** As it was written. */
  readonly text: string;
  readonly field: string;
  readonly operator: Operator;
  readonly value: string;
}

/** A head of the table may hold blanks. */
const CONDITION = /^\s*([^=!<>,\s][^=!<>,]*?)\s*(!=|<=|>=|==?|<|>)\s*([^=<>].*?|)\s*$/;

/** `name<op>value`, separated by commas; a value may stand in quotes. Throws USAGE. */
export function parseConditions(filter: string): Condition[] {
  return splitConditions(filter).map((text) => {
    const [, field, operator, value] = CONDITION.exec(text) ?? [];
    if (field !== undefined && value !== undefined)
      return {
        text,
        field,
        operator: (operator === '==' ? '=' : operator) as Operator,
        value: unquoted(value),
      };
    throw new SweepError('USAGE', `--filter ${JSON.stringify(text)} is not a condition`, {
      hint: "write a name, one of = != < <= > >=, and a value: --filter 'units=32,objective<0.27'",
    });
  });
}

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
}

/** A comma separates conditions, but for one within quotes or before three digits: that is how the table writes 1,234. */
function splitConditions(filter: string): string[] {
  const parts: string[] = [];
  for (const text of filter.split(',')) {
    const before = parts.at(-1);
    const value = before === undefined ? undefined : CONDITION.exec(before)?.[3];
    if (value !== undefined && (/^\d{3}\s*$/.test(text) || isOpen(value)))
      parts[parts.length - 1] = `${before},${text}`;
    else parts.push(text);
  }
  return parts;
}

/** Whether a value begins with a quote that does not end it. */
function isOpen(value: string): boolean {
  const [quote] = value;
  return (quote === '"' || quote === "'") && (value.length === 1 || !value.endsWith(quote));
}

/** Values that stand for all that a condition would be compared with: one of each kind, of numbers both ends. */
export class HeldValues {
  private readonly others = new Map<string, ParamValue>();
  private low = Number.POSITIVE_INFINITY;
  private high = Number.NEGATIVE_INFINITY;

  add(value: ParamValue): void {
    if (typeof value !== 'number') {
      if (!this.others.has(typeof value)) this.others.set(typeof value, value);
      return;
    }
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
  }

  get samples(): ParamValue[] {
    return [...(this.low <= this.high ? [this.low, this.high] : []), ...this.others.values()];
  }
}

/** Throws USAGE where the value is of another kind than all that it would be compared with. */
export function checkValue({ text, field, operator, value }: Condition, held: readonly ParamValue[]): void {
  const known = held.filter((each) => each !== null);
  if (value === 'null' && (operator === '=' || operator === '!=')) return;
  if (known.length === 0 || known.some((each) => typeof readLike(value, each) === typeof each)) return;
  throw new SweepError(
    'USAGE',
    `--filter ${JSON.stringify(text)}: ${JSON.stringify(value)} is nothing that ${field} could be`,
    {
      hint: `${field} is ${describeValues(known)}`,
    },
  );
}

function describeValues(known: readonly NonNullable<ParamValue>[]): string {
  const numbers = known.filter((each) => typeof each === 'number');
  if (numbers.length < known.length) return 'true or false';
  const [low, high] = numbers.reduce(
    ([least, most], each) => [Math.min(least, each), Math.max(most, each)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  return low === high ? `the number ${low} in all rows` : `a number, here from ${low} to ${high}`;
}

/** Whether it tells the very value it names from others. */
export function isAboutEqual({ operator }: Condition): boolean {
  return operator !== '<' && operator !== '>';
}

/** A row without the value is neither below nor above any. */
export function holds({ operator, value }: Condition, actual: ParamValue): boolean {
  if (actual === null && operator !== '=' && operator !== '!=') return false;
  const order = compareValues(actual, readLike(value, actual));
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** The text of a condition as a value of the kind it is compared with, if it can be read so. */
function readLike(text: string, actual: ParamValue): ParamValue {
  if (typeof actual === 'number' && text !== '' && !Number.isNaN(Number(text))) return Number(text);
  if (typeof actual === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return actual === null && text === 'null' ? null : text;
}

/** Numbers by value, all else by text; null comes last. */
export function compareValues(left: ParamValue, right: ParamValue): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [leftText, rightText] = [String(left), String(right)];
  return leftText < rightText ? -1 : leftText > rightText ? 1 : 0;
}
