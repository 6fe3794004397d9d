// What a module of the user's threw or gave, in words: anything can be thrown, also what cannot be looked at, and what is too
// long for a log.
import { inspect } from 'node:util';
import { SweepError } from '../../src/errors.js';
import type { ObjectiveMetrics } from '../../src/program/define-objective.js';

const MOST_TEXT = 1_000;
const MOST_OUTPUT = 3_500;

export interface ThrownWords {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export function thrownWords(thrown: unknown): ThrownWords {
  try {
    if (!(thrown instanceof Error)) return { name: '', message: clip(shown(thrown)), stack: undefined };
    const { name, message, stack } = thrown;
    return {
      name: String(name),
      message: clip(shown(message)),
      stack: typeof stack === 'string' ? stack.slice(0, MOST_OUTPUT) : undefined,
    };
  } catch {
    return { name: '', message: 'something that cannot be shown', stack: undefined };
  }
}

/** By the exit codes that the errors of the package stand for. */
export function functionFailure(thrown: unknown): SweepError {
  const { name, message, stack } = thrownWords(thrown);
  const details = { cause: thrown, output: stack };
  if (name === 'InfeasibleError') return new SweepError('TRIAL_INFEASIBLE', message, details);
  if (name === 'TryAgainError') return new SweepError('TRIAL_CRASHED', message, details);
  return new SweepError('TRIAL_EXIT', `its function threw: ${message}`, details);
}

/** Of what a function reports or returns. Throws TRIAL_BAD_INPUT. */
export function metricsOf(given: unknown, metric: string): ObjectiveMetrics {
  if (typeof given === 'number') return { [metric]: given };
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new SweepError(
      'TRIAL_BAD_INPUT',
      `an objective gives a number or an object of them, not ${kindOf(given)}`,
      { hint: `return or report a number, or { ${metric}: number }` },
    );
  const value: unknown = Object.hasOwn(given, metric)
    ? (given as Record<string, unknown>)[metric]
    : undefined;
  // null is how JSON writes a NaN, and a text may be a number: both as from a command.
  if (value !== undefined && value !== null && typeof value !== 'number' && typeof value !== 'string')
    throw new SweepError('TRIAL_BAD_INPUT', `its "${metric}" is ${kindOf(value)}, not a number`, {
      hint: 'a tensor or a big integer becomes one first: Number(value)',
    });
  return given as ObjectiveMetrics;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A proxy is looked at from behind its traps. */
function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}

function clip(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
}
