// How a failed command ends: the message for people, or one JSON document, and the exit code.
import { CommanderError } from 'commander';
import { asSweepError, SweepError } from '../errors.js';
import type { CliContext } from './context.js';

/** Prints what was thrown and returns the exit code. `json`: as one document on standard output. */
export function reportFailure(thrown: unknown, context: CliContext, json: boolean): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const error = thrown instanceof CommanderError ? usageError(thrown) : asSweepError(thrown);
  if (json) {
    context.stdout.write(`${JSON.stringify({ error: error.toWire() }, null, 2)}\n`);
    return error.exitCode;
  }
  // commander has printed its own message already.
  if (!(thrown instanceof CommanderError)) context.stderr.write(formatError(error, context));
  return error.exitCode;
}

function usageError(thrown: CommanderError): SweepError {
  return new SweepError('USAGE', thrown.message.replace(/^error: /, ''), { hint: 'see sweep --help' });
}

function formatError(error: SweepError, context: CliContext): string {
  const { red, dim } = context.colors.stderr;
  const lines = [error, ...error.others].flatMap((problem) => {
    const place =
      problem.path === undefined || problem.message.includes(problem.path) ? '' : `${problem.path}: `;
    const head = `${red('error')} ${place}${problem.message} ${dim(`[${problem.code}]`)}`;
    return problem.hint === undefined ? [head] : [head, `      ${problem.hint}`];
  });
  // A bug of ours: without its stack the report of it is worth little.
  if (error.code === 'INTERNAL') lines.push(dim(stackOf(error)));
  return `${lines.join('\n')}\n`;
}

function stackOf(error: SweepError): string {
  const origin = error.cause instanceof Error ? error.cause : error;
  return origin.stack ?? origin.message;
}
