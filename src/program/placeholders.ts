// What a command's words stand for: `${name}` a parameter's value, `${args}` all parameters that no other word names, each as an
// argument of its own, `${params.json}` the path of a file with all of them, `$${` the characters themselves. Pure.
import type { BooleanArguments } from '../study/trial/boolean-arguments.js';
import type { Params, ParamValue } from '../study/trial/trial.js';

export const ALL_ARGUMENTS = 'args';
export const PARAMS_FILE = 'params.json';

const PLACEHOLDER = /\$(?:\$\{|\{([^{}]*)\})/g;

/** Names of the placeholders in a word, in their order. */
export function placeholdersIn(word: string): string[] {
  return [...word.matchAll(PLACEHOLDER)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

export interface CommandWords {
  readonly argv: readonly string[];
  readonly booleans: BooleanArguments;
}

/** `paramsPath`: of the file. A word with a parameter that is null is left out. */
export function fillCommand({ argv, booleans }: CommandWords, params: Params, paramsPath: string): string[] {
  const all = `\${${ALL_ARGUMENTS}}`;
  // A parameter of that name is one of them all.
  const named = new Set(argv.filter((word) => word !== all).flatMap(placeholdersIn));
  return argv.flatMap((word) => {
    if (word === all)
      return Object.entries(params).flatMap(([name, value]) =>
        named.has(name) ? [] : argumentOf(name, value, booleans),
      );
    const isLeftOut = placeholdersIn(word).some((name) => params[name] === null);
    return isLeftOut ? [] : [fill(word, params, paramsPath)];
  });
}

/** A text with placeholders; a parameter that is null is empty. */
export function fill(text: string, params: Params, paramsPath: string): string {
  return text.replace(PLACEHOLDER, (whole, name: string | undefined) => {
    if (name === undefined) return '${';
    if (name === PARAMS_FILE) return paramsPath;
    return Object.hasOwn(params, name) ? String(params[name] ?? '') : whole;
  });
}

function argumentOf(name: string, value: ParamValue, booleans: BooleanArguments): string[] {
  if (value === null) return [];
  if (typeof value !== 'boolean' || booleans === 'value') return [`--${name}=${String(value)}`];
  if (value) return [`--${name}`];
  return booleans === 'no' ? [`--no-${name}`] : [];
}
